extension Span<UInt8> {
    /// Eight bytes from `index` on as one word, the first one lowest.
    @inline(__always)
    private func word(at index: Int) -> UInt64 {
        // The callers stay eight bytes before the end.
        unsafe UInt64(
            littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
        )
    }

    /// One in every byte of a word.
    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    /// The highest bit of every byte of a word.
    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }

    /// Where `byte` first stands in `range`; eight bytes at a time.
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        let sought = Self.ones &* UInt64(byte)
        while index + 8 <= range.upperBound {
            let difference = word(at: index) ^ sought
            // Marks the bytes that are zero; a borrow can mark one too many, but only after them.
            let found = (difference &- Self.ones) & ~difference & Self.highBits
            if found != 0 { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < range.upperBound {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// Where the first byte stands in `range` that no field value may hold; else nil.
    func firstIndexOutsideFieldValue(in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        let spaces = Self.ones &* UInt64(ASCII.space)
        let deletes = Self.ones &* UInt64(ASCII.delete)
        while index + 8 <= range.upperBound {
            let bytes = word(at: index)
            let belowSpace = (bytes &- spaces) & ~bytes
            let difference = bytes ^ deletes
            let isDelete = (difference &- Self.ones) & ~difference
            // Tabs are marked too, and rare: the loop below looks closely at what is marked.
            if (belowSpace | isDelete) & Self.highBits != 0 { break }
            index += 8
        }
        while index < range.upperBound {
            if !ASCII.isFieldValue(self[index]) { return index }
            index += 1
        }
        return nil
    }
}
