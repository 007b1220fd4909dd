package import PaymentCore
import Synchronization

/// Events whose data is a label that a test gave to a fact: the core is tried without any JSON.
package final class LabelledFacts: InboundDocuments, Sendable {
    private let facts = Mutex<[String: InboundFact]>([:])

    package init() {}

    package func label(_ fact: InboundFact, _ label: String) {
        facts.withLock { $0[label] = fact }
    }

    package func fact(in event: CloudEvent) throws(InboundRefusal) -> InboundFact {
        guard event.kind != nil else { throw InboundRefusal(.unknownType, event.type) }
        guard let fact = facts.withLock({ $0[event.data] }) else {
            throw InboundRefusal(.malformed, "no fact of this label")
        }
        return fact
    }

    package func masked(_ event: CloudEvent) -> CloudEvent { event }

    package func document(of event: CloudEvent) -> String {
        [event.id, event.source, event.type, event.tenant ?? "", event.data]
            .joined(separator: "\n")
    }

    package func event(in document: String) -> CloudEvent? {
        let parts = document.split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init
        )
        guard parts.count == 5 else { return nil }
        return CloudEvent(
            id: parts[0],
            source: parts[1],
            type: parts[2],
            tenant: parts[3].isEmpty ? nil : parts[3],
            data: parts[4]
        )
    }

    package func eventData(of end: InboundEnd) -> String {
        "\(end.event.event.id) \(end.reason?.rawValue ?? "applied")"
    }
}

/// Tenants in memory, and what was forgotten of them.
package final class MemoryTenants: TenantControl, Sendable {
    private struct Rows {
        var tenants: [TenantID: Tenant] = [:]
        var refreshed: [TenantID] = []
    }

    private let rows = Mutex(Rows())

    package init() {}

    /// - Parameter hasSchema: false for one whose making was cut short.
    package func set(_ state: Tenant.State, of id: TenantID, hasSchema: Bool = true) {
        let tenant = Tenant(id: id, name: "memory", state: state, hasSchema: hasSchema)
        rows.withLock { $0.tenants[id] = tenant }
    }

    package var refreshed: [TenantID] { rows.withLock { $0.refreshed } }

    package func tenant(_ id: TenantID) async throws(StoreError) -> Tenant? {
        rows.withLock { $0.tenants[id] }
    }

    package func provision(_ id: TenantID) async throws(StoreError) {
        let isSuspended = try await tenant(id)?.state == .suspended
        set(isSuspended ? .suspended : .active, of: id)
    }

    package func drop(_ id: TenantID) async throws(StoreError) { set(.dropped, of: id) }

    package func refresh(_ id: TenantID) { rows.withLock { $0.refreshed.append(id) } }
}

package final class MemoryStrays: StrayEvents, Sendable {
    private let rows = Mutex<[StrayEvent]>([])

    package init() {}

    package func keep(_ stray: StrayEvent) async throws(StoreError) {
        rows.withLock { rows in
            guard !rows.contains(where: { $0.origin == stray.origin }) else { return }
            rows.append(stray)
        }
    }

    package func strays(
        after: InboundEventID?,
        limit: Int
    ) async throws(StoreError) -> [StrayEvent] {
        rows.withLock { rows in
            let found = rows.sorted { $0.id > $1.id }.filter { stray in
                after.map { stray.id < $0 } ?? true
            }
            return Array(found.prefix(limit))
        }
    }

    package func stray(_ id: InboundEventID) async throws(StoreError) -> StrayEvent? {
        rows.withLock { $0.first { $0.id == id } }
    }

    package func remove(_ id: InboundEventID) async throws(StoreError) {
        rows.withLock { $0.removeAll { $0.id == id } }
    }
}
