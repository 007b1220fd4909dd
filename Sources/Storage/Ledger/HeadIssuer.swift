package import PaymentCore

/// Signs the heads of one chain, and makes the events that publish them.
package struct HeadIssuer: Sendable {
    private let chain: HashChain
    private let key: Key
    private let identifiers: any IdentifierSource
    private let describe: @Sendable (LedgerHead, HashChain) -> String

    /// Opens the key that signs; it may be read with the first head.
    package typealias Key = @Sendable () throws(StoreError) -> LedgerKey

    /// - Parameters:
    ///   - key: called for every head.
    ///   - describe: writes the data of the event that publishes a head.
    package init(
        of chain: HashChain,
        key: @escaping Key,
        identifiers: any IdentifierSource,
        describe: @escaping @Sendable (LedgerHead, HashChain) -> String
    ) {
        self.chain = chain
        self.key = key
        self.identifiers = identifiers
        self.describe = describe
    }

    func sign(_ head: inout LedgerHead, of tenant: TenantID) throws(StoreError) {
        head.signature = try key().sign(head, of: tenant, in: chain)
    }

    /// - Parameters:
    ///   - head: signed.
    ///   - sequence: how many events announce the chain's heads, this one included.
    func event(about head: LedgerHead, sequence: Int64, at now: Timestamp) -> OutboxEvent {
        OutboxEvent(
            id: identifiers.make(),
            type: EventName(chain.announcement),
            aggregate: EventName(chain.announcement).aggregate,
            sequence: sequence,
            occurredAt: now,
            correlation: nil,
            traceparent: nil,
            data: describe(head, chain)
        )
    }
}
