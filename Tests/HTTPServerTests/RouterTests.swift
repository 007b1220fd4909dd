import HTTP
import HTTPServer
import Testing

@Suite struct RouterTests {
    private static func router() throws -> Router<String> {
        try Router([
            .init(.get, "/", "root"),
            .init(.get, "/intents", "list"),
            .init(.post, "/intents", "create"),
            .init(.get, "/intents/{id}", "read"),
            .init(.get, "/intents/search", "search"),
            .init(.post, "/intents/{id}/capture", "capture"),
            .init(.put, "/methods/{id}/default", "default"),
            .init(.post, "/methods/sessions", "session"),
            .init(.get, "/methods/{id}", "method"),
            .init(.options, "/own", "own options"),
            .init(.head, "/own", "own head"),
            .init(.get, "/own", "own"),
            .init(.get, "/a/{x}/b/{y}", "two"),
        ])
    }

    /// A match as text: endpoint and parameters, or what else there is to say.
    private static func describe(_ match: Router<String>.Match, _ names: [String]) -> String {
        switch match {
        case .found(let route, let parameters):
            ([route.endpoint] + names.map { "\($0)=\(parameters[$0])" }).joined(separator: " ")
        case .notFound: "404"
        case .methodNotAllowed(let allow): "405 \(allow)"
        case .options(let allow): "options \(allow)"
        case .malformedPath: "400"
        }
    }

    @Test(arguments: [
        ("GET", "/", "root"),
        ("GET", "/intents", "list"),
        ("HEAD", "/intents", "list"),
        ("POST", "/intents", "create"),
        ("GET", "/intents/search", "search"),
        ("GET", "/%69ntents", "list"),
        ("HEAD", "/own", "own head"),
        ("OPTIONS", "/own", "own options"),
        ("DELETE", "/intents", "405 GET, HEAD, POST, OPTIONS"),
        ("POST", "/intents/search", "405 GET, HEAD, OPTIONS"),
        ("OPTIONS", "/intents", "options GET, HEAD, POST, OPTIONS"),
        ("OPTIONS", "/nothing", "404"),
        ("GET", "/intents/", "404"),
        ("GET", "//intents", "404"),
        ("GET", "/intents//capture", "404"),
        ("GET", "/Intents", "404"),
        ("GET", "/intents/a/b", "404"),
        ("GET", "/intents/a%2Fb", "read"),
        ("GET", "/intents%2Fsearch", "404"),
        ("POST", "/intents/a%2fcapture", "405 GET, HEAD, OPTIONS"),
        ("GET", "/intents/a%00", "400"),
        ("GET", "/intents/%FF", "400"),
        ("GET", "/intents/..", "400"),
        ("GET", "/intents/%2e%2E/x", "400"),
        ("GET", "/./intents", "400"),
    ])
    func `a path finds its route`(method: String, path: String, expected: String) throws {
        let method = try #require(HTTPMethod(method))
        #expect(try RouterTests.describe(RouterTests.router().match(method, path), []) == expected)
    }

    @Test func `parameters are decoded, each segment for itself`() throws {
        let router = try RouterTests.router()
        func match(_ method: HTTPMethod, _ path: String, _ names: String...) -> String {
            RouterTests.describe(router.match(method, path), names)
        }
        #expect(match(.get, "/intents/pay_1", "id") == "read id=pay_1")
        #expect(match(.get, "/intents/a%20b+c", "id") == "read id=a b+c")
        #expect(match(.get, "/intents/%E2%82%AC", "id") == "read id=€")
        #expect(match(.get, "/intents/a%252Fb", "id") == "read id=a%2Fb")
        #expect(match(.get, "/intents/a%2Fb%2f..", "id") == "read id=a/b/..")
        #expect(match(.get, "/intents/a.b", "id") == "read id=a.b")
        #expect(match(.post, "/intents/x/capture", "id") == "capture id=x")
        #expect(match(.get, "/a/1/b/2", "x", "y") == "two x=1 y=2")
    }

    @Test func `a literal of another method does not hide a parameter`() throws {
        let router = try RouterTests.router()
        let match = router.match(.get, "/methods/sessions")
        #expect(RouterTests.describe(match, ["id"]) == "method id=sessions")
        let put = router.match(.put, "/methods/sessions/default")
        #expect(RouterTests.describe(put, ["id"]) == "default id=sessions")
    }

    @Test func `OPTIONS star names every method`() throws {
        guard case .options(let allow) = try RouterTests.router().match(.options, "*") else {
            Issue.record("not recognised")
            return
        }
        #expect(allow == "GET, HEAD, POST, PUT, OPTIONS")
    }

    @Test(arguments: [
        ("/a/{x}", "/a/{y}", RoutingError.Code.duplicate),
        ("/a/b", "/a/b", .duplicate),
        ("/a/{x}/c", "/a/b/{y}", .ambiguous),
        ("/{x}/b", "/a/{y}", .ambiguous),
    ])
    func `routes that compete are refused when the table is built`(
        first: String,
        second: String,
        code: RoutingError.Code
    ) throws {
        let routes = [
            try Router<Int>.Route(.get, first, 1), try Router<Int>.Route(.get, second, 2),
        ]
        let error = try #require(throws: RoutingError.self) { try Router(routes) }
        #expect(error.code == code)
        // Of different methods they do not compete.
        _ = try Router([routes[0], try Router<Int>.Route(.post, second, 2)])
    }

    @Test(arguments: ["", "a", "/a//b", "/a/", "/{}", "/{x}/{x}", "/a%20b", "/a?b", "/{x}y"])
    func `a pattern that cannot match as it reads is refused`(pattern: String) {
        let error = #expect(throws: RoutingError.self) { try PathPattern(pattern) }
        #expect(error?.code == .malformedPattern)
    }
}
