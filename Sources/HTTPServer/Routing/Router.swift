package import HTTP

/// Finds the endpoint of a method and a path: built once, checked then, never changed.
///
/// Segments match after percent-decoding, each by itself. A literal segment wins over a parameter.
/// HEAD falls back to GET; OPTIONS is answered from the table unless it has a route of its own.
package struct Router<Endpoint: Sendable>: Sendable {
    package struct Route: Sendable {
        package let method: HTTPMethod
        package let pattern: PathPattern
        package let endpoint: Endpoint

        package init(
            _ method: HTTPMethod,
            _ pattern: String,
            _ endpoint: Endpoint
        ) throws(RoutingError) {
            self.method = method
            self.pattern = try PathPattern(pattern)
            self.endpoint = endpoint
        }
    }

    package enum Match {
        case found(Route, PathParameters)
        case notFound
        /// The path exists for the methods in `allow`, and not for this one.
        case methodNotAllowed(allow: String)
        /// OPTIONS of a path or of `*`.
        case options(allow: String)
        /// An escape is broken or hides NUL, or a segment is `.` or `..`: 400.
        case malformedPath
    }

    /// In the order given.
    package let routes: [Route]
    private let root: Node

    /// - Throws: `RoutingError` with code `duplicate` or `ambiguous`.
    package init(_ routes: [Route]) throws(RoutingError) {
        for (index, route) in routes.enumerated() {
            for earlier in routes[..<index] where earlier.method == route.method {
                let pair = "\(route.method) \(earlier.pattern) and \(route.pattern)"
                switch route.pattern.relation(to: earlier.pattern) {
                case .disjoint, .nested: break
                case .same: throw RoutingError(.duplicate, "\(pair) match the same paths")
                case .ambiguous: throw RoutingError(.ambiguous, "\(pair) both match some paths")
                }
            }
        }
        self.routes = routes
        var root = Node()
        for (index, route) in routes.enumerated() {
            root.insert(index, along: route.pattern.segments[...])
        }
        self.root = root
    }

    /// The endpoint for a raw path, as it came without the query.
    package func match(_ method: HTTPMethod, _ path: String) -> Match {
        if path == "*" { return .options(allow: allow(routes.indices)) }
        guard path.utf8.first == UInt8(ascii: "/") else { return .malformedPath }
        var values: [String] = []
        if path.utf8.count > 1, !PathSegments.isWellFormed(path) { return .malformedPath }
        let rest: Substring.UTF8View? = path.utf8.count > 1 ? path.utf8.dropFirst() : nil
        let index =
            root.find(rest, &values) { routes[$0].method == method }
            ?? (method == .head ? root.find(rest, &values) { routes[$0].method == .get } : nil)
        if let index {
            return .found(routes[index], PathParameters(routes[index].pattern, values))
        }
        let known = root.all(rest)
        if known.isEmpty { return .notFound }
        return method == .options
            ? .options(allow: allow(known)) : .methodNotAllowed(allow: allow(known))
    }

    private func allow(_ indices: some Sequence<Int>) -> String {
        var methods: [HTTPMethod] = []
        func add(_ method: HTTPMethod) {
            if !methods.contains(method) { methods.append(method) }
        }
        for index in indices {
            add(routes[index].method)
            if routes[index].method == .get { add(.head) }
        }
        add(.options)
        return methods.map(\.rawValue).joined(separator: ", ")
    }
}

/// One step of the tree of routes; the indices point into the table.
private struct Node: Sendable {
    private var literals: [(text: String, node: Node)] = []
    /// At most one element; an array, since a struct cannot contain itself.
    private var parameter: [Node] = []
    private var routes: [Int] = []

    mutating func insert(_ route: Int, along path: ArraySlice<PathPattern.Segment>) {
        switch path.first {
        case nil:
            routes.append(route)
        case .literal(let text):
            let position = literals.firstIndex { $0.text == text } ?? literals.count
            if position == literals.count { literals.append((text, Node())) }
            literals[position].node.insert(route, along: path.dropFirst())
        case .parameter:
            if parameter.isEmpty { parameter.append(Node()) }
            parameter[0].insert(route, along: path.dropFirst())
        }
    }

    /// The best route along `rest`, the raw segments still to go; `nil` for none left.
    func find(
        _ rest: Substring.UTF8View?,
        _ values: inout [String],
        where isWanted: (Int) -> Bool
    ) -> Int? {
        guard let rest else { return routes.first(where: isWanted) }
        let (segment, after) = PathSegments.next(rest)
        for (text, node) in literals where PathSegments.equal(segment, text) {
            if let route = node.find(after, &values, where: isWanted) { return route }
        }
        guard let node = parameter.first, !segment.isEmpty else { return nil }
        values.append(PathSegments.decoded(segment))
        if let route = node.find(after, &values, where: isWanted) { return route }
        values.removeLast()
        return nil
    }

    /// Every route along `rest`, of whatever method.
    func all(_ rest: Substring.UTF8View?) -> [Int] {
        guard let rest else { return routes }
        let (segment, after) = PathSegments.next(rest)
        var found: [Int] = []
        for (text, node) in literals where PathSegments.equal(segment, text) {
            found += node.all(after)
        }
        if let node = parameter.first, !segment.isEmpty { found += node.all(after) }
        return found
    }
}
