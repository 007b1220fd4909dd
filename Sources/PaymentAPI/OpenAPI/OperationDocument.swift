internal import HTTP
internal import JSON
internal import PaymentCore

/// One operation in the API document, from what its endpoint says and reads.
struct OperationDocument {
    private let endpoint: any Endpoint
    private let operation: Operation
    private let path: String

    /// - Parameter path: the operation's own path or its alias.
    init(_ endpoint: any Endpoint, path: String) {
        self.endpoint = endpoint
        operation = endpoint.operation
        self.path = path
    }

    var json: JSONValue {
        let recorded = endpoint.recorded
        var document = JSONObject()
        document["operationId"] = .string(identifier)
        document["tags"] = [.string(operation.tag)]
        document["summary"] = .string(operation.summary)
        document["description"] = .string(description)
        document["parameters"] = .array(parameters(recorded))
        if operation.body == .events {
            document["requestBody"] = Self.events
        } else if operation.body != .none, !recorded.body.recordedMembers.isEmpty {
            document["requestBody"] = [
                "required": .bool(operation.body == .required),
                "content": ["application/json": ["schema": recorded.body.recordedSchema.json]],
            ]
        }
        document["responses"] = .object(responses)
        return .object(document)
    }

    /// CloudEvents' HTTP binding: structured, batched and binary mode.
    private static let events: JSONValue = [
        "required": true,
        "content": [
            "application/cloudevents+json": [
                "schema": Schema.reference(.inboundCloudEvent).json
            ],
            "application/cloudevents-batch+json": [
                "schema": Schema.array(of: .reference(.inboundCloudEvent), count: 1...100).json
            ],
            "application/json": [
                "schema": Schema().described(
                    "An event's data, with its attributes in `ce-` header fields."
                ).json
            ],
        ],
    ]

    /// `POST /intents/{id}/capture` is `postIntentsByIdCapture`.
    private var identifier: String {
        let words = path.split(whereSeparator: { "/-".contains($0) }).map { segment in
            segment.first == "{"
                ? "By" + capitalized(segment.dropFirst().dropLast()) : capitalized(segment)
        }
        return operation.method.rawValue.lowercased() + words.joined()
    }

    private func capitalized(_ word: Substring) -> String {
        (word.first?.uppercased() ?? "") + word.dropFirst()
    }

    private var description: String {
        let alias = path == operation.path ? nil : "The same as \(operation.path)."
        let permission = "Permission: `\(operation.permission.rawValue)`."
        return [alias, operation.detail, permission].compactMap(\.self).joined(separator: " ")
    }

    private func parameters(_ recorded: RequestReader) -> [JSONValue] {
        let inPath = recorded.recordedParameters.map { parameter -> JSONValue in
            [
                "name": .string(parameter.name), "in": "path", "required": true,
                "schema": parameter.schema.json,
            ]
        }
        let inQuery = recorded.query.recordedMembers.map { member -> JSONValue in
            [
                "name": .string(member.name), "in": "query", "required": .bool(member.isRequired),
                "schema": member.schema.json,
            ]
        }
        var shared = ["TenantId", "GatewayActor", "AcceptLanguage", "RequestId", "Traceparent"]
        if operation.takesKey {
            shared.insert(operation.movesMoney ? "IdempotencyKey" : "OptionalKey", at: 0)
        }
        return inPath + inQuery
            + shared.map { ["$ref": .string("#/components/parameters/\($0)")] }
    }

    private var responses: JSONObject {
        var responses = JSONObject()
        responses["\(operation.success.code)"] = success(operation.success.reason)
        if operation.movesMoney {
            responses["202"] = success("Under way: neither success nor failure.")
            responses["402"] = ["$ref": "#/components/responses/Problem"]
        }
        responses["default"] = ["$ref": "#/components/responses/Problem"]
        return responses
    }

    private func success(_ description: String) -> JSONValue {
        var headers = JSONObject()
        headers["X-Request-Id"] = ["$ref": "#/components/headers/RequestID"]
        if operation.takesKey {
            headers["Idempotent-Replayed"] = ["$ref": "#/components/headers/Replayed"]
        }
        var response = JSONObject()
        response["description"] = .string(description)
        response["headers"] = .object(headers)
        if let answer = operation.answer {
            response["content"] = .object(
                JSONObject(
                    operation.contentTypes.map { ($0.rawValue, ["schema": answer.json]) }
                )
            )
        }
        return .object(response)
    }
}

extension Operation {
    /// The resource it belongs to: the first part of its path.
    var tag: String {
        path.split(separator: "/").first.map(String.init) ?? "payments"
    }
}
