internal import HTTP
internal import JSON
internal import PaymentCore

// How a tenant's payments live on: retries of declined ones, and the end of holds.

struct GetPolicies: Endpoint {
    let operation = Operation(
        .get,
        "/policies",
        .view,
        "Read the tenant's policies",
        detail: "Version 0: none were ever set, so nothing is retried and holds are only told of.",
        answer: .reference(.policies)
    )

    struct Input: Sendable {}

    func read(_ request: inout RequestReader) -> Input? { Input() }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let stored =
            try await call.services.policies.policies(in: call.tenant)
            ?? StoredPolicies(
                policies: Policies(),
                version: 0,
                changedBy: .system,
                changedAt: Timestamp(seconds: 0)
            )
        return Answer { $0.members(of: stored) }
    }
}

struct PutPolicies: Endpoint {
    struct Input: Sendable {
        let version: Int64
        let policies: Policies
    }

    let operation = Operation(
        .put,
        "/policies",
        .manageGateways,
        "Replace the tenant's policies; effective everywhere within 5 s",
        detail: "`version` is the one that was read and is now replaced, 0 for the first. What is "
            + "left out has its standard value. A policy that would break a rule of the card "
            + "networks is refused with the rule's name.",
        body: .required,
        answer: .reference(.policies)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let version = request.body.required("version", .integer(0...Int64.max - 1))
        let retry = request.body.optional("retry", .retryPolicy)
        let hold = request.body.optional("hold", .holdPolicy)
        guard let version else { return nil }
        return Input(
            version: version,
            policies: Policies(retry: retry ?? RetryPolicy(), hold: hold ?? HoldPolicy())
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let breaches = input.policies.retry.breaches
        guard breaches.isEmpty else {
            throw Problem(
                .validationFailed,
                errors: breaches.map {
                    FieldProblem("/retry/\($0.field.rawValue)", .schemeRule, ["rule": $0.rule])
                }
            )
        }
        let stored = StoredPolicies(
            policies: input.policies,
            version: input.version + 1,
            changedBy: call.caller.actor,
            changedAt: call.services.clock.now
        )
        let store = call.services.policies
        let current = try await store.policies(in: call.tenant)
        do throws(StoreError) {
            guard current?.version ?? 0 == input.version else { throw StoreError(.stale) }
            let entry = call.entry(
                on: "policies",
                before: current.map(AuditDocument.text),
                after: AuditDocument.text(of: stored)
            )
            try await store.noting(entry).insert(stored, in: call.tenant)
        } catch {
            guard error.code == .stale else { throw Problem(error) }
            let current = try await store.policies(in: call.tenant)?.version ?? 0
            throw Problem(.versionConflict, ["current": "\(current)"])
        }
        call.services.accountsChanged(call.tenant)
        return Answer { $0.members(of: stored) }
    }
}

extension FieldType where Value == RetryPolicy {
    static let retryPolicy = FieldType.object { fields in
        let mode = fields.optional("mode", .choice(RetryPolicy.Mode.self))
        let retries = fields.optional("maximum_retries", .integer(0...30))
        let window = fields.optional("window_days", .integer(1...60))
        let soft = fields.optional("soft_after_seconds", .integer(1...2_592_000))
        let funds = fields.optional("insufficient_funds_after_seconds", .integer(1...2_592_000))
        let temporary = fields.optional("temporary_after_seconds", .integer(1...86_400))
        let payDays = fields.optional("pay_days", .array(of: .integer(1...31), 0...31))
        let payHour = fields.optional("pay_hour", .integer(0...23).described("UTC."))
        let reach = fields.optional("pay_day_reach_days", .integer(0...14))
        var policy = RetryPolicy()
        policy.mode = mode ?? policy.mode
        policy.maximumRetries = retries.map(Int.init) ?? policy.maximumRetries
        policy.window = window.map { .seconds($0 * 86_400) } ?? policy.window
        policy.softPause = soft.map { .seconds($0) } ?? policy.softPause
        policy.fundsPause = funds.map { .seconds($0) } ?? policy.fundsPause
        policy.temporaryPause = temporary.map { .seconds($0) } ?? policy.temporaryPause
        policy.payDays = payDays.map { Set($0.map(Int.init)) } ?? policy.payDays
        policy.payHour = payHour.map(Int.init) ?? policy.payHour
        policy.payDayReach = reach.map { .seconds($0 * 86_400) } ?? policy.payDayReach
        return policy
    }
}

extension FieldType where Value == HoldPolicy {
    private static var seconds: FieldType<Int64> { .integer(60...2_592_000) }

    static let holdPolicy = FieldType.object { fields in
        let warn = fields.optional("warn_before_seconds", seconds)
        let action = fields.optional("action", .choice(HoldPolicy.Action.self))
        let act = fields.optional("act_before_seconds", seconds)
        let lifetimes = fields.optional("lifetimes", .array(of: .holdLifetime, 0...100))
        var policy = HoldPolicy()
        policy.warnBefore = warn.map { .seconds($0) } ?? policy.warnBefore
        policy.action = action ?? policy.action
        policy.actBefore = act.map { .seconds($0) } ?? policy.actBefore
        for life in lifetimes ?? [] { policy.lifetimes[life.of] = .seconds(life.seconds) }
        return policy
    }
}

/// A hold's lifetime where it is shorter than the vendor's.
struct HoldLifetime: Sendable {
    let of: String
    let seconds: Int64
}

extension FieldType where Value == HoldLifetime {
    static let holdLifetime = FieldType.object { fields in
        let of = fields.required(
            "of",
            .text(1...64).described("A card network as methods show it, or a merchant account.")
        )
        let seconds = fields.required("seconds", .integer(60...2_592_000))
        guard let of, let seconds else { return nil }
        return HoldLifetime(of: of, seconds: seconds)
    }
}
