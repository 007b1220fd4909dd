/// Cuts SQL into tokens by Postgres' lexical rules (its manual, section 4.1): quotes, dollar quotes,
/// nested comments.
struct SQLLexer {
    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var line = 1

    /// The tokens of `text`; throws `.migration`, naming file and line, when a quote or comment is
    /// left open.
    static func tokens(of text: String, file: String) throws(PostgresError) -> [SQLToken] {
        var lexer = SQLLexer(bytes: Array(text.utf8), file: file)
        var tokens: [SQLToken] = []
        while let token = try lexer.next() { tokens.append(token) }
        return tokens
    }

    private init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    private mutating func next() throws(PostgresError) -> SQLToken? {
        try skipBlanks()
        guard let byte = peek() else { return nil }
        let (start, line) = (position, line)
        let kind = try kind(startingWith: byte)
        return SQLToken(kind: kind, line: line, range: start..<position)
    }

    private mutating func kind(startingWith byte: UInt8) throws(PostgresError) -> SQLToken.Kind {
        switch byte {
        case UInt8(ascii: "'"):
            try skipString(escapes: false)
            return .literal
        case UInt8(ascii: "\""):
            return .quotedName(try quotedName())
        case UInt8(ascii: ":") where peek(1) == UInt8(ascii: "\""):
            advance()
            return .variable(try quotedName())
        case UInt8(ascii: "$"):
            return try dollar()
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            skip { Self.isInsideName($0) || $0 == UInt8(ascii: ".") }
            return .literal
        case _ where Self.isStartOfName(byte):
            return try word()
        default:
            advance()
            return .symbol(byte)
        }
    }

    private mutating func word() throws(PostgresError) -> SQLToken.Kind {
        let start = position
        skip(while: Self.isInsideName)
        let word = String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
        // A string with a prefix: E'..' has escapes, B, X, N and U& do not.
        guard peek() == UInt8(ascii: "'"), ["e", "b", "x", "n"].contains(word) else {
            return .word(word)
        }
        try skipString(escapes: word == "e")
        return .literal
    }

    private mutating func skipString(escapes: Bool) throws(PostgresError) {
        let opened = line
        advance()
        while let byte = peek() {
            advance()
            if escapes, byte == UInt8(ascii: "\\") {
                advance()
            } else if byte == UInt8(ascii: "'") {
                guard peek() == byte else { return }
                advance()
            }
        }
        throw open("string", since: opened)
    }

    private mutating func quotedName() throws(PostgresError) -> String {
        let opened = line
        advance()
        var name: [UInt8] = []
        while let byte = peek() {
            advance()
            if byte == UInt8(ascii: "\"") {
                guard peek() == byte else { return String(decoding: name, as: UTF8.self) }
                advance()
            }
            name.append(byte)
        }
        throw open("quoted name", since: opened)
    }

    /// A parameter like `$1`, or a dollar-quoted string like `$$..$$` or `$tag$..$tag$`.
    private mutating func dollar() throws(PostgresError) -> SQLToken.Kind {
        let opened = line
        let start = position
        advance()
        if let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            skip { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            return .literal
        }
        skip { Self.isInsideName($0) && $0 != UInt8(ascii: "$") }
        guard peek() == UInt8(ascii: "$") else { return .symbol(UInt8(ascii: "$")) }
        advance()
        let quote = bytes[start..<position]
        while peek() != nil {
            if bytes[position...].starts(with: quote) {
                for _ in quote { advance() }
                return .literal
            }
            advance()
        }
        throw open("dollar quote", since: opened)
    }

    private mutating func skipBlanks() throws(PostgresError) {
        while let byte = peek() {
            switch (byte, peek(1)) {
            case (UInt8(ascii: "-"), UInt8(ascii: "-")):
                skip { $0 != UInt8(ascii: "\n") }
            case (UInt8(ascii: "/"), UInt8(ascii: "*")):
                try skipComment()
            case (UInt8(ascii: " "), _), (UInt8(ascii: "\t"), _), (UInt8(ascii: "\n"), _),
                (UInt8(ascii: "\r"), _), (0x0B, _), (0x0C, _):
                advance()
            default:
                return
            }
        }
    }

    /// Block comments nest, unlike in C.
    private mutating func skipComment() throws(PostgresError) {
        let opened = line
        var depth = 0
        while let byte = peek() {
            switch (byte, peek(1)) {
            case (UInt8(ascii: "/"), UInt8(ascii: "*")):
                depth += 1
                advance()
            case (UInt8(ascii: "*"), UInt8(ascii: "/")):
                depth -= 1
                advance()
            default:
                break
            }
            advance()
            if depth == 0 { return }
        }
        throw open("comment", since: opened)
    }

    private func open(_ what: String, since line: Int) -> PostgresError {
        PostgresError(.migration, "\(file):\(line): this \(what) is never closed")
    }

    // MARK: Bytes

    private func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private mutating func advance() {
        guard position < bytes.count else { return }
        if bytes[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private mutating func skip(while isWanted: (UInt8) -> Bool) {
        while let byte = peek(), isWanted(byte) { advance() }
    }

    private static func isStartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"), 0x80...0xFF:
            true
        default: false
        }
    }

    private static func isInsideName(_ byte: UInt8) -> Bool {
        isStartOfName(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "$")
    }
}
