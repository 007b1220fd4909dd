internal import JSON

/// A vendor's details as they are stored: the document, and its leaves as `path=value` terms, so
/// that one ordinary index answers "which payments have this value in that field".
///
/// Numbers are brought into one form, so that `1.50` finds 1.5; the elements of an array stand
/// under the array's own path.
struct DetailTerms {
    /// Longer values are kept in the document and not found by equality.
    static let longestTerm = 200
    static let mostTerms = 64

    private(set) var terms: [String] = []

    init(_ details: JSONValue) {
        collect(details, under: "")
    }

    /// The terms, one of which every payment has whose field equals a value.
    static func matching(path: [String], value: String) -> [String] {
        let field = path.joined(separator: ".")
        let normal = Self.normalized(number: value)
        return ["\(field)=\(value)"] + (normal.map { $0 == value ? [] : ["\(field)=\($0)"] } ?? [])
    }

    private mutating func collect(_ value: JSONValue, under path: String) {
        guard terms.count < Self.mostTerms else { return }
        switch value {
        case .null: break
        case .bool(let flag): add(path, "\(flag)")
        case .integer(let number): add(path, "\(number)")
        case .number(let digits): add(path, Self.normalized(number: digits) ?? digits)
        case .string(let text):
            add(path, text)
            if let normal = Self.normalized(number: text), normal != text { add(path, normal) }
        case .array(let elements):
            for element in elements { collect(element, under: path) }
        case .object(let object):
            for member in object.members {
                collect(member.value, under: path.isEmpty ? member.name : "\(path).\(member.name)")
            }
        }
    }

    private mutating func add(_ path: String, _ value: String) {
        let term = "\(path)=\(value)"
        guard term.utf8.count <= Self.longestTerm, !term.utf8.contains(0), !terms.contains(term)
        else { return }
        terms.append(term)
    }

    /// A plain decimal without leading and trailing zeros; nil for anything that is not one.
    static func normalized(number text: String) -> String? {
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0)
            .split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count),
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        let whole = parts[0].drop { $0 == "0" }
        var fraction = parts.count == 2 ? parts[1] : ""
        while fraction.last == "0" { fraction.removeLast() }
        let magnitude = (whole.isEmpty ? "0" : whole) + (fraction.isEmpty ? "" : ".\(fraction)")
        return isNegative && magnitude != "0" ? "-\(magnitude)" : String(magnitude)
    }
}

extension Documents {
    /// What is stored of a vendor's details. A vendor's word must never keep a fact from being
    /// stored, so what `jsonb` cannot hold is replaced.
    static func searchable(_ details: String?) -> (document: String, terms: [String])? {
        guard let details else { return nil }
        // Silence is right: what is not JSON is kept as the text that it is.
        let value = (try? JSONValue.parse(Array(details.utf8))) ?? .string(details)
        let storable = value.replacingNull
        return (storable == value ? details : storable.text, DetailTerms(storable).terms)
    }
}

extension JSONValue {
    fileprivate var replacingNull: JSONValue {
        switch self {
        case .null, .bool, .integer, .number: self
        case .string(let text): .string(text.replacingNull)
        case .array(let elements): .array(elements.map(\.replacingNull))
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map { ($0.name.replacingNull, $0.value.replacingNull) }
                )
            )
        }
    }
}
