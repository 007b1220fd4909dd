package import PaymentCore
import Synchronization

/// A vendor whose next call hangs until it is let go, as a paused or dying process would see it.
/// All other calls pass to the bookkeeping vendor behind it.
package final class HangingVendor: PaymentPort, Sendable {
    private struct State: Sendable {
        var hangs = true
        var hung: [CheckedContinuation<VendorOutcome, Never>] = []
    }

    package let behind: BookkeepingVendor
    private let state = Mutex(State())

    package init(_ behind: BookkeepingVendor) {
        self.behind = behind
    }

    package var vendor: VendorID { behind.vendor }
    package var capabilities: Capabilities { behind.capabilities }
    package var isHanging: Bool { hanging > 0 }
    package var hanging: Int { state.withLock { $0.hung.count } }

    /// The next call hangs, too.
    package func hangAgain() {
        state.withLock { $0.hangs = true }
    }

    /// The call that hangs longest ends at last.
    package func letGo(with outcome: VendorOutcome) {
        let hung = state.withLock { $0.hung.isEmpty ? nil : $0.hung.removeFirst() }
        hung?.resume(returning: outcome)
    }

    package func perform(
        _ operation: VendorOperation,
        key: String,
        account: MerchantAccount
    ) async -> VendorOutcome {
        let hangs = state.withLock { state in
            defer { state.hangs = false }
            return state.hangs
        }
        guard hangs else { return await behind.perform(operation, key: key, account: account) }
        return await withCheckedContinuation { continuation in
            state.withLock { $0.hung.append(continuation) }
        }
    }

    package func perform(
        _ operation: TokenOperation,
        key: String,
        account: MerchantAccount
    ) async -> TokenOutcome {
        await behind.perform(operation, key: key, account: account)
    }

    package func verify(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) async throws(NoticeRefusal) -> [VendorNotice] {
        throw .signatureMissing
    }

    package func notices(in delivery: WebhookDelivery) throws(NoticeRefusal) -> [VendorNotice] {
        throw .unreadableBody
    }
}
