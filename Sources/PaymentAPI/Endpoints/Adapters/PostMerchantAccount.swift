internal import HTTP
internal import PaymentCore

struct PostMerchantAccount: Endpoint {
    struct Input: Sendable {
        let vendor: VendorID
        let name: String
        let mode: MerchantAccount.Mode
        let isDefault: Bool
        let settlementCurrency: Currency?
        let credentials: AccountCredentials
        let webhookNetworks: [IPNetwork]
    }

    let operation = Operation(
        .post,
        "/adapters/accounts",
        .manageGateways,
        "Add a merchant account; its credentials are encrypted or pointed to, and never told again",
        body: .required,
        success: .created,
        answer: .reference(.merchantAccount),
        secrets: ["credentials"]
    )

    func read(_ request: inout RequestReader) -> Input? {
        let vendor = request.body.required("vendor", .vendor)
        let name = request.body.required("name", .text(1...128))
        let mode = request.body.required("mode", .choice(MerchantAccount.Mode.self))
        let isDefault = request.body.optional("default", .flag)
        let settlementCurrency = request.body.optional("settlement_currency", .currency)
        let credentials = request.body.required("credentials", .credentials)
        let networks = request.body.optional("webhook_networks", .networks)
        guard let vendor, let name, let mode, let credentials else { return nil }
        return Input(
            vendor: vendor,
            name: name,
            mode: mode,
            isDefault: isDefault ?? false,
            settlementCurrency: settlementCurrency,
            credentials: credentials,
            webhookNetworks: networks ?? []
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        try call.require(hostOf: input.credentials)
        let adapter = call.services.adapters.first { $0.vendor == input.vendor }
        guard let adapter else {
            throw Problem(FieldProblem("/vendor", .unknownReference, ["what": "provider"]))
        }
        try adapter.check(input.credentials.source)
        let account = MerchantAccount(
            id: call.services.identifiers.make(),
            tenant: call.tenant,
            vendor: input.vendor,
            name: input.name,
            mode: input.mode,
            isDefault: input.isDefault,
            isActive: true,
            settlementCurrency: input.settlementCurrency,
            credentials: input.credentials.known,
            webhookNetworks: input.webhookNetworks,
            webhookRoute: input.credentials.webhookRoute(at: adapter)
        )
        let entry = call.entry(
            on: account.id.description,
            after: AuditDocument.text(of: account, credentialsChanged: true)
        )
        try await call.services.control.noting(entry)
            .insert(account, credentials: input.credentials.source)
        call.accountsChanged()
        return Answer(operation.success) { $0.members(of: account) }
    }
}
