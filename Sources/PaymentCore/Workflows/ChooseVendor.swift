/// A vendor account that takes a payment, with what the payment needs from it.
///
/// An object, as suspended functions pass it on: of a structure each would keep a copy.
final class VendorChoice: Sendable {
    let account: MerchantAccount
    let port: any PaymentPort
    let fx: FXContext?
    let decision: RoutingDecision
    /// Its place among the decision's candidates.
    let position: Int
    let prepared: PreparedMethod

    init(
        account: MerchantAccount,
        port: any PaymentPort,
        fx: FXContext?,
        decision: RoutingDecision,
        position: Int,
        prepared: PreparedMethod = PreparedMethod()
    ) {
        self.account = account
        self.port = port
        self.fx = fx
        self.decision = decision
        self.position = position
        self.prepared = prepared
    }

    /// What the vendor can do for this account.
    var capabilities: Capabilities { port.capabilities(of: account) }

    func preparing(_ references: References, _ oneTimeToken: VendorToken?) -> VendorChoice {
        VendorChoice(
            account: account,
            port: port,
            fx: fx,
            decision: decision,
            position: position,
            prepared: PreparedMethod(
                method: references.method,
                oneTimeToken: oneTimeToken,
                orderReference: references.orderReference
            )
        )
    }
}

/// What a vendor is chosen for, which decides about the one probe that a failing one gets.
enum VendorUse: Sendable {
    /// A request asks it. One that finds its key taken asks nobody, and leaves the probe to others.
    case request(KeyChange)
    /// A planned retry asks it.
    case retry
    /// It is only named: nobody asks it yet.
    case draft
}

extension PaymentWorkflows {
    /// The account that takes a payment: the stored method's own, the named vendor's, the one that
    /// the tenant's routes say, or, without routes, the one that can take this kind of method;
    /// among several, the default.
    ///
    /// Health is asked for new payments only: whatever is bound to a vendor calls it regardless.
    @inline(never)
    func chooseVendor(
        for payment: RoutedPayment,
        stored method: PaymentMethod?,
        provider: VendorID?,
        as use: VendorUse,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> VendorChoice {
        guard method == nil || provider == nil || provider == method?.vendor else {
            throw WorkflowError(.methodNotUsable)
        }
        let accounts = try await allAccounts(of: tenant)
        var decision = try await decide(payment, accounts, method, provider, tenant)
        while let candidate = decision.candidates.first {
            guard let account = accounts.first(where: { $0.id == candidate.account }),
                let port = vendors.port(candidate.vendor)
            else { throw WorkflowError(.fault, "a candidate is not one of the tenant's accounts") }
            let fx: FXContext?
            do throws(WorkflowError) {
                fx = try await freeze(payment.amount, at: account, tenant)
            } catch {
                guard case .rateMissing(let base, let quote) = error.code else { throw error }
                decision.skipFirst(.rateMissing(base: base, quote: quote))
                continue
            }
            guard try await mayChoose(candidate, as: use, tenant) else {
                // Another payment is probing its vendor already.
                decision.skipFirst(.ill(until: decision.decidedAt))
                continue
            }
            return VendorChoice(
                account: account,
                port: port,
                fx: fx,
                decision: decision,
                position: 0
            )
        }
        throw WorkflowError(decision.failure)
    }

    /// The next candidate of the same decision that can be tried now; nil when there is none, or
    /// the decision does not cascade.
    func nextChoice(
        after choice: VendorChoice,
        for intent: Intent,
        _ tenant: TenantID
    ) async -> VendorChoice? {
        let candidates = choice.decision.candidates
        let payment = RoutedPayment(intent, with: intent.method)
        guard choice.decision.cascades, choice.position + 1 < candidates.count,
            // Silence is right: without the accounts the decline that we have stands.
            let accounts = try? await allAccounts(of: tenant)
        else { return nil }
        for position in (choice.position + 1)..<candidates.count {
            let id = candidates[position].account
            let admission = health.reading(of: id, at: clock.now).admission
            guard let account = accounts.first(where: { $0.id == id && $0.isActive }),
                let port = vendors.port(account.vendor),
                // How it is captured was settled with the first candidate.
                port.capabilities(of: account).obstacle(to: payment) == nil,
                // Silence is right: an account without a rate is passed over.
                let fx = try? await Optional.some(freeze(intent.amount, at: account, tenant)),
                await mayTry(id, admission)
            else { continue }
            return VendorChoice(
                account: account,
                port: port,
                fx: fx,
                decision: choice.decision,
                position: position,
                prepared: choice.prepared
            )
        }
        return nil
    }

    /// What a payment would take, and why. Nothing is asked or taken.
    package func previewRoute(
        _ payment: RoutedPayment,
        stored id: PaymentMethodID?,
        provider: VendorID?,
        in tenant: TenantID
    ) async throws(WorkflowError) -> RoutingDecision {
        var method: PaymentMethod?
        if let id {
            method = try await usableMethod(id, kind: payment.methodKind, customer: nil, tenant)
        }
        let accounts = try await allAccounts(of: tenant)
        return try await decide(payment, accounts, method, provider, tenant)
    }

    @inline(never)
    private func decide(
        _ payment: RoutedPayment,
        _ accounts: [MerchantAccount],
        _ method: PaymentMethod?,
        _ provider: VendorID?,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> RoutingDecision {
        let now = clock.now
        var payment = payment
        payment.country = payment.country ?? method?.details.country.flatMap(Country.init)
        let scene = RoutingScene(
            payment,
            accounts: accounts,
            capabilities: { [vendors] in vendors.port($0.vendor)?.capabilities(of: $0) },
            health: { [health] in health.reading(of: $0, at: now) },
            now: now
        )
        if let method { return scene.decision(for: method) }
        if let provider { return scene.decision(naming: provider) }
        let table = try await reading { () async throws(StoreError) in
            try await routes.routes(of: tenant)
        }
        return table.map(scene.decision(by:)) ?? scene.decisionWithoutRoutes()
    }

    private func mayChoose(
        _ candidate: RoutingDecision.Candidate,
        as use: VendorUse,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> Bool {
        let admission = candidate.health.admission
        switch use {
        case .request(.begin(let key)) where admission == .probe:
            // A repetition would take the probe from itself, and from all others until it is over.
            guard try await record(of: key.key, in: tenant) == nil else {
                throw WorkflowError(.keyRunning(retryAfter: .seconds(1)))
            }
        case .draft where admission == .probe: return true
        case .request, .retry, .draft: break
        }
        return await mayTry(candidate.account, admission)
    }

    /// Takes the one probe that a failing vendor gets.
    private func mayTry(
        _ account: MerchantAccountID,
        _ admission: HealthReading.Admission
    ) async -> Bool {
        switch admission {
        case .admitted: true
        case .probe: await health.takeProbe(of: account)
        case .refused: false
        }
    }

    private func allAccounts(
        of tenant: TenantID
    ) async throws(WorkflowError) -> [MerchantAccount] {
        try await reading { () async throws(StoreError) in
            try await accounts.accounts(of: tenant)
        }
    }

    /// The exchange rate is frozen with the authorization: what settles later is compared with it.
    @inline(never)
    private func freeze(
        _ amount: Money,
        at account: MerchantAccount,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> FXContext? {
        guard let settlement = account.settlementCurrency, settlement != amount.currency else {
            return nil
        }
        let rate = try await reading { () async throws(StoreError) in
            try await store.rate(
                from: amount.currency,
                to: settlement,
                notOlderThan: settings.rateAge,
                in: tenant
            )
        }
        guard let rate, let settled = rate.rate.convert(amount, to: settlement) else {
            throw WorkflowError(.rateMissing(base: amount.currency, quote: settlement))
        }
        return FXContext(rate: rate, provider: account.vendor, settlementAmount: settled)
    }
}

extension RoutingDecision {
    /// Passes over the first candidate.
    fileprivate mutating func skipFirst(_ reason: SkipReason) {
        let first = candidates.removeFirst()
        skipped.append(
            Skipped(
                account: first.account,
                vendor: first.vendor,
                rule: rule,
                reason: reason
            )
        )
    }

    /// Why nothing can take the payment, when there is no candidate.
    package var failure: WorkflowError.Code {
        var ill: Timestamp?
        var isAmbiguous = false
        var rateMissing: WorkflowError.Code?
        for skip in skipped {
            switch skip.reason {
            case .ill(let until): ill = min(until, ill ?? until)
            case .notDefault: isAmbiguous = true
            case .rateMissing(let base, let quote):
                rateMissing = rateMissing ?? .rateMissing(base: base, quote: quote)
            case .unknownAccount, .inactive, .vendorNotServed, .notSupported: break
            }
        }
        if let ill { return .vendorsIll(retryAfter: max(.seconds(1), ill - decidedAt)) }
        if let rateMissing { return rateMissing }
        switch basis {
        case .rule: return rule == nil ? .noRoute : .noAccount
        case .method: return .methodNotUsable
        case .provider, .account: return isAmbiguous ? .ambiguousAccount : .noAccount
        }
    }
}
