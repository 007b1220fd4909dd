import PaymentCore
import TestKit

extension MemoryGateway {
    /// A stored card, or another way to pay, of nobody in particular at the default account.
    func storedCard(_ kind: MethodKind = .card) async throws -> PaymentMethodID {
        let method = PaymentMethod(
            id: identifiers.make(),
            customer: nil,
            vendor: account.vendor,
            account: account.id,
            kind: kind,
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
