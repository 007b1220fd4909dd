internal import HTTP
internal import JSON
internal import PaymentCore

struct PostAPIKey: Endpoint {
    struct Input: Sendable {
        let name: String
        let permissions: Set<Permission>
        let rateLimit: Int?
        let expiresAt: Timestamp?
    }

    let operation = Operation(
        .post,
        "/api-keys",
        .manageKeys,
        "Create an API key; its secret is told this once",
        detail: "A key can give only the permissions that it has itself.",
        body: .required,
        success: .created,
        answer: .reference(.newAPIKey)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let name = request.body.required("name", .text(1...128))
        let permissions = request.body.required(
            "permissions",
            .array(of: .choice(Permission.self), 1...Permission.allCases.count)
        )
        let rateLimit = request.body.optional(
            "rate_limit",
            .integer(1...1_000_000).described("Requests per second.")
        )
        let expiresAt = request.body.optional("expires_at", .timestamp)
        guard let name, let permissions else { return nil }
        return Input(
            name: name,
            permissions: Set(permissions),
            rateLimit: rateLimit.map(Int.init),
            expiresAt: expiresAt
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        for permission in input.permissions { try call.identity.require(permission) }
        let secret = APIKeySecret.generate()
        let key = APIKey(
            id: call.services.identifiers.make(),
            tenant: call.tenant,
            name: input.name,
            permissions: input.permissions,
            rateLimit: input.rateLimit,
            createdAt: call.services.clock.now,
            expiresAt: input.expiresAt,
            isRevoked: false
        )
        let entry = call.entry(
            on: key.id.description,
            after: AuditDocument.text(of: key)
        )
        try await call.services.control.noting(entry).insert(key, hash: secret.hash)
        return Answer(operation.success) {
            $0.members(of: key)
            $0.member("secret", secret.text)
        }
    }
}
