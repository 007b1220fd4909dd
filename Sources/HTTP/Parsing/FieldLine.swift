/// The parts of one field line, without its line end (RFC 9112 section 5).
struct FieldLine {
    let name: Range<Int>
    /// Without white space around it.
    let value: Range<Int>

    /// Reads the non-empty line that stands at `range` of `bytes`.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HTTPParseError) {
        if ASCII.isBlank(bytes[range.lowerBound]) { throw HTTPParseError(.foldedField) }
        let endOfName = bytes.end(of: ASCII.token, in: range)
        guard endOfName < range.upperBound, bytes[endOfName] == UInt8(ascii: ":") else {
            throw Self.fault(in: bytes, endOfName..<range.upperBound)
        }
        guard endOfName > range.lowerBound else { throw HTTPParseError(.invalidFieldName) }
        let rest = endOfName + 1..<range.upperBound
        if let index = bytes.firstIndexOutsideFieldValue(in: rest) {
            let isReturn = bytes[index] == ASCII.carriageReturn
            throw HTTPParseError(isReturn ? .bareCarriageReturn : .invalidFieldValue)
        }
        name = range.lowerBound..<endOfName
        value = bytes.trimmed(rest)
    }

    /// What is wrong where a colon should follow the name.
    private static func fault(in bytes: Span<UInt8>, _ rest: Range<Int>) -> HTTPParseError {
        guard let first = rest.first else { return HTTPParseError(.invalidFieldName) }
        if bytes[first] == ASCII.carriageReturn { return HTTPParseError(.bareCarriageReturn) }
        // A server must refuse it: others may take the name with or without the space.
        return HTTPParseError(ASCII.isBlank(bytes[first]) ? .spaceBeforeColon : .invalidFieldName)
    }
}
