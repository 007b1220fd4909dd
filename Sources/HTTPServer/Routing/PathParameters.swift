internal import HTTP

/// The values that a path gave for its pattern's parameters, percent-decoded.
package struct PathParameters: Sendable, Hashable {
    private let pattern: PathPattern
    private let values: [String]

    init(_ pattern: PathPattern, _ values: [String]) {
        self.pattern = pattern
        self.values = values
    }

    /// The value for `{name}`; a name that the pattern does not have is a mistake of ours.
    package subscript(_ name: String) -> String {
        var position = 0
        for case .parameter(let known) in pattern.segments {
            if known == name { return values[position] }
            position += 1
        }
        preconditionFailure("the route's pattern has no such parameter")
    }
}

/// The raw segments of a path and what they mean.
enum PathSegments {
    private static let slash = UInt8(ascii: "/")

    /// The first segment of `rest` and what follows its slash; `nil` when there is none.
    static func next(
        _ rest: Substring.UTF8View
    ) -> (segment: Substring.UTF8View, after: Substring.UTF8View?) {
        guard let end = rest.firstIndex(of: slash) else { return (rest, nil) }
        return (rest[..<end], rest[rest.index(after: end)...])
    }

    static func equal(_ segment: Substring.UTF8View, _ text: String) -> Bool {
        segment.contains(UInt8(ascii: "%"))
            ? decoded(segment) == text : segment.elementsEqual(text.utf8)
    }

    /// The text of a segment of a well-formed path.
    static func decoded(_ segment: Substring.UTF8View) -> String {
        guard let text = PercentCoding.decode(Substring(segment)) else {
            preconditionFailure("the path was checked before it was matched")
        }
        return text
    }

    /// Whether every segment decodes to text without NUL, and none is `.` or `..`, which another
    /// reader would resolve. An escaped slash is the segment's own: segments are separated before
    /// they are decoded.
    static func isWellFormed(_ path: String) -> Bool {
        // Nearly every path is plain, and then there is nothing to decode.
        let isPlain = !path.utf8.contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: ".") }
        if isPlain { return true }
        return path.utf8.split(separator: slash).allSatisfy { segment in
            guard let text = PercentCoding.decode(Substring(segment)) else { return false }
            return text != "." && text != ".."
        }
    }
}
