extension Span<UInt8> {
    /// Where the run of bytes from `start` ends that stand for themselves in a JSON string: ASCII,
    /// neither quote, backslash nor control. Looks at eight bytes at a time while it can.
    func endOfPlainText(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highBits: UInt64 = 0x8080_8080_8080_8080
        let quotes = ones &* UInt64(UInt8(ascii: "\""))
        let backslashes = ones &* UInt64(UInt8(ascii: "\\"))
        let spaces = ones &* 0x20
        let raw = unsafe bytes
        var position = start
        while position + 8 <= count {
            let word = unsafe UInt64(
                littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            )
            // x &- ones sets the high bit of a zero byte; so each term marks bytes equal to one
            // sought, or below a space. A borrow can mark a byte too many, but only after a true one.
            let quote = (word ^ quotes) &- ones
            let backslash = (word ^ backslashes) &- ones
            let special = (quote | backslash | (word &- spaces) | word) & highBits
            if special != 0 { return position + special.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < count {
            switch self[position] {
            case 0..<0x20, 0x80..., UInt8(ascii: "\""), UInt8(ascii: "\\"): return position
            default: position += 1
            }
        }
        return position
    }
}
