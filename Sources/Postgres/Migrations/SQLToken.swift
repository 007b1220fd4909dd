/// A token of SQL, as far as splitting and linting need to know it, and the line it begins on.
struct SQLToken: Hashable {
    enum Kind: Hashable {
        /// A keyword or an unquoted name, in lower case.
        case word(String)
        /// A name in double quotes, unescaped.
        case quotedName(String)
        /// A string in quotes of any form, number, or parameter.
        case literal
        /// `:"name"`: psql's quoted-identifier variable, replaced before sending.
        case variable(String)
        case symbol(UInt8)
    }

    let kind: Kind
    /// From one.
    let line: Int
    /// Where it is in the text, in bytes.
    let range: Range<Int>

    /// The keyword or unquoted name that it is.
    var word: String? {
        if case .word(let word) = kind { word } else { nil }
    }

    /// Whether it can name a relation or a schema.
    var isName: Bool {
        switch kind {
        case .word, .quotedName, .variable: true
        case .literal, .symbol: false
        }
    }

    func isSymbol(_ symbol: Unicode.Scalar) -> Bool { kind == .symbol(UInt8(ascii: symbol)) }
}
