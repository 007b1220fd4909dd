internal import PaymentCore

/// What the vendor and its payers do in their own time.
extension SimulatedVendor {
    /// The places of what is due.
    var dueCount: Int {
        let now = world.now
        return agenda.count { $0.due <= now }
    }

    /// Does the `turn`-th thing that is due.
    func act(_ turn: Int) {
        let now = world.now
        var left = turn
        for index in agenda.indices where agenda[index].due <= now {
            if left == 0 { return act(agenda.remove(at: index).act) }
            left -= 1
        }
    }

    private func act(_ act: Appointment.Act) {
        world.note(.vendorEvent, "\(manner) \(act)")
        switch act {
        case .payerActs(let place): payerActs(place)
        case .finish(let place): finish(payment: place)
        case .finishMovement(let index):
            finish(movement: index)
        case .reverseRefund(let index):
            movements[index].status = .failed
            payments[movements[index].payment].refunded -= movements[index].amount
            tell(ofRefund: index, mayBeLost: false)
        case .expire(let place):
            guard payments[place].capturable > 0 else { return }
            payments[place].release(as: .expired)
            tell(of: place)
        case .deskActs(let place): deskActs(place)
        case .ask(let place, let verb):
            send(.question(payment: place, verb: verb), mayBeLost: false)
        }
    }

    private func payerActs(_ place: Int) {
        guard payments[place].waitsForPayer else { return }
        guard !world.chance(4) else {
            payments[place].stage = .declined
            return tell(of: place)
        }
        switch manner {
        case .approving: payments[place].stage = .approved
        case .asking: return book(.ask(payment: place, verb: "create"), after: 0...10)
        case .prompt, .searched, .accepting, .paging: payments[place].authorize()
        }
        tell(of: place)
    }

    private func finish(payment place: Int) {
        guard payments[place].stage == .processing else { return }
        if world.chance(8) {
            payments[place].stage = .declined
        } else {
            payments[place].authorize()
        }
        tell(of: place)
    }

    func finish(movement index: Int) {
        let movement = movements[index]
        let place = movement.payment
        payments[place].claimed -= movement.amount
        if manner == .accepting, movement.attempt != nil, world.fault(8) {
            movements[index].status = .failed
        } else {
            movements[index].status = .done
            switch movement.kind {
            case .capture:
                payments[place].capture(movement.amount, isFinal: movement.isFinal)
            case .refund: payments[place].refunded += movement.amount
            case .void, .expiry: payments[place].release(as: .voided)
            }
        }
        switch movement.kind {
        case .refund:
            if manner == .accepting, movements[index].status == .done, world.fault(10) {
                book(.reverseRefund(index), after: 60...5_000)
            }
            tell(ofRefund: index, mayBeLost: movement.attempt != nil)
        case .capture, .void, .expiry:
            tell(ofMovement: index, mayBeLost: movement.attempt != nil)
        }
    }

    /// Somebody refunds, captures or releases in the vendor's own dashboard: nobody asked us.
    private func deskActs(_ place: Int) {
        let payment = payments[place]
        let free = payment.capturable - payment.claimed
        let (kind, amount): (MovementSnapshot.Kind, Int64)
        if payment.refundable > 0 {
            (kind, amount) = (.refund, world.number(1...payment.refundable))
        } else if free > 0, payment.captured == 0 {
            (kind, amount) = world.chance(2) ? (.capture, free) : (.void, 0)
        } else {
            return
        }
        guard kind != .void || payment.claimed == 0 else { return }
        movements.append(
            VendorMovement(
                kind: kind,
                reference: reference("desk"),
                attempt: nil,
                payment: place,
                amount: amount,
                isFinal: true,
                status: .pending
            )
        )
        payments[place].claimed += amount
        finish(movement: movements.count - 1)
    }

    /// What we replied to a question.
    func hear(_ reply: String?, to verb: String, about place: Int) {
        world.note(.vendorEvent, "\(manner) hears \(reply ?? "nothing") to \(verb)")
        switch (verb, reply) {
        case ("create", "created"):
            guard payments[place].stage == .page else { return }
            payments[place].stage = .processing
            let verb = world.chance(6) ? "cancel" : "perform"
            book(.ask(payment: place, verb: verb), after: 1...60)
        case ("perform", "performed"):
            if payments[place].stage == .processing { payments[place].authorize() }
        case ("cancel", "cancelled"):
            if payments[place].stage == .processing { payments[place].stage = .declined }
        case (_, nil), (_, "later"):
            book(.ask(payment: place, verb: verb), after: 10...60)
        case (_, _): break
        }
    }

    // MARK: Telling

    func tell(of place: Int, mayBeLost: Bool = true) {
        let snapshot = payments[place].snapshot
        let content: VendorNotice.Content =
            manner == .paging || manner == .asking
            ? .changed(reference: snapshot.reference, attempt: snapshot.attempt)
            : .snapshot(.payment(snapshot))
        tell(content, mayBeLost: mayBeLost)
    }

    private func tell(ofRefund index: Int, mayBeLost: Bool) {
        let snapshot = snapshot(ofRefund: movements[index])
        tell(.snapshot(.refund(snapshot)), mayBeLost: mayBeLost)
    }

    private func tell(ofMovement index: Int, mayBeLost: Bool) {
        let movement = movements[index]
        guard manner == .accepting else {
            return tell(of: movement.payment, mayBeLost: mayBeLost)
        }
        tell(
            .snapshot(
                .movement(
                    MovementSnapshot(
                        movement.kind,
                        reference: movement.reference,
                        paymentReference: payments[movement.payment].reference,
                        attempt: movement.attempt,
                        status: movement.status == .done ? .succeeded : .failed(code: "refused"),
                        amount: Money(movement.amount, .usd)
                    )
                )
            ),
            mayBeLost: false
        )
    }

    private func tell(_ content: VendorNotice.Content, mayBeLost: Bool) {
        notices.append(
            VendorNotice(
                key: "\(manner.rawValue)-\(notices.count)",
                type: "changed",
                occurredAt: world.now,
                isLive: nil,
                content: content
            )
        )
        send(.notice(notices.count - 1), mayBeLost: mayBeLost)
    }

    func send(_ content: Message.Content, copy: Int = 0, mayBeLost: Bool) {
        let delay: Int64 = world.isQuiet ? 1 : world.number(0...(world.chance(4) ? 900 : 5))
        messages.append(
            Message(
                earliest: world.now + .seconds(delay),
                content: content,
                copy: copy,
                mayBeLost: mayBeLost
            )
        )
    }
}
