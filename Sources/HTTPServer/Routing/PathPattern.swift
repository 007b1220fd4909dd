/// A path with places for values: `/intents/{id}/capture`.
package struct PathPattern: Sendable, Hashable, CustomStringConvertible {
    enum Segment: Sendable, Hashable {
        case literal(String)
        case parameter(String)
    }

    let segments: [Segment]
    /// As it was written: the label of the route in logs and metrics.
    package let description: String

    /// - Throws: `RoutingError` with code `malformedPattern`: it does not start with a slash, a
    ///   segment is empty, or a parameter's name is empty or used twice.
    package init(_ text: String) throws(RoutingError) {
        description = text
        guard text.hasPrefix("/") else {
            throw RoutingError(.malformedPattern, "\(text) does not start with a slash")
        }
        var segments: [Segment] = []
        var names: Set<String> = []
        if text != "/" {
            for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
                if part.hasPrefix("{"), part.hasSuffix("}"), part.count > 2 {
                    let name = String(part.dropFirst().dropLast())
                    guard names.insert(name).inserted else {
                        throw RoutingError(.malformedPattern, "\(text) uses {\(name)} twice")
                    }
                    segments.append(.parameter(name))
                } else if !part.isEmpty, !part.contains(where: { "{}%?#".contains($0) }) {
                    segments.append(.literal(String(part)))
                } else {
                    throw RoutingError(.malformedPattern, "\(text) has a segment '\(part)'")
                }
            }
        }
        self.segments = segments
    }

    /// How two patterns relate as sets of paths.
    enum Relation {
        case disjoint
        case same
        /// One is the other with some parameters filled in: it wins for its paths.
        case nested
        /// Some paths fit both and neither is the better answer.
        case ambiguous
    }

    func relation(to other: PathPattern) -> Relation {
        guard segments.count == other.segments.count else { return .disjoint }
        var isNarrower = false
        var isWider = false
        for (mine, theirs) in zip(segments, other.segments) {
            switch (mine, theirs) {
            case (.literal(let one), .literal(let another)):
                if one != another { return .disjoint }
            case (.literal, .parameter): isNarrower = true
            case (.parameter, .literal): isWider = true
            case (.parameter, .parameter): break
            }
        }
        switch (isNarrower, isWider) {
        case (false, false): return .same
        case (true, false), (false, true): return .nested
        case (true, true): return .ambiguous
        }
    }
}

/// A route table that cannot work, found when it is built.
package struct RoutingError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case malformedPattern = "malformed_pattern"
        /// Two routes of one method match exactly the same paths.
        case duplicate
        /// Two routes of one method match a common path and neither is more specific.
        case ambiguous
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
