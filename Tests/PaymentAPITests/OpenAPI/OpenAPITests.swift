import HTTP
import HTTPServer
import JSON
import PaymentCore
import TestKit
import Testing

@testable import PaymentAPI

struct OpenAPITests {
    @Test
    func `every route is in the document and every path of the document is a route`() throws {
        let routes = RouteTable.standard(APIConfiguration()).router.routes
        let served = Set(routes.map { "\($0.method) \($0.pattern)" })
        #expect(try APIContract(document: OpenAPIDocument.bytes).operations == served)
    }

    @Test
    func `all paths of payments have their other name`() {
        for operation in RouteTable.endpoints.map(\.operation)
        where operation.path.hasPrefix("/intents") {
            #expect(operation.alias == "/transactions" + operation.path.dropFirst(8))
        }
    }

    @Test
    func `operations have names of their own`() {
        let paths = OpenAPIDocument.json["paths"]?.objectValue?.members ?? []
        let names = paths.flatMap { path in
            (path.value.objectValue?.members ?? []).compactMap {
                $0.value["operationId"]?.stringValue
            }
        }
        #expect(names.count > 50)
        #expect(Set(names).count == names.count)
    }

    @Test
    func `every component is referred to, and every reference leads somewhere`() {
        let text = OpenAPIDocument.json.text
        let schemas = OpenAPIDocument.json["components"]?["schemas"]?.objectValue
        for component in Component.all {
            #expect(text.contains("\"#/components/schemas/\(component.name)\""))
        }
        for match in text.matches(of: /"#\/components\/schemas\/([A-Za-z]+)"/) {
            #expect(schemas?[String(match.output.1)] != nil)
        }
    }

    @Test(arguments: RouteTable.endpoints.map(\.operation.name))
    func `the parameters of a path are those that the endpoint reads`(name: String) throws {
        let endpoint = try #require(RouteTable.endpoints.first { $0.operation.name == name })
        let inPath = endpoint.operation.path.matches(of: /\{([a-z]+)\}/).map { String($0.output.1) }
        #expect(endpoint.recorded.recordedParameters.map(\.name) == inPath)
    }

    @Test(arguments: RouteTable.endpoints.map(\.operation.name))
    func `only an operation that takes a body reads one, and money moves by POST`(
        name: String
    ) throws {
        let endpoint = try #require(RouteTable.endpoints.first { $0.operation.name == name })
        let operation = endpoint.operation
        if operation.body == .none { #expect(endpoint.recorded.body.recordedMembers.isEmpty) }
        if operation.movesMoney { #expect(operation.method == .post) }
        if operation.method == .get || operation.method == .delete {
            #expect(operation.body == .none)
        }
    }

    @Test
    func `a shadowed route does not start`() {
        #expect(throws: (any Error).self) {
            try RouteTable([GetIntent(), GetIntent()], surfaces: [.api])
        }
    }

    @Test
    func `a process serves only its surfaces`() {
        var configuration = APIConfiguration()
        configuration.surfaces = [.webhooks]
        let paths = RouteTable.standard(configuration).router.routes.map(\.pattern.description)
        #expect(!paths.contains { $0.hasPrefix("/api") })
        #expect(paths.contains("/webhooks/v1/{vendor}"))
        #expect(paths.contains("/health/ready"))
    }

    private static let states = IntentState.allCases.map(\.rawValue)

    /// Types of text with what they take and what they do not.
    private static let types: [(name: String, read: @Sendable (String) -> Bool, schema: Schema)] = [
        type("text", FieldType<String>.text(1...5)),
        type("url", FieldType<String>.url),
        type("email", FieldType<String>.email),
        type("token", FieldType<String>.vendorToken),
        type("currency", FieldType<Currency>.currency),
        type("customer", FieldType<CustomerID>.identifier()),
        type("states", FieldType<Set<IntentState>>.choices(IntentState.self)),
    ]

    private static func type<Value>(
        _ name: String,
        _ type: FieldType<Value>
    ) -> (name: String, read: @Sendable (String) -> Bool, schema: Schema) {
        (
            name,
            { text in
                var problems: [FieldProblem] = []
                return type.read(.string(text), "", &problems) != nil
            },
            type.schema()
        )
    }

    @Test(
        arguments: [
            "", "a", "abcdef", "a b", "a\u{1}b", "a\u{7F}", "ü", "😀", "a@b", "a b@c", "@", "a@b@c",
            "https://a.b", "http://a", "ftp://a.b", "https:///a", "https://a b", "https://ü.de",
            "USD", "XXX", "usd", "cus_01j8z3k4m5n6p7q8r9s0t1v2w3", "cus_81j8z3k4m5n6p7q8r9s0t1v2w3",
            "cus_7zzzzzzzzzzzzzzzzzzzzzzzzz", "cus_zzzzzzzzzzzzzzzzzzzzzzzzzz",
        ] + states.prefix(1) + [
            states.joined(separator: ","), "\(states[0]),", "\(states[0]),paid",
        ]
    )
    func `a schema takes what its reader takes`(text: String) {
        let validator = SchemaValidator(document: OpenAPIDocument.json, closed: true)
        for type in Self.types {
            let violations = validator.violations(of: .string(text), under: type.schema.json)
            #expect(violations.isEmpty == type.read(text), "\(type.name): \(violations)")
        }
    }

    @Test(
        arguments: [
            [:], ["a": "b"], ["a": ""], ["a": "b\u{1}"], ["a": 1], ["": "b"],
            ["a": .string(String(repeating: "😀", count: 500))],
            ["a": .string(String(repeating: "x", count: 501))],
        ] as [JSONValue]
    )
    func `the schema of metadata takes what its reader takes`(metadata: JSONValue) {
        let type = FieldType<[String: String]>.metadata
        var problems: [FieldProblem] = []
        let isRead = type.read(metadata, "", &problems) != nil
        let violations = SchemaValidator(document: .null, closed: true)
            .violations(of: metadata, under: type.schema().json)
        #expect(violations.isEmpty == isRead, "\(violations)")
    }

    @Test
    func `conditions on details are parameters of the document`() async throws {
        let list = OpenAPIDocument.json["paths"]?["/api/v1/payments/intents"]?["get"]
        let parameters = try #require(list?["parameters"]?.arrayValue)
        let details = try #require(parameters.first { $0["name"] == "details" }?["schema"])
        let validator = SchemaValidator(document: OpenAPIDocument.json, closed: true)
        let api = try APIFixture()
        for (name, isTaken) in [
            ("details.receipt.number", true), ("details.fee%5Bbetween%5D", true),
            ("details.fee%5Babout%5D", false), ("details.a!b", false), ("details.", false),
        ] {
            let plain = try #require(PercentCoding.decode(name))
            let violations = validator.violations(
                of: .object(JSONObject([(plain, .string("1,5"))])),
                under: details
            )
            #expect(violations.isEmpty == isTaken, "\(violations)")
            let answer = await api.send(.get, "/intents?\(name)=1,5")
            #expect((answer.status == 200) == isTaken, "\(plain)")
        }
    }

    @Test
    func `a request's id is any text, because none is refused`() {
        let parameter = OpenAPIDocument.json["components"]?["parameters"]?["RequestId"]
        #expect(parameter?["schema"] == ["type": "string"])
    }
}
