import PaymentCore
import TestKit

extension MemoryGateway {
    /// A stored card of nobody in particular at the default account.
    func storedCard() async throws -> PaymentMethodID {
        let method = PaymentMethod(
            id: identifiers.make(),
            customer: nil,
            vendor: account.vendor,
            account: account.id,
            kind: .card,
            token: VendorToken("pm_test"),
            customerReference: nil,
            details: MethodDetails(),
            isDefault: false,
            state: .active,
            createdAt: clock.now
        )
        try await store.commit(Changeset(methods: [.insert(method)]), in: tenant)
        return method.id
    }
}
