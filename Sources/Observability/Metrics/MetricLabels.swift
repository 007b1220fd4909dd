/// The labels of a series: sorted, names legal, values as they go into the exposition.
struct MetricLabels: Hashable {
    let pairs: [(name: String, value: String)]
    /// `name="value",…`, escaped; equal labels have equal texts.
    let text: String

    init(_ dimensions: [(String, String)]) {
        pairs = dimensions.map { (Self.legalName($0.0), Masking.masked($0.1)) }
            .sorted { $0.name < $1.name }
        text = pairs.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
    }

    /// The labels of the series that takes what exceeds a metric's limit.
    var overflow: MetricLabels { MetricLabels(pairs.map { ($0.name, "_other") }) }

    static func == (one: MetricLabels, other: MetricLabels) -> Bool { one.text == other.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// `[a-zA-Z_][a-zA-Z0-9_]*`, with whatever else is in `name` replaced.
    static func legalName(_ name: String, allowsColon: Bool = false) -> String {
        var bytes = name.utf8.map { byte in
            let isLegal = byte.isAlphanumeric || (allowsColon && byte == UInt8(ascii: ":"))
            return isLegal ? byte : UInt8(ascii: "_")
        }
        if bytes.first.map(\.isDigit) ?? true { bytes.insert(UInt8(ascii: "_"), at: 0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func escaped(_ value: String) -> String {
        var result = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": result += #"\\"#
            case "\"": result += #"\""#
            case "\n": result += #"\n"#
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
