internal import JSON
internal import PaymentCore

extension InboundKind {
    /// Reads the data of an event of this kind; nil after a problem was noted.
    func read(_ data: inout Fields) -> InboundFact? {
        switch self {
        case .reservationHeld: HeldReservation.read(&data).map(InboundFact.held)
        case .reservationConfirmed:
            Self.reservation(&data) { reservation, data in
                .confirmed(reservation: reservation, amount: data.optional("amount", .amount))
            }
        case .reservationCancelled:
            Self.reservation(&data) { reservation, data in
                let refund = data.optional("refund", FieldType<CancellationRefund?>.refund)
                return .cancelled(reservation: reservation, refund: refund ?? nil)
            }
        case .reservationNoShow:
            Self.reservation(&data) { reservation, data in
                .noShow(
                    reservation: reservation,
                    charge: data.optional("charge_amount", .amount)
                )
            }
        case .configUpdated:
            Self.configuration(&data)
        case .schemasProvisioned: Self.tenant(&data).map(InboundFact.schemasProvisioned)
        case .schemasDropped: Self.tenant(&data).map(InboundFact.schemasDropped)
        case .drawerClosed: DrawerClosing.read(&data).map(InboundFact.drawerClosed)
        }
    }

    private static func reservation(
        _ data: inout Fields,
        _ fact: (String, inout Fields) -> InboundFact
    ) -> InboundFact? {
        let reservation = data.required("reservation_id", .text(1...200))
        let fact = fact(reservation ?? "", &data)
        return reservation == nil ? nil : fact
    }

    private static func configuration(_ data: inout Fields) -> InboundFact? {
        let tenant = tenant(&data)
        let sections = data.optional("sections", .array(of: .text(1...100), 0...1_000))
        return tenant.map { .configUpdated($0, sections: sections ?? []) }
    }

    private static func tenant(_ data: inout Fields) -> TenantID? {
        data.required("tenant_id", .identifier(TenantID.self))
    }
}

extension HeldReservation {
    fileprivate static func read(_ data: inout Fields) -> HeldReservation? {
        let reservation = data.required("reservation_id", .text(1...200))
        let property = data.required("property_id", .text(1...64))
        let guest = data.required("guest", FieldType<Guest>.guest)
        let amount = data.required("amount", .amount)
        let currency = data.required("currency", .currency)
        let plan = data.required("rate_plan", FieldType<RatePlan>.ratePlan)
        let method = data.required("method", FieldType<ReservationMethod>.reservationMethod)
        let firstNight = data.optional("first_night_amount", .amount)
        let expiresAt = data.optional("expires_at", .timestamp)
        guard let reservation, let property, let guest, let amount, let currency, let plan,
            let method
        else { return nil }
        if plan.guarantee != .cashOnArrival, method.kind == .cash {
            data.refuse("method", .conflict, ["reason": "cash guarantees nothing"])
        }
        return HeldReservation(
            reservation: reservation,
            property: property,
            guest: guest,
            amount: Money(amount, currency),
            guarantee: plan.guarantee,
            capture: plan.capture,
            method: method.kind,
            methodID: method.id,
            firstNight: firstNight,
            expiresAt: expiresAt
        )
    }
}

private struct RatePlan: Sendable {
    let guarantee: HeldReservation.Guarantee
    let capture: HeldReservation.Capture
}

private struct ReservationMethod: Sendable {
    let kind: MethodKind
    let id: PaymentMethodID?
}

extension FieldType where Value == HeldReservation.Guest {
    fileprivate static let guest = FieldType.object(ignoringOthers: true) { guest in
        let id = guest.required("id", .text(1...128))
        let name = guest.optional("name", .text(0...255))
        let email = guest.optional("email", .text(0...254))
        return id.map { .init(id: $0, name: name, email: email) }
    }
}

extension FieldType where Value == RatePlan {
    fileprivate static let ratePlan = FieldType.object(ignoringOthers: true) { plan in
        let guarantee = plan.required("guarantee", .choice(HeldReservation.Guarantee.self))
        let capture = plan.required("capture", .choice(HeldReservation.Capture.self))
        guard let guarantee, let capture else { return nil }
        return RatePlan(guarantee: guarantee, capture: capture)
    }
}

extension FieldType where Value == ReservationMethod {
    fileprivate static let reservationMethod = FieldType.object(ignoringOthers: true) { method in
        let kind = method.required("kind", .choice(MethodKind.self))
        let id = method.optional("id", .identifier(PaymentMethodID.self))
        return kind.map { ReservationMethod(kind: $0, id: id) }
    }
}

extension FieldType where Value == CancellationRefund? {
    /// An object, or the word `none`.
    fileprivate static let refund: FieldType = {
        let refund = FieldType<CancellationRefund>.object(ignoringOthers: true) { refund in
            let amount = refund.required("amount", .amount)
            let reason = refund.optional("reason", .text(0...255))
            return amount.map { CancellationRefund(amount: $0, reason: reason) }
        }
        return FieldType(.structure, refund.schema()) { value, pointer, problems in
            if value == "none" { return .some(nil) }
            return refund.read(value, pointer, &problems)
        }
    }()
}

extension DrawerClosing {
    fileprivate static func read(_ data: inout Fields) -> DrawerClosing? {
        let drawer = data.required("drawer_id", .text(1...200))
        let property = data.required("property_id", .text(1...64))
        let openedAt = data.required("opened_at", .timestamp)
        let closedAt = data.required("closed_at", .timestamp)
        let currency = data.required("currency", .currency)
        let counted = data.required("counted_amount", .integer(-amountLimit...amountLimit))
        let lines = data.required("receipts", .array(of: .line, 0...10_000))
        guard let drawer, let property, let openedAt, let closedAt, let currency, let counted,
            let lines
        else { return nil }
        guard openedAt <= closedAt else {
            data.refuse("closed_at", .conflict, ["reason": "before opened_at"])
            return nil
        }
        return DrawerClosing(
            drawer: drawer,
            property: property,
            openedAt: openedAt,
            closedAt: closedAt,
            currency: currency,
            counted: counted,
            lines: lines
        )
    }

    /// Exact in every JSON reader.
    fileprivate static let amountLimit = Int64.largestAmount
}

extension FieldType where Value == DrawerClosing.Line {
    fileprivate static let line = FieldType.object(ignoringOthers: true) { line in
        let receipt = line.required("receipt_id", .text(1...200))
        let amount = line.required(
            "amount",
            .integer(-DrawerClosing.amountLimit...DrawerClosing.amountLimit)
        )
        guard let receipt, let amount else { return nil }
        return DrawerClosing.Line(receipt: receipt, amount: amount)
    }
}
