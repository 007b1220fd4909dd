import PaymentCore
import TestKit

@testable import PaymentAPI

extension MerchantAccount {
    static func sample(
        _ id: MerchantAccountID,
        of tenant: TenantID,
        at vendor: VendorID
    ) -> MerchantAccount {
        MerchantAccount(
            id: id,
            tenant: tenant,
            vendor: vendor,
            name: "main",
            mode: .test,
            isDefault: true,
            isActive: true,
            settlementCurrency: nil,
            credentials: Credentials(["secret_key": ["sk_hush"]])
        )
    }
}

extension AdapterDescription {
    static func sample(of vendor: BookkeepingVendor) -> AdapterDescription {
        AdapterDescription(
            vendor: vendor.vendor,
            capabilities: vendor.capabilities,
            credentialFields: [
                CredentialField(
                    name: "secret_key",
                    isRequired: true,
                    isSecret: true,
                    explanation: "The secret key."
                ),
                CredentialField(
                    name: "webhook_secret",
                    isRequired: false,
                    isSecret: true,
                    explanation: "Signs deliveries."
                ),
            ],
            problems: problems
        )
    }

    /// The secret key is one word, the other one rotates.
    private static func problems(in credentials: Credentials) -> [CredentialProblem] {
        let given = credentials.fields.keys.sorted().compactMap { name -> CredentialProblem? in
            let values = credentials.values(name)
            return switch name {
            case "secret_key" where values.count > 1: .init(field: name, code: .tooMany)
            case "secret_key" where values.contains { $0.contains(" ") }:
                .init(field: name, code: .invalid)
            case "secret_key", "webhook_secret": nil
            default: .init(field: name, code: .unknownField)
            }
        }
        return credentials["secret_key"] == nil
            ? given + [.init(field: "secret_key", code: .missing)] : given
    }
}

/// A vendor that only delivers, and shows the sessions that are open at it: a body is one event's key, and the right signature is `good`. A
/// field of the head names the account.
struct DeliveryVendor: PaymentPort {
    let vendor: VendorID
    var adapter: AdapterDescription {
        AdapterDescription(
            vendor: vendor,
            capabilities: capabilities,
            credentialFields: [],
            routing: DeliveryRouting(field: "shop") { delivery in
                delivery.field("x-shop").map { DeliveryRouting.Name($0, mode: .test) }
            },
            problems: { _ in [] }
        )
    }
    let capabilities = Capabilities(operations: [], methodKinds: [])

    func perform(
        _ operation: VendorOperation,
        key: String,
        account: MerchantAccount
    ) async -> VendorOutcome { .notDone(.unreachable) }

    func perform(
        _ operation: TokenOperation,
        key: String,
        account: MerchantAccount
    ) async -> TokenOutcome {
        guard case .readSession(let reference) = operation else { return .notDone(.unreachable) }
        return .session(
            SessionSnapshot(
                reference: reference,
                session: nil,
                status: .open,
                customerReference: nil,
                details: nil
            ),
            action: .vendorLibrary(clientSecret: VendorToken("secret"), publishableKey: "pk")
        )
    }

    func verify(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) throws(NoticeRefusal) -> [VendorNotice] {
        guard delivery.field("x-signature") == "good" else { throw .signatureWrong }
        return try notices(in: delivery)
    }

    func notices(in delivery: WebhookDelivery) throws(NoticeRefusal) -> [VendorNotice] {
        [
            VendorNotice(
                key: String(decoding: delivery.body, as: UTF8.self),
                type: "thing.happened",
                occurredAt: nil,
                isLive: false,
                content: .kept
            )
        ]
    }
}
