import PaymentCore
import TestKit

extension BookkeepingVendor {
    /// One that takes these ways to pay, and can do what `change` leaves it.
    static func taking(
        _ kinds: Set<MethodKind>,
        but change: (inout Capabilities) -> Void = { _ in }
    ) -> BookkeepingVendor {
        var capabilities = BookkeepingVendor().capabilities
        capabilities.methodKinds = kinds
        change(&capabilities)
        return BookkeepingVendor(capabilities: capabilities)
    }
}
