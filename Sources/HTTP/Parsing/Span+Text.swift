extension Span<UInt8> {
    /// The bytes of `range` as text; what is not UTF-8 is replaced. Up to 15 bytes cost no memory.
    func text(_ range: Range<Int>) -> String {
        let part = extracting(range)
        return unsafe part.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Whether `range` spells `text`, which is lower case, in any case.
    func spells(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for index in range.indices {
            let expected = unsafe text.utf8Start[index - range.lowerBound]
            if ASCII.lowercased(self[index]) != expected { return false }
        }
        return true
    }

    /// Whether `range` is exactly `text`.
    func equals(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for index in range.indices {
            let expected = unsafe text.utf8Start[index - range.lowerBound]
            if self[index] != expected { return false }
        }
        return true
    }

    /// Whether `range` is `name` in any case.
    func names(_ name: HTTPFieldName, in range: Range<Int>) -> Bool {
        let spelling = name.spelling.utf8
        guard range.count == spelling.count else { return false }
        var index = range.lowerBound
        for byte in spelling {
            if ASCII.lowercased(self[index]) != ASCII.lowercased(byte) { return false }
            index += 1
        }
        return true
    }

    /// `range` without spaces and tabs at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, ASCII.isBlank(self[start]) { start += 1 }
        while end > start, ASCII.isBlank(self[end - 1]) { end -= 1 }
        return start..<end
    }

    /// Where the first byte from `range` stands that is not in `allowed`; else the range's end.
    @inline(__always)
    func end(of allowed: ASCII.Class, in range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index < range.upperBound, allowed.contains(self[index]) { index += 1 }
        return index
    }
}
