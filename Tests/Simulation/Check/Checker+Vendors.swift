internal import PaymentCore

/// Our payments against the books of the vendors.
extension Checker {
    func checkVendors(of payment: Payment) {
        let intent = payment.intent
        let own = Set(payment.attempts.map(\.id))
        let theirs = scene.vendors.flatMap { vendor in
            vendor.payments.filter { own.contains($0.attempt) }
        }
        let sum = { (part: KeyPath<VendorPayment, Int64>) in
            theirs.map { $0[keyPath: part] }.reduce(0, +)
        }
        expect(
            intent.captured == sum(\.captured),
            "\(intent.id): captured \(intent.captured), at the vendor \(sum(\.captured))"
        )
        expect(
            intent.refunded == sum(\.refunded),
            "\(intent.id): refunded \(intent.refunded), at the vendor \(sum(\.refunded))"
        )
        expect(
            intent.capturable == sum(\.capturable),
            "\(intent.id): capturable \(intent.capturable), at the vendor \(sum(\.capturable))"
        )
        let standing = theirs.filter { $0.captured > 0 || $0.capturable > 0 }
        expect(
            standing.count <= 1 || intent.hasDiscrepancy,
            "\(intent.id): \(standing.count) payments at vendors, unflagged"
        )
        checkMovements(of: payment, own)
        checkFlag(of: payment, own, standing.count)
    }

    /// What a vendor did for one of our attempts, that attempt knows.
    private func checkMovements(of payment: Payment, _ own: Set<AttemptID>) {
        for movement in scene.vendors.flatMap(\.movements) {
            guard let id = movement.attempt, own.contains(id), movement.status == .done,
                let attempt = payment.attempt(id), movement.kind != .void
            else { continue }
            expect(
                attempt.state == .succeeded || payment.intent.hasDiscrepancy,
                "\(payment.intent.id): \(movement.kind) done at the vendor is \(attempt.state.name)"
            )
        }
    }

    /// An operator is called for a reason only.
    private func checkFlag(of payment: Payment, _ own: Set<AttemptID>, _ standing: Int) {
        guard payment.intent.hasDiscrepancy else { return }
        let isForeign = scene.vendors.contains { vendor in
            vendor.movements.contains {
                $0.attempt == nil && own.contains(vendor.payments[$0.payment].attempt)
            }
        }
        // It said no and, asked again, yes.
        let isTakenBack = payment.attempts.contains { attempt in
            scene.vendors.contains { vendor in
                vendor.movements.count { $0.attempt == attempt.id } > 1
            }
        }
        let isEscalated = payment.attempts.contains(where: \.isEscalated)
        expect(
            isForeign || isTakenBack || isEscalated || standing > 1,
            "\(payment.intent.id): flagged for nothing"
        )
    }

    /// Vendors know of nothing that we never stored.
    func checkStrangers(_ payments: [Payment]) {
        let known = Set(payments.flatMap(\.attempts).map(\.id))
        for vendor in scene.vendors {
            for payment in vendor.payments {
                expect(
                    known.contains(payment.attempt),
                    "\(payment.reference) was never asked for by us"
                )
            }
            for movement in vendor.movements {
                expect(
                    movement.attempt.map(known.contains) ?? true,
                    "\(movement.reference) was never asked for by us"
                )
            }
        }
    }
}
