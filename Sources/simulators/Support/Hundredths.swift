internal import JSON

/// An amount with at most two decimals, exact, and the digits it was written with: some vendors
/// sign those.
struct Hundredths: Sendable, Equatable {
    /// In minor units of a currency that has two decimals; not negative.
    let minor: Int64
    let text: String

    /// Eleven digits at most, with at most two decimals behind a point, and nothing else.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let decimals = parts.count == 2 ? parts[1] : "00"
        guard parts.count <= 2, (1...11).contains(parts[0].utf8.count),
            (1...2).contains(decimals.utf8.count),
            (parts[0] + decimals).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let whole = Int64(parts[0]), let fraction = Int64(decimals)
        else { return nil }
        minor = whole * 100 + (decimals.utf8.count == 1 ? fraction * 10 : fraction)
        self.text = text
    }

    /// Written with two decimals.
    init(minor: Int64) {
        precondition(minor >= 0, "an amount is not negative")
        self.minor = minor
        text = "\(minor / 100).\(minor % 100 < 10 ? "0" : "")\(minor % 100)"
    }

    /// As a JSON number with two decimals.
    var json: JSONValue { .number(Self(minor: minor).text) }

    static func == (one: Self, other: Self) -> Bool { one.minor == other.minor }
}

extension JSONReader<Hundredths> {
    /// A JSON number with at most two decimals, however it is written.
    static var hundredths: Self {
        JSONReader<JSONValue>.any.map("This must be an amount with at most two decimals.") {
            switch $0 {
            case .integer(let value): Hundredths("\(value)")
            case .number(let digits): Hundredths(digits)
            case .null, .bool, .string, .array, .object: nil
            }
        }
    }
}
