internal import HTTP
internal import JSON
internal import PaymentCore

/// The API document (OpenAPI 3.1), derived from the endpoints themselves: what they read describes
/// their requests, and the components describe their answers.
enum OpenAPIDocument {
    static let bytes: [UInt8] = json.bytes()

    static let json: JSONValue = [
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": [
            "title": "Payments",
            "version": "1.0.0",
            "summary": "The one place in a platform where money-movement vendors are known.",
            "description": .string(conventions),
        ],
        "servers": [["url": "/"]],
        "security": [["bearer": []]],
        "tags": .array(tags.map { ["name": .string($0)] }),
        "paths": .object(paths),
        "components": [
            "securitySchemes": [
                "bearer": [
                    "type": "http", "scheme": "bearer",
                    "description": "An API key: gwk_….",
                ]
            ],
            "schemas": .object(JSONObject(Component.all.map { ($0.name, $0.schema.json) })),
            "parameters": .object(sharedParameters),
            "headers": [
                "RequestID": [
                    "description": "The request's id, given or made.",
                    "schema": ["type": "string"],
                ],
                "Replayed": [
                    "description": "`true` when this answer was given before under the same key.",
                    "schema": ["type": "string"],
                ],
                "RetryAfter": [
                    "description": "Seconds to wait before trying again.",
                    "schema": ["type": "integer"],
                ],
            ],
            "responses": [
                "Problem": [
                    "description": "What went wrong.",
                    "headers": [
                        "X-Request-Id": ["$ref": "#/components/headers/RequestID"],
                        "Retry-After": ["$ref": "#/components/headers/RetryAfter"],
                    ],
                    "content": [
                        "application/problem+json": [
                            "schema": Schema.reference(.problem).json
                        ]
                    ],
                ]
            ],
        ],
    ]

    private static let conventions = """
        JSON with snake_case fields, RFC 3339 times in UTC, amounts as integers in minor units. \
        Unknown fields are refused. Every movement of money needs an Idempotency-Key, and what \
        creates orders, customers, methods and sessions takes one: the same \
        key with the same request gives the same answer, another request with it is a 422. An \
        outcome that is not known yet is 202 with status processing: never a success, never a \
        failure. Errors are RFC 9457 in English, Russian or Uzbek by Accept-Language.
        """

    private static let tags: [String] = {
        var tags: [String] = []
        for endpoint in RouteTable.endpoints where !tags.contains(endpoint.operation.tag) {
            tags.append(endpoint.operation.tag)
        }
        return tags + ["deliveries", "operations"]
    }()

    /// All paths with their operations; an alias is described as what it is.
    private static let paths: JSONObject = {
        var paths = JSONObject()
        for endpoint in RouteTable.endpoints {
            let operation = endpoint.operation
            for path in [operation.path, operation.alias].compactMap(\.self) {
                let full = RouteTable.root + path
                var item = paths[full]?.objectValue ?? JSONObject()
                item[operation.method.rawValue.lowercased()] =
                    OperationDocument(
                        endpoint,
                        path: path
                    ).json
                paths[full] = .object(item)
            }
        }
        for (path, item) in PlainPaths.all { paths[path] = item }
        return paths
    }()

    private static let sharedParameters = JSONObject([
        (
            "TenantId",
            header(
                "Tenant-Id",
                Schema.identifier("ten"),
                "The tenant that a platform key acts for."
            )
        ),
        (
            "GatewayActor",
            header(
                "Gateway-Actor",
                .text(length: 1...128),
                "The person in front of the caller's screen."
            )
        ),
        (
            "AcceptLanguage",
            header("Accept-Language", .string, "Language of problems: en, ru or uz.")
        ),
        (
            "RequestId",
            header(
                "X-Request-Id",
                .string,
                "Echoed when it is fit for a log line, made otherwise; never refused."
            )
        ),
        ("Traceparent", header("traceparent", .string, "W3C trace context.")),
        (
            "IdempotencyKey",
            header(
                "Idempotency-Key",
                .text(length: 1...257, pattern: "^[ -~]*$"),
                "Bare or quoted, at most 255 printable ASCII characters.",
                isRequired: true
            )
        ),
        (
            "OptionalKey",
            header(
                "Idempotency-Key",
                .text(length: 1...257, pattern: "^[ -~]*$"),
                "Bare or quoted, at most 255 printable ASCII characters; without it each creates "
                    + "anew."
            )
        ),
    ])

    private static func header(
        _ name: String,
        _ schema: Schema,
        _ description: String,
        isRequired: Bool = false
    ) -> JSONValue {
        [
            "name": .string(name), "in": "header", "required": .bool(isRequired),
            "description": .string(description), "schema": schema.json,
        ]
    }
}
