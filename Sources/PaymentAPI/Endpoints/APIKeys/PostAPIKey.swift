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
        detail: "A key of a tenant gives no more than it has itself: permissions, requests per "
            + "second, and time. What is not said is as of the key that asks.",
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
        let (rateLimit, expiresAt) = try granted(input, call)
        let secret = APIKeySecret.generate()
        let key = APIKey(
            id: call.services.identifiers.make(),
            tenant: call.tenant,
            name: input.name,
            permissions: input.permissions,
            rateLimit: rateLimit,
            createdAt: call.services.clock.now,
            expiresAt: expiresAt,
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

    /// How fast and how long the new key works. The platform's own keys grant what they like, but
    /// nobody grants time that is already over.
    private func granted(
        _ input: Input,
        _ call: Call
    ) throws(Problem) -> (rateLimit: Int?, expiresAt: Timestamp?) {
        let giver = call.identity.key
        let isBound = !call.identity.isPlatform
        let now = call.services.clock.now
        let fastest = giver.rateLimit ?? call.state.configuration.limits.keyPerSecond
        var problems: [FieldProblem] = []
        if isBound, let given = input.rateLimit, given > fastest {
            problems.append(Self.outOfRange("/rate_limit", "1", "\(fastest)"))
        }
        let latest = isBound ? giver.expiresAt : nil
        if let given = input.expiresAt, given <= now || latest.map({ given > $0 }) == true {
            let end = latest?.rfc3339 ?? "9999-12-31T23:59:59Z"
            problems.append(Self.outOfRange("/expires_at", now.rfc3339, end))
        }
        guard problems.isEmpty else { throw Problem(.validationFailed, errors: problems) }
        return (
            input.rateLimit ?? (isBound ? giver.rateLimit : nil),
            input.expiresAt ?? latest
        )
    }

    private static func outOfRange(
        _ pointer: String,
        _ minimum: String,
        _ maximum: String
    ) -> FieldProblem {
        FieldProblem(pointer, .outOfRange, ["minimum": minimum, "maximum": maximum])
    }
}
