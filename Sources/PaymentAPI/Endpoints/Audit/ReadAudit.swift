internal import HTTP
internal import JSON
internal import PaymentCore

struct ListAudit: Endpoint {
    struct Input: Sendable {
        let filter: AuditFilter
        let page: ListPage
    }

    let operation = Operation(
        .get,
        "/audit",
        .readAudit,
        "List who did what, newest first",
        detail: "Every change of configuration with before and after, every request that moves "
            + "money, every operator's deed. Secrets are never told, only that they changed.",
        answer: Component.list(of: .auditEntry)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let page = ListPage.read(&request.query, of: AuditID.self)
        let actor = request.query.optional(
            "actor",
            .text(1...255).described("An API key, a person, or a command's user.")
        )
        let action = request.query.optional(
            "action",
            .text(1...200).described("As entries show it, such as `PUT /adapters/routes`.")
        )
        let resource = request.query.optional("resource", .text(1...255))
        let from = request.query.optional("from", .timestamp)
        let to = request.query.optional("to", .timestamp.described("Exclusive."))
        let filter = AuditFilter(
            actor: actor,
            action: action,
            resource: resource,
            from: from,
            before: to
        )
        return Input(filter: filter, page: page)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        try await call.list(
            input.page,
            of: AuditID.self,
            { (after, limit) async throws(StoreError) in
                try await call.services.audit.records(
                    input.filter,
                    after: after,
                    limit: limit,
                    in: call.tenant
                )
            },
            { record, writer in writer.members(of: record) }
        )
    }
}

struct GetAuditExport: Endpoint {
    struct Input: Sendable {}

    let operation = Operation(
        .get,
        "/audit/export",
        .readAudit,
        "Export the sealed audit trail",
        detail: "JSON Lines, to be verified without us: a line that names the tenant, one per "
            + "entry with its hash, and the head.",
        answer: .string,
        contentTypes: [.jsonLines]
    )

    func read(_ request: inout RequestReader) -> Input? { Input() }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        // Begun before the answer: what cannot be read at all is still a problem document.
        let export = try await AuditExport(of: call.tenant, from: call.services.audit)
        return Answer(streaming: .jsonLines) { write in try await export.write(write) }
    }
}
