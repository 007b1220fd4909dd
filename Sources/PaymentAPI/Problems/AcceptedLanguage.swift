package import PaymentCore

extension Language {
    /// The best language for an `Accept-Language` value (RFC 9110 section 12.5.4, lookup by RFC
    /// 4647 section 3.4): the highest weight wins, then the first named. English when none fits.
    package init(accepting field: String?) {
        var best: (language: Language, weight: Int)?
        for range in (field ?? "").utf8.split(separator: UInt8(ascii: ",")).prefix(16) {
            let parts = range.split(separator: UInt8(ascii: ";"), maxSplits: 1)
            guard let tag = parts.first.map(Self.trimmed),
                let language = Self.matching(tag),
                let weight = parts.count == 1 ? 1_000 : Self.weight(Self.trimmed(parts[1])),
                weight > best?.weight ?? 0
            else { continue }
            best = (language, weight)
        }
        self = best?.language ?? .english
    }

    /// The language of a range such as `ru`, `uz-Latn-UZ` or `*`.
    private static func matching(_ range: Substring.UTF8View) -> Language? {
        let primary = Substring(range.prefix { $0 != UInt8(ascii: "-") }).lowercased()
        return primary == "*" ? .english : Language(rawValue: primary)
    }

    /// A weight in thousandths; nil when it is not one of RFC 9110 section 12.4.2.
    private static func weight(_ parameter: Substring.UTF8View) -> Int? {
        let text = Substring(parameter).lowercased()
        guard text.hasPrefix("q=") else { return nil }
        let digits = text.dropFirst(2).split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(digits.count), let whole = Int(digits[0]), (0...1).contains(whole)
        else { return nil }
        guard digits.count == 2 else { return whole * 1_000 }
        guard digits[1].utf8.count <= 3, digits[1].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let padded = digits[1] + String(repeating: "0", count: 3 - digits[1].utf8.count)
        return Int(padded).flatMap { whole * 1_000 + $0 <= 1_000 ? whole * 1_000 + $0 : nil }
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var text = text
        while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
        return text
    }
}
