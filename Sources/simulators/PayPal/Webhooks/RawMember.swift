/// A member of a JSON object in the very bytes it came in, for what is signed byte by byte.
enum RawMember {
    /// The value's bytes, without the white space around it; nil when the outermost object has no
    /// such member.
    ///
    /// - Parameter json: a text that a parser has found to be an object.
    static func value(of name: String, in json: [UInt8]) -> ArraySlice<UInt8>? {
        let quoted = Array("\"\(name)\"".utf8)
        var depth = 0
        var isInString = false
        var start: Int?
        var stringStart = 0
        var lastString = 0..<0
        var index = 0
        while index < json.count {
            let byte = json[index]
            switch (isInString, byte) {
            case (true, UInt8(ascii: "\\")): index += 1
            case (true, UInt8(ascii: "\"")):
                isInString = false
                lastString = stringStart..<(index + 1)
            case (true, _): break
            case (false, UInt8(ascii: "\"")):
                isInString = true
                stringStart = index
            case (false, UInt8(ascii: ":")) where depth == 1 && start == nil:
                if json[lastString].elementsEqual(quoted) { start = index + 1 }
            case (false, UInt8(ascii: "{")), (false, UInt8(ascii: "[")): depth += 1
            case (false, UInt8(ascii: "}")), (false, UInt8(ascii: "]")), (false, UInt8(ascii: ",")):
                if depth == 1, let start { return trimmed(json[start..<index]) }
                if byte != UInt8(ascii: ",") { depth -= 1 }
            case (false, _): break
            }
            index += 1
        }
        return nil
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        let head = bytes.drop { blanks.contains($0) }
        let end = head.lastIndex { !blanks.contains($0) } ?? head.startIndex
        return head[...end]
    }
}
