extension JSONParser {
    /// Reads the string whose opening quote is the next byte.
    mutating func parseString(_ text: borrowing Span<UInt8>) throws(JSONError) -> String {
        let start = position + 1
        position = text.endOfPlainText(from: start)
        if position < text.count, text[position] == UInt8(ascii: "\"") {
            guard position - start <= limits.stringByteCount else {
                throw failure(.stringTooLong, at: start)
            }
            defer { position += 1 }
            return string(text, start..<position)
        }
        return try parseLongString(text, from: start)
    }

    /// The string from `start`, where the plain part (ASCII, no escapes) ends at `position`.
    private mutating func parseLongString(
        _ text: borrowing Span<UInt8>,
        from start: Int
    ) throws(JSONError) -> String {
        var bytes: [UInt8] = []
        append(text, start..<position, to: &bytes)
        while true {
            guard bytes.count <= limits.stringByteCount else {
                throw failure(.stringTooLong, at: start)
            }
            guard position < text.count else { throw failure(.unexpectedEnd) }
            switch text[position] {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                try appendEscape(text, to: &bytes)
            case 0..<0x20:
                throw failure(.controlCharacter)
            case 0x80...:
                try appendCharacter(text, to: &bytes)
            default:
                let end = text.endOfPlainText(from: position)
                append(text, position..<end, to: &bytes)
                position = end
            }
        }
    }

    func string(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> String {
        let part = text.extracting(range)
        return unsafe part.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    private func append(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        to bytes: inout [UInt8]
    ) {
        let part = text.extracting(range)
        unsafe part.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }
}

extension JSONParser {
    /// Appends one character of two to four bytes, after checking it against the table of
    /// well-formed sequences (Unicode 15, table 3-7): no overlong form, no surrogate, no excess.
    private mutating func appendCharacter(
        _ text: borrowing Span<UInt8>,
        to bytes: inout [UInt8]
    ) throws(JSONError) {
        let first = text[position]
        let second: ClosedRange<UInt8>
        let length: Int
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw failure(.invalidUTF8)
        }
        guard position + length <= text.count else { throw failure(.invalidUTF8) }
        guard second.contains(text[position + 1]) else { throw failure(.invalidUTF8) }
        for index in position + 2..<position + max(length, 2) where text[index] & 0xC0 != 0x80 {
            throw failure(.invalidUTF8)
        }
        append(text, position..<position + length, to: &bytes)
        position += length
    }

    private mutating func appendEscape(
        _ text: borrowing Span<UInt8>,
        to bytes: inout [UInt8]
    ) throws(JSONError) {
        let start = position
        guard start + 1 < text.count else { throw failure(.unexpectedEnd, at: text.count) }
        position += 2
        switch text[start + 1] {
        case UInt8(ascii: "\""): bytes.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): bytes.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): bytes.append(contentsOf: try escapedScalar(text, start).utf8)
        default: throw failure(.invalidEscape, at: start)
        }
    }

    /// The scalar of the `\u` escape at `start`, or of the surrogate pair that begins there.
    private mutating func escapedScalar(
        _ text: borrowing Span<UInt8>,
        _ start: Int
    ) throws(JSONError) -> String {
        let unit = try codeUnit(text, escape: start)
        if let scalar = Unicode.Scalar(unit) { return String(scalar) }
        let next = position
        guard
            unit < 0xDC00, take(UInt8(ascii: "\\"), text), take(UInt8(ascii: "u"), text)
        else { throw failure(.loneSurrogate, at: start) }
        let low = try codeUnit(text, escape: next)
        guard 0xDC00...0xDFFF ~= low else { throw failure(.loneSurrogate, at: start) }
        let value = 0x1_0000 + (unit - 0xD800) << 10 + (low - 0xDC00)
        guard let scalar = Unicode.Scalar(value) else { throw failure(.loneSurrogate, at: start) }
        return String(scalar)
    }

    /// The four hexadecimal digits at `position`.
    private mutating func codeUnit(
        _ text: borrowing Span<UInt8>,
        escape start: Int
    ) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard position < text.count else { throw failure(.unexpectedEnd) }
            guard let digit = Self.hexadecimal(text[position]) else {
                throw failure(.invalidEscape, at: start)
            }
            unit = unit << 4 | digit
            position += 1
        }
        return unit
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
