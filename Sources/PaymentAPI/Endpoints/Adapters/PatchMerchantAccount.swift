internal import HTTP
internal import PaymentCore

struct PatchMerchantAccount: Endpoint {
    struct Input: Sendable {
        let account: MerchantAccountID
        let name: String?
        let isDefault: Bool?
        let isActive: Bool?
        let settlementCurrency: Change<Currency>
        let credentials: AccountCredentials?
        let webhookNetworks: Change<[IPNetwork]>
    }

    let operation = Operation(
        .patch,
        "/adapters/accounts/{id}",
        .manageGateways,
        "Change a merchant account, at run time; vendor and mode never change",
        body: .required,
        answer: .reference(.merchantAccount),
        secrets: ["credentials"]
    )

    func read(_ request: inout RequestReader) -> Input? {
        let account = request.identifier("id", .account, of: MerchantAccountID.self)
        let name = request.body.replacement("name", .text(1...128))
        let isDefault = request.body.replacement("default", .flag)
        let isActive = request.body.replacement("active", .flag)
        let settlementCurrency = request.body.change("settlement_currency", .currency)
        let credentials = request.body.replacement("credentials", .credentials)
        let networks = request.body.change("webhook_networks", .networks)
        guard let account else { return nil }
        return Input(
            account: account,
            name: name,
            isDefault: isDefault,
            isActive: isActive,
            settlementCurrency: settlementCurrency,
            credentials: credentials,
            webhookNetworks: networks
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        // What somebody else changes meanwhile stays.
        for _ in 1...PatchTries.most {
            do {
                return try await apply(input, call)
            } catch let error as StoreError where error.code == .stale {}
        }
        throw PatchTries.failed
    }

    /// Throws ``StoreError/Code/stale`` when somebody else was quicker.
    private func apply(_ input: Input, _ call: Call) async throws -> Answer {
        let known = try await call.account(input.account)
        var route = known.webhookRoute
        if let credentials = input.credentials {
            try call.require(hostOf: credentials)
            let adapter = call.services.adapters.first { $0.vendor == known.vendor }
            try adapter?.check(credentials.source)
            route = credentials.webhookRoute(at: adapter)
        }
        let account = MerchantAccount(
            id: known.id,
            tenant: known.tenant,
            vendor: known.vendor,
            name: input.name ?? known.name,
            mode: known.mode,
            isDefault: input.isDefault ?? known.isDefault,
            isActive: input.isActive ?? known.isActive,
            settlementCurrency: input.settlementCurrency.applied(to: known.settlementCurrency),
            credentials: input.credentials?.known ?? known.credentials,
            webhookNetworks: input.webhookNetworks.applied(to: known.webhookNetworks) ?? [],
            webhookRoute: route,
            updatedAt: known.updatedAt
        )
        let entry = call.entry(
            on: account.id.description,
            before: AuditDocument.text(of: known),
            after: AuditDocument.text(
                of: account,
                credentialsChanged: input.credentials != nil
            )
        )
        try await call.services.control.noting(entry)
            .update(account, credentials: input.credentials?.source)
        call.accountsChanged()
        return Answer { $0.members(of: account) }
    }
}
