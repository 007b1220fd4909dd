/// The events of other services that are acted on. The raw value is the type's name; a namespace
/// may stand before it.
package enum InboundKind: String, Sendable, CaseIterable {
    case reservationHeld = "reservation.held.v1"
    case reservationConfirmed = "reservation.confirmed.v1"
    case reservationCancelled = "reservation.cancelled.v1"
    case reservationNoShow = "reservation.no_show.v1"
    case configUpdated = "tenant.config_updated.v1"
    case schemasProvisioned = "tenant.finance_schemas.provisioned.v1"
    case schemasDropped = "tenant.finance_schemas.dropped.v1"
    case drawerClosed = "billing.cash_drawer.closed.v1"

    package init?(type: String) {
        let known = Self.allCases.first { type == $0.rawValue || type.hasSuffix(".\($0.rawValue)") }
        guard let known else { return nil }
        self = known
    }

    /// Whether it may be the first event about its subject.
    package var begins: Bool {
        switch self {
        case .reservationHeld, .configUpdated, .schemasProvisioned, .schemasDropped, .drawerClosed:
            true
        case .reservationConfirmed, .reservationCancelled, .reservationNoShow: false
        }
    }

    /// Whether it decides if a tenant is served at all: the platform's word, not a tenant's, and
    /// accepted even for a tenant that is not served.
    package var isLifecycle: Bool {
        switch self {
        case .schemasProvisioned, .schemasDropped: true
        case .reservationHeld, .reservationConfirmed, .reservationCancelled, .reservationNoShow,
            .configUpdated, .drawerClosed:
            false
        }
    }
}
