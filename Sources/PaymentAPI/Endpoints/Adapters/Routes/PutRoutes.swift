internal import HTTP
internal import PaymentCore

struct PutRoutes: Endpoint {
    struct Input: Sendable {
        let version: Int64
        let rules: [RoutingRule]
    }

    let operation = Operation(
        .put,
        "/adapters/routes",
        .manageGateways,
        "Replace the tenant's routes; effective everywhere within 5 s",
        detail: "`version` is the one that was read and is now replaced, 0 for the first: somebody "
            + "else's change is never overwritten unseen. Rules stand in order of precedence, and "
            + "the first that takes a payment decides. A rule that names an unknown account, or "
            + "that an earlier rule leaves nothing to, is refused with its place; overlaps and gaps "
            + "are told as warnings. No rules at all: payments go as if there never were any.",
        body: .required,
        answer: .reference(.routes)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let version = request.body.required("version", .integer(0...Int64.max - 1))
        let rules = request.body.required("rules", .array(of: .routingRule, 0...1_000))
        guard let version, let rules else { return nil }
        return Input(version: version, rules: rules)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let routes = StoredRoutes(
            version: input.version + 1,
            rules: input.rules,
            changedBy: call.caller.actor,
            changedAt: call.services.clock.now
        )
        let review = try await call.review(of: routes)
        guard review.faults.isEmpty else {
            throw Problem(.validationFailed, errors: review.faults.map(FieldProblem.init))
        }
        let store = call.services.routes
        do throws(StoreError) {
            let replaced = try await store.routes(of: call.tenant, version: input.version)
            let entry = call.entry(
                on: "routes",
                before: replaced.map(AuditDocument.text),
                after: AuditDocument.text(of: routes)
            )
            try await store.noting(entry).insert(routes, in: call.tenant)
        } catch {
            guard error.code == .stale else { throw Problem(error) }
            let current = try await store.routesVersion(of: call.tenant)
            throw Problem(.versionConflict, ["current": "\(current)"])
        }
        call.services.accountsChanged(call.tenant)
        return call.answer(routes, review.warnings)
    }
}

extension Call {
    /// What is wrong or doubtful about routes, as the tenant's accounts stand now.
    func review(of routes: StoredRoutes) async throws -> RoutingReview {
        RoutingReview(
            RoutingTable(version: routes.version, rules: routes.rules),
            accounts: try await services.control.accounts(of: tenant),
            capabilities: { services.vendors.port($0.vendor)?.capabilities(of: $0) }
        )
    }

    /// Routes with their warnings. Their version is a member, not an entity tag: nobody would
    /// evaluate an `If-Match` (RFC 9110 section 13.1.1).
    func answer(_ routes: StoredRoutes, _ warnings: [RoutingReview.Warning]) -> Answer {
        Answer(capacity: 4_096) {
            $0.members(of: routes, warnings, in: caller.language)
        }
    }
}

extension FieldProblem {
    /// Where a fault stands, by the pointers of the request.
    fileprivate init(_ fault: RoutingReview.Fault) {
        switch fault {
        case .nameTaken(let rule, let earlier):
            self.init(
                "/rules/\(rule)/name",
                .conflict,
                ["reason": "/rules/\(earlier)/name is the same"]
            )
        case .unknownAccount(let rule, let target):
            self.init(
                "/rules/\(rule)/targets/\(target)/merchant_account_id",
                .unknownReference,
                ["what": WorkflowError.Subject.account.rawValue]
            )
        case .unknownVendor(let rule, let target):
            self.init(
                "/rules/\(rule)/targets/\(target)/merchant_account_id",
                .unknownReference,
                ["what": WorkflowError.Subject.provider.rawValue]
            )
        case .shadowed(let rule, let earlier):
            self.init("/rules/\(rule)", .shadowed, ["earlier": "/rules/\(earlier)"])
        case .amountsWithoutUnit(let rule):
            self.init(
                "/rules/\(rule)/when",
                .conflict,
                ["reason": "a range of amounts needs currencies with the same minor unit"]
            )
        }
    }
}
