import HTTP
import HTTPServer
import JSON
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
}
