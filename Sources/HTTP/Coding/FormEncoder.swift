/// Writes `application/x-www-form-urlencoded`, pairs in the order they are appended.
///
/// Names are encoded too; a nested name like `metadata[booking]` is one name.
package struct FormEncoder: Sendable {
    package static let contentType = "application/x-www-form-urlencoded"

    /// The body so far.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package init(_ pairs: some Sequence<(String, String)>) {
        for (name, value) in pairs { append(name, value) }
    }

    package mutating func append(_ name: String, _ value: String) {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
        PercentCoding.append(name, spaceAsPlus: true, to: &bytes)
        bytes.append(UInt8(ascii: "="))
        PercentCoding.append(value, spaceAsPlus: true, to: &bytes)
    }

    package mutating func append(_ name: String, _ value: Int64) {
        append(name, String(value))
    }

    package mutating func append(_ name: String, _ value: Bool) {
        append(name, value ? "true" : "false")
    }
}
