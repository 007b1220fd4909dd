package import PaymentCore
import Synchronization

/// A vendor that says what a test tells it to say, and sends the notices that it is given. What
/// the script leaves open is answered by the bookkeeping vendor behind it.
package final class ScriptedVendor: PaymentPort, Sendable {
    package typealias Script = @Sendable (VendorOperation) -> VendorOutcome?

    package let behind: BookkeepingVendor
    package let nameField: String?
    private let withheld: Set<Capabilities.Operation>
    private let script: Mutex<Script>
    private let tokenScript = Mutex<(@Sendable (TokenOperation) -> TokenOutcome?)?>(nil)
    private let meanwhile = Mutex<(@Sendable () async -> Void)?>(nil)
    private let sent = Mutex<[VendorNotice]>([])

    /// - Parameter withheld: what its accounts are not configured to do, although the vendor can.
    package init(
        _ behind: BookkeepingVendor,
        nameField: String? = nil,
        withholding withheld: Set<Capabilities.Operation> = [],
        script: @escaping Script = { _ in nil }
    ) {
        self.behind = behind
        self.nameField = nameField
        self.withheld = withheld
        self.script = Mutex(script)
    }

    package var vendor: VendorID { behind.vendor }
    package var capabilities: Capabilities { behind.capabilities }

    package func capabilities(of account: MerchantAccount) -> Capabilities {
        var capabilities = behind.capabilities
        capabilities.operations.subtract(withheld)
        return capabilities
    }

    /// From now on it says this.
    package func say(_ script: @escaping Script) {
        self.script.withLock { $0 = script }
    }

    /// From now on it says this about tokens.
    package func answerTokens(_ script: @escaping @Sendable (TokenOperation) -> TokenOutcome?) {
        tokenScript.withLock { $0 = script }
    }

    /// This happens between the next answer and its arrival.
    package func beforeAnswering(_ work: @escaping @Sendable () async -> Void) {
        meanwhile.withLock { $0 = work }
    }

    /// A delivery that brings a notice with this content.
    package func notify(_ content: VendorNotice.Content) -> WebhookDelivery {
        let number = sent.withLock { sent in
            sent.append(
                VendorNotice(
                    key: "notice-\(sent.count)",
                    type: "changed",
                    occurredAt: nil,
                    isLive: nil,
                    content: content
                )
            )
            return sent.count - 1
        }
        return WebhookDelivery(fields: [], body: Array("\(number)".utf8))
    }

    package func perform(
        _ operation: VendorOperation,
        key: String,
        account: MerchantAccount
    ) async -> VendorOutcome {
        if let outcome = script.withLock({ $0(operation) }) {
            await meanwhile.withLock { $0.take() }?()
            return outcome
        }
        return await behind.perform(operation, key: key, account: account)
    }

    package func perform(
        _ operation: TokenOperation,
        key: String,
        account: MerchantAccount
    ) async -> TokenOutcome {
        if let outcome = tokenScript.withLock({ $0?(operation) }) { return outcome }
        return await behind.perform(operation, key: key, account: account)
    }

    package func verify(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) async throws(NoticeRefusal) -> [VendorNotice] { try notices(in: delivery) }

    package func notices(in delivery: WebhookDelivery) throws(NoticeRefusal) -> [VendorNotice] {
        let sent = sent.withLock { $0 }
        guard let number = Int(String(decoding: delivery.body, as: UTF8.self)),
            sent.indices.contains(number)
        else { throw .unreadableBody }
        return [sent[number]]
    }
}
