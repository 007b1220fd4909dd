/// Everything that a decision looks at, at one moment. A decision is a function of it alone, so a
/// preview and a payment come to the same result.
package struct RoutingScene: Sendable {
    package let payment: RoutedPayment
    /// All of the tenant's, inactive ones too, so that a decision can say why they were left out.
    private let accounts: [MerchantAccount]
    /// Of an account; nil when its vendor is not served.
    private let capabilities: @Sendable (MerchantAccount) -> Capabilities?
    private let health: @Sendable (MerchantAccountID) -> HealthReading
    private let now: Timestamp

    package init(
        _ payment: RoutedPayment,
        accounts: [MerchantAccount],
        capabilities: @escaping @Sendable (MerchantAccount) -> Capabilities?,
        health: @escaping @Sendable (MerchantAccountID) -> HealthReading,
        now: Timestamp
    ) {
        self.payment = payment
        self.accounts = accounts
        self.capabilities = capabilities
        self.health = health
        self.now = now
    }

    /// The first rule that takes the payment decides: its targets that can, in drawn order. When
    /// none can, no later rule is asked: standbys are named by the rule itself, with weight 0.
    package func decision(by table: RoutingTable) -> RoutingDecision {
        let rule = table.rule(for: payment)
        let judged = rule.map { rule in
            rule.targets(drawnFor: payment.intent).map { judge($0, of: rule) }
        }
        return decision(.rule, judged ?? [], by: rule, at: table.version)
    }

    /// The account of a stored method, and no other.
    package func decision(for method: PaymentMethod) -> RoutingDecision {
        let judged = judge(method.account, rule: nil) { _ in nil }
        return decision(.method, [judged])
    }

    /// The one account of a vendor that the caller names, or its default. What that vendor cannot
    /// do is refused when it is asked, with the capability named.
    package func decision(naming vendor: VendorID) -> RoutingDecision {
        let own = accounts.filter { $0.vendor == vendor }
        return decision(.provider, theOne(own.map { judge($0.id, rule: nil) { _ in nil } }))
    }

    /// Without routes: the one account that can take this kind of method in this currency, or the
    /// default.
    package func decisionWithoutRoutes() -> RoutingDecision {
        let judged = accounts.map { account in
            judge(account.id, rule: nil) { capabilities in
                if let obstacle = capabilities.obstacle(
                    to: payment.methodKind,
                    byOneTimeToken: payment.byOneTimeToken
                ) {
                    return obstacle
                }
                let takesCurrency =
                    capabilities.currencies?.contains(payment.amount.currency.code) ?? true
                return takesCurrency ? nil : .currency
            }
        }
        return decision(.account, theOne(judged))
    }
}

extension RoutingScene {
    private typealias Judgement = Result<RoutingDecision.Candidate, RoutingDecision.Skipped>

    private func judge(_ target: RoutingRule.Target, of rule: RoutingRule) -> Judgement {
        judge(target.account, rule: rule.name, weight: target.weight) { $0.obstacle(to: payment) }
    }

    private func judge(
        _ id: MerchantAccountID,
        rule: String?,
        weight: Int? = nil,
        _ obstacle: (Capabilities) -> Refusal.Unsupported?
    ) -> Judgement {
        guard let account = accounts.first(where: { $0.id == id }) else {
            return .failure(.init(account: id, vendor: nil, rule: rule, reason: .unknownAccount))
        }
        func skip(_ reason: SkipReason) -> Judgement {
            .failure(.init(account: id, vendor: account.vendor, rule: rule, reason: reason))
        }
        guard account.isActive else { return skip(.inactive) }
        guard let capabilities = capabilities(account) else { return skip(.vendorNotServed) }
        if let obstacle = obstacle(capabilities) { return skip(.notSupported(obstacle)) }
        let reading = health(id)
        if case .refused(let until) = reading.admission { return skip(.ill(until: until)) }
        return .success(
            RoutingDecision.Candidate(
                account: id,
                vendor: account.vendor,
                weight: weight,
                health: reading
            )
        )
    }

    /// When several can, only a default among them is a choice. A failing default is not replaced:
    /// nobody chose the others.
    private func theOne(_ judged: [Judgement]) -> [Judgement] {
        let able = judged.compactMap { judgement in
            switch judgement {
            case .success(let candidate): candidate.account
            case .failure(let skip): skip.isIll ? skip.account : nil
            }
        }
        guard able.count > 1 else { return judged }
        let chosen = accounts.first { able.contains($0.id) && $0.isDefault }?.id
        return judged.map { judgement in
            guard case .success(let candidate) = judgement, candidate.account != chosen else {
                return judgement
            }
            return .failure(
                .init(
                    account: candidate.account,
                    vendor: candidate.vendor,
                    rule: nil,
                    reason: .notDefault
                )
            )
        }
    }

    private func decision(
        _ basis: RoutingDecision.Basis,
        _ judged: [Judgement],
        by rule: RoutingRule? = nil,
        at version: Int64? = nil
    ) -> RoutingDecision {
        var decision = RoutingDecision(
            basis: basis,
            version: version,
            rule: rule?.name,
            cascades: rule?.cascades ?? false,
            candidates: [],
            skipped: [],
            decidedAt: now
        )
        for judgement in judged {
            switch judgement {
            case .success(let candidate): decision.candidates.append(candidate)
            case .failure(let skip): decision.skipped.append(skip)
            }
        }
        return decision
    }
}

extension RoutingDecision.Skipped: Error {
    fileprivate var isIll: Bool {
        if case .ill = reason { true } else { false }
    }
}

extension Capabilities {
    /// What keeps a vendor from taking a payment; nil when it can.
    func obstacle(to payment: RoutedPayment) -> Refusal.Unsupported? {
        do throws(Refusal) {
            try admit(
                amount: payment.amount,
                method: payment.methodKind,
                byOneTimeToken: payment.byOneTimeToken,
                captureMethod: payment.captureMethod ?? standardCaptureMethod,
                offSession: payment.offSession
            )
            return nil
        } catch {
            switch error {
            case .notSupported(let what): return what
            case .amountExceeds, .amountMismatch: return .amount
            case .unexpectedState, .inProgress, .methodRequired, .cashOnly, .payerUnknown:
                return .operation
            }
        }
    }

    /// How a payment is captured when its caller does not say.
    package var standardCaptureMethod: Intent.CaptureMethod {
        manualCapture ? .manual : .automatic
    }
}
