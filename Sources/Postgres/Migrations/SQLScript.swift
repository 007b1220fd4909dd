/// A text of several statements, split at the semicolons that end them.
struct SQLScript {
    /// One statement without its semicolon.
    struct Piece {
        let tokens: [SQLToken]
        let text: Substring.UTF8View
        /// Where its first token is, from one.
        let line: Int
    }

    let pieces: [Piece]

    init(_ text: String, file: String) throws(PostgresError) {
        let tokens = try SQLLexer.tokens(of: text, file: file)
        let utf8 = text[...].utf8
        pieces = tokens.split(whereSeparator: { $0.isSymbol(";") }).compactMap { tokens in
            guard let first = tokens.first, let last = tokens.last else { return nil }
            let start = utf8.index(utf8.startIndex, offsetBy: first.range.lowerBound)
            let end = utf8.index(utf8.startIndex, offsetBy: last.range.upperBound)
            return Piece(tokens: Array(tokens), text: utf8[start..<end], line: first.line)
        }
    }
}

extension SQLScript.Piece {
    /// The statement with every `:"name"` replaced by that variable's value as a quoted identifier;
    /// nil when a variable has no value.
    func sql(with variables: [String: String]) -> String? {
        guard let base = tokens.first?.range.lowerBound else { return "" }
        let bytes = Array(text)
        var result: [UInt8] = []
        var copied = 0
        for token in tokens {
            guard case .variable(let name) = token.kind else { continue }
            guard let value = variables[name] else { return nil }
            result += bytes[copied..<token.range.lowerBound - base]
            result += Identifier.quoted(value).utf8
            copied = token.range.upperBound - base
        }
        result += bytes[copied...]
        return String(decoding: result, as: UTF8.self)
    }
}

/// Names as SQL.
package enum Identifier {
    /// The name in double quotes, so that it is taken exactly as it is.
    package static func quoted(_ name: String) -> String {
        precondition(!name.utf8.contains(0), "a name has no U+0000")
        var quoted = "\""
        for character in name.unicodeScalars {
            if character == "\"" { quoted.unicodeScalars.append(character) }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }
}
