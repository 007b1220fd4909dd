/// What an event says, in the core's words.
package enum InboundFact: Sendable, Hashable {
    case held(HeldReservation)
    /// No amount: all that is held.
    case confirmed(reservation: String, amount: Int64?)
    /// No refund: what was captured is kept.
    case cancelled(reservation: String, refund: CancellationRefund?)
    /// No charge: the first night that the reservation was held with.
    case noShow(reservation: String, charge: Int64?)
    case configUpdated(TenantID, sections: [String])
    case schemasProvisioned(TenantID)
    case schemasDropped(TenantID)
    case drawerClosed(DrawerClosing)

    /// Names what it is about: events of one aggregate take effect one after the other.
    package var aggregate: String {
        switch self {
        case .held(let held): "reservation:\(held.reservation)"
        case .confirmed(let reservation, _), .cancelled(let reservation, _),
            .noShow(let reservation, _):
            "reservation:\(reservation)"
        case .configUpdated, .schemasProvisioned, .schemasDropped: "tenant"
        case .drawerClosed(let closing): "drawer:\(closing.drawer)"
        }
    }
}

extension InboundFact {
    /// The tenant that its data names, where it does.
    var tenant: TenantID? {
        switch self {
        case .configUpdated(let tenant, _), .schemasProvisioned(let tenant),
            .schemasDropped(let tenant):
            tenant
        case .held, .confirmed, .cancelled, .noShow, .drawerClosed: nil
        }
    }
}

/// A room that is kept for a guest, and how it is to be paid.
package struct HeldReservation: Sendable, Hashable {
    package enum Guarantee: String, Sendable, CaseIterable {
        /// A card is held.
        case cardGuarantee = "card_guarantee"
        case prepaid
        /// Paid at the desk; a stored card may guarantee it.
        case cashOnArrival = "cash_on_arrival"
    }

    /// When the held money is claimed.
    package enum Capture: String, Sendable, CaseIterable {
        case onConfirm = "on_confirm"
        /// By the desk, over the API.
        case onArrival = "on_arrival"
        case immediate
    }

    package struct Guest: Sendable, Hashable {
        /// The customer's reference.
        package let id: String
        package let name: String?
        package let email: String?

        package init(id: String, name: String?, email: String?) {
            self.id = id
            self.name = name
            self.email = email
        }
    }

    package let reservation: String
    package let property: String
    package let guest: Guest
    package let amount: Money
    package let guarantee: Guarantee
    package let capture: Capture
    package let method: MethodKind
    package let methodID: PaymentMethodID?
    package let firstNight: Int64?
    package let expiresAt: Timestamp?

    package init(
        reservation: String,
        property: String,
        guest: Guest,
        amount: Money,
        guarantee: Guarantee,
        capture: Capture,
        method: MethodKind,
        methodID: PaymentMethodID?,
        firstNight: Int64?,
        expiresAt: Timestamp?
    ) {
        self.reservation = reservation
        self.property = property
        self.guest = guest
        self.amount = amount
        self.guarantee = guarantee
        self.capture = capture
        self.method = method
        self.methodID = methodID
        self.firstNight = firstNight
        self.expiresAt = expiresAt
    }
}

package struct CancellationRefund: Sendable, Hashable {
    package let amount: Int64
    package let reason: String?

    package init(amount: Int64, reason: String?) {
        self.amount = amount
        self.reason = reason
    }
}

/// A reservation as it is kept: its payment, and what its rate plan said.
package struct Reservation: Sendable, Hashable {
    package let id: String
    package let intent: IntentID
    package let heldBy: InboundEventID
    package let capture: HeldReservation.Capture
    package let firstNight: Int64?

    package init(
        id: String,
        intent: IntentID,
        heldBy: InboundEventID,
        capture: HeldReservation.Capture,
        firstNight: Int64?
    ) {
        self.id = id
        self.intent = intent
        self.heldBy = heldBy
        self.capture = capture
        self.firstNight = firstNight
    }
}
