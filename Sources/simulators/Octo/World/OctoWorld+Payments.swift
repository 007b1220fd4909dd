internal import JSON

// A payment's way from the shop's call to money.
extension Octo.World {
    /// - Returns: the uuid.
    mutating func create(_ order: Octo.PaymentOrder) throws(Octo.Failure) -> String {
        if !settings.registeredGoods.isEmpty {
            for code in order.goods where !settings.registeredGoods.contains(code) {
                throw .unregistered(code)
            }
        }
        count += 1
        let uuid = uuid()
        payments.insert(
            Octo.Payment(uuid: uuid, number: 7_000_000 + count, order: order),
            id: uuid
        )
        uuids["\(order.shop)/\(order.transaction)"] = uuid
        book.open(uuid, currency: order.currency.rawValue)
        note(uuid)
        agenda.enter(
            .giveUpPayer(payment: uuid),
            at: now + (order.payerTime ?? settings.payerTime)
        )
        return uuid
    }

    /// The payer has opened the page.
    mutating func open(_ uuid: String) {
        guard payments[uuid]?.status == .created else { return }
        enter(.waitsForUser, uuid)
    }

    /// The payer has authenticated, and the bank is asked.
    mutating func pay(_ uuid: String, with card: Octo.TestCard) {
        guard let payment = payments[uuid], payment.isUnpaid else { return }
        payments[uuid]?.card = card
        guard card.verdict == .approved else { return cancel(uuid) }
        count += 1
        payments[uuid]?.reference = "\(436_456_000_000 + count)"
        book.move(.authorized, payment.order.total.minor, of: uuid, key: nil)
        if payment.order.autoCapture {
            take(payment.order.total.minor, of: uuid)
        } else {
            agenda.enter(.lapseHold(payment: uuid), at: now + settings.holdTime)
            enter(.waitsForCapture, uuid)
        }
    }

    /// Ends a payment without money: what was held goes back.
    mutating func cancel(_ uuid: String) {
        if let held = book[uuid]?.held, held > 0 {
            book.move(.released, held, of: uuid, key: nil)
        }
        enter(.canceled, uuid)
    }

    /// Takes a part or all of what is held, and lets the rest go.
    mutating func take(_ amount: Int64, of uuid: String) {
        guard let payment = payments[uuid] else { return }
        payments[uuid]?.captured = amount
        payments[uuid]?.paidAt = now
        book.move(.captured, amount, of: uuid, key: nil)
        let rest = payment.order.total.minor - amount
        if rest > 0 { book.move(.released, rest, of: uuid, key: nil) }
        if settings.captureTime > .zero, payment.status == .waitsForCapture {
            enter(.capture, uuid)
            agenda.enter(.finishCapture(payment: uuid), at: now + settings.captureTime)
        } else {
            enter(.succeeded, uuid)
        }
    }

    mutating func finishCapture(_ uuid: String) {
        guard payments[uuid]?.status == .capture else { return }
        enter(.succeeded, uuid)
    }

    mutating func giveUpPayer(_ uuid: String) {
        guard payments[uuid]?.isUnpaid == true else { return }
        cancel(uuid)
    }

    mutating func lapseHold(_ uuid: String) {
        guard payments[uuid]?.status == .waitsForCapture else { return }
        cancel(uuid)
    }

    private mutating func enter(_ status: Octo.Payment.Status, _ uuid: String) {
        guard let previous = payments[uuid]?.status else { return }
        payments[uuid]?.status = status
        note(uuid)
        switch status {
        case .created, .waitsForUser, .capture: break  // Nobody is notified.
        case .waitsForCapture, .succeeded, .canceled:
            tell(uuid, status.rawValue, previous: previous.rawValue)
        }
    }

    private mutating func note(_ uuid: String) {
        guard let payment = payments[uuid] else { return }
        book.note(
            uuid,
            status: payment.status.rawValue,
            metadata: ["shop_transaction_id": payment.order.transaction]
        )
    }
}

extension Octo.Payment {
    /// Whether the payer may still pay.
    var isUnpaid: Bool {
        switch status {
        case .created, .waitsForUser: true
        case .waitsForCapture, .capture, .succeeded, .canceled: false
        }
    }
}
