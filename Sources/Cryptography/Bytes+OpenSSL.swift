// OpenSSL takes pointer and length; these give them for the length of one call.

extension [UInt8] {
    /// Calls `body` with the bytes; never with nil, which some OpenSSL calls read as "none given".
    func withInput<R, E: Error>(
        _ body: (_ bytes: UnsafePointer<UInt8>, _ count: Int) throws(E) -> R
    ) throws(E) -> R {
        var none: UInt8 = 0
        return try unsafe withUnsafeBufferPointer { (buffer) throws(E) -> R in
            guard let base = buffer.baseAddress else { return try unsafe body(&none, 0) }
            return try unsafe body(base, buffer.count)
        }
    }
}
