internal import JSON

/// The paths that are not endpoints of the API: vendors' deliveries and what watches the process.
enum PlainPaths {
    static let all: [(path: String, item: JSONValue)] = [
        ("/webhooks/v1/{vendor}", delivery("postDelivery", [vendor])),
        ("/webhooks/v1/{vendor}/{account}", delivery("postDeliveryForAccount", [vendor, account])),
        ("/health", probe("getHealth", "The process runs", json(.reference(.health)))),
        (
            "/health/ready",
            probe(
                "getReadiness",
                "The process can do its work",
                json(.reference(.health)),
                unavailable: true
            )
        ),
        (
            "/metrics",
            probe(
                "getMetrics",
                "Metrics in Prometheus' text format",
                ["text/plain": ["schema": ["type": "string"]]]
            )
        ),
        ("/openapi.json", probe("getDocument", "This document", json(.anyObject))),
    ]

    private static let vendor = parameter("vendor", .vendor)
    private static let account = parameter("account", .identifier("mac"))

    private static func parameter(_ name: String, _ schema: Schema) -> JSONValue {
        ["name": .string(name), "in": "path", "required": true, "schema": schema.json]
    }

    private static func delivery(_ identifier: String, _ parameters: [JSONValue]) -> JSONValue {
        let post: JSONValue = [
            "operationId": .string(identifier),
            "tags": ["deliveries"],
            "summary": "Take a vendor's signed delivery: verified, stored, then answered",
            "security": [],
            "parameters": .array(parameters),
            "requestBody": [
                "required": true, "content": ["application/json": ["schema": .object(.init())]],
            ],
            "responses": [
                "200": [
                    "description": .string(
                        "Stored, or a duplicate of what is; or a vendor's question answered in its "
                            + "own form."
                    ),
                    "content": json(.anyObject),
                ],
                "default": ["$ref": "#/components/responses/Problem"],
            ],
        ]
        guard parameters.count > 1 else { return ["post": post] }
        return [
            "post": post,
            "get": [
                "operationId": "getDeliveryForAccount",
                "tags": ["deliveries"],
                "summary": "Refused, in the words of the vendors whose protocol has some for it",
                "security": [],
                "parameters": .array(parameters),
                "responses": [
                    "200": [
                        "description": "The vendor's own form of refusal.",
                        "content": json(.anyObject),
                    ],
                    "default": ["$ref": "#/components/responses/Problem"],
                ],
            ],
        ]
    }

    private static func probe(
        _ identifier: String,
        _ summary: String,
        _ content: JSONValue,
        unavailable: Bool = false
    ) -> JSONValue {
        var responses = JSONObject()
        responses["200"] = ["description": "OK", "content": content]
        if unavailable {
            responses["503"] = ["description": "Service Unavailable", "content": content]
        }
        return [
            "get": [
                "operationId": .string(identifier),
                "tags": ["operations"],
                "summary": .string(summary),
                "security": [],
                "responses": .object(responses),
            ]
        ]
    }

    private static func json(_ schema: Schema) -> JSONValue {
        ["application/json": ["schema": schema.json]]
    }
}
