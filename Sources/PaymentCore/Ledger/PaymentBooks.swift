/// Books one payment's change: its attempts that were settled, then the hold that is left.
struct PaymentBooks {
    private(set) var transfers: [Transfer] = []

    private let payment: Payment
    private let drawer: String?
    /// The authorization whose hold is announced in the books.
    private let heldBy: Attempt?
    /// How much of it is left.
    private var held: Int64

    init(_ payment: Payment, drawer: String?) {
        self.payment = payment
        self.drawer = drawer ?? payment.intent.method.drawer
        heldBy = payment.booked.holding
        held = payment.booked.hold
    }

    mutating func book() {
        var releasing: Attempt?
        for attempt in payment.attempts {
            let change = (payment.booked.standing(of: attempt.id), attempt.state.standing)
            switch attempt.operation {
            case .capture:
                if bookCapture(attempt, change) { releasing = attempt }
            case .refund: bookRefund(attempt, change)
            case .void:
                if change.0 != .succeeded, change.1 == .succeeded { releasing = attempt }
            // What it holds is the difference that is left in the end.
            case .authorize: break
            }
        }
        bookHold(releasedBy: releasing)
    }

    /// Returns whether a capture of what is held was made by this change.
    private mutating func bookCapture(
        _ attempt: Attempt,
        _ change: (was: Standing?, now: Standing)
    ) -> Bool {
        switch change {
        case (nil, .succeeded), (.open, .succeeded), (.ended, .succeeded):
            let isOfHold = heldBy != nil && !attempt.isOfFurtherPayment
            let taken = isOfHold ? min(held, attempt.moved) : 0
            held -= taken
            let path = LedgerPath(capture: attempt, of: payment, drawer)
            move(attempt, .capture, path, taken, outOf: heldBy.map { TransferID($0.id, .reserve) })
            return !attempt.isOfFurtherPayment
        case (.succeeded, .reversed):
            reverse(attempt, LedgerPath(capture: attempt, of: payment, drawer))
        case (nil, .open), (nil, .ended), (nil, .reversed), (.open, .open), (.open, .ended),
            (.open, .reversed), (.ended, .open), (.ended, .ended), (.ended, .reversed),
            (.succeeded, .open), (.succeeded, .succeeded), (.succeeded, .ended), (.reversed, _):
            break
        }
        return false
    }

    private mutating func bookRefund(
        _ attempt: Attempt,
        _ change: (was: Standing?, now: Standing)
    ) {
        let path = LedgerPath(refund: attempt, of: payment, drawer)
        let reserve = TransferID(attempt.id, .reserve)
        switch change {
        case (nil, .open):
            add(reserve, .pending, path.announced, attempt.reserved, .refund, attempt)
        case (.open, .succeeded):
            let taken = min(attempt.reserved, attempt.moved)
            move(attempt, .refund, path, taken, outOf: reserve)
            release(attempt, path, attempt.reserved - taken)
        case (nil, .succeeded), (.ended, .succeeded):
            move(attempt, .refund, path, 0, outOf: nil)
        case (.open, .ended), (.open, .reversed): release(attempt, path, attempt.reserved)
        case (.succeeded, .reversed): reverse(attempt, path)
        case (.ended, .open):
            preconditionFailure("invariant: a refund that ended never opens again")
        case (nil, .ended), (nil, .reversed), (.open, .open), (.ended, .ended), (.ended, .reversed),
            (.succeeded, .open), (.succeeded, .succeeded), (.succeeded, .ended), (.reversed, _):
            break
        }
    }

    /// Brings what is announced to what is held now.
    private mutating func bookHold(releasedBy releasing: Attempt?) {
        let left = payment.intent.capturable
        if left > held, let holding = payment.holdingAttempt {
            let hold = LedgerPath(capture: holding, of: payment, drawer).announced
            let id = TransferID(holding.id, .reserve)
            add(id, .pending, hold, left - held, .authorization, holding)
        } else if left < held, let heldBy {
            let hold = LedgerPath(capture: heldBy, of: payment, drawer).announced
            let pending = TransferID(heldBy.id, .reserve)
            let isOver = payment.facts.contains { $0.type == .transactionExpired }
            let by = releasing ?? heldBy
            add(
                TransferID(by.id, .release),
                isOver ? .expired(pending: pending) : .voided(pending: pending),
                hold,
                held - left,
                .release,
                by
            )
        }
    }

    // MARK: Transfers

    /// Books what an attempt moved: what was announced by ending the announcement and passing it
    /// on, the rest at once, and the settlement currency's side.
    private mutating func move(
        _ attempt: Attempt,
        _ code: Transfer.Code,
        _ path: LedgerPath,
        _ taken: Int64,
        outOf pending: TransferID?
    ) {
        let id = { (leg: TransferLeg) in TransferID(attempt.id, leg) }
        if taken > 0 {
            add(id(.main), .posted(pending: pending), path.announced, taken, code, attempt)
            add(id(.transit), .posted(pending: nil), path.onward, taken, code, attempt)
        }
        add(
            id(taken > 0 ? .excess : .main),
            .posted(pending: nil),
            path.direct,
            attempt.moved - taken,
            code,
            attempt
        )
        if let other = path.exchange {
            add(id(.exchange), .posted(pending: nil), other.pair, other.amount, .exchange, attempt)
        }
    }

    private mutating func release(_ attempt: Attempt, _ path: LedgerPath, _ amount: Int64) {
        add(
            TransferID(attempt.id, .release),
            .voided(pending: TransferID(attempt.id, .reserve)),
            path.announced,
            amount,
            .refundRelease,
            attempt
        )
    }

    /// Takes back what an attempt moved.
    private mutating func reverse(_ attempt: Attempt, _ path: LedgerPath) {
        add(
            TransferID(attempt.id, .main, reversed: true),
            .posted(pending: nil),
            path.direct.reversed,
            attempt.moved,
            .reversal,
            attempt,
            reverses: TransferID(attempt.id, .main)
        )
        guard let other = path.exchange else { return }
        add(
            TransferID(attempt.id, .exchange, reversed: true),
            .posted(pending: nil),
            other.pair.reversed,
            other.amount,
            .reversal,
            attempt,
            reverses: TransferID(attempt.id, .exchange)
        )
    }

    /// Adds a transfer; an amount of zero is not one.
    private mutating func add(
        _ id: TransferID,
        _ phase: Transfer.Phase,
        _ pair: LedgerPath.Pair,
        _ amount: Int64,
        _ code: Transfer.Code,
        _ attempt: Attempt,
        reverses: TransferID? = nil
    ) {
        guard amount > 0 else { return }
        do throws(TransferError) {
            transfers.append(
                try Transfer(
                    id: id,
                    phase: phase,
                    debit: pair.debit,
                    credit: pair.credit,
                    amount: Money(amount, pair.debit.currency),
                    code: code,
                    reference: attempt.movementID,
                    reverses: reverses
                )
            )
        } catch {
            preconditionFailure("invariant: a path joins two accounts of one currency: \(error)")
        }
    }
}

/// How far an attempt is, as the books see it.
private enum Standing {
    case open
    case succeeded
    case ended
    case reversed
}

extension AttemptState {
    fileprivate var standing: Standing {
        switch self {
        case .asked, .pending, .requiresAction, .unknown, .awaitingApproval: .open
        case .succeeded: .succeeded
        case .declined, .rejected, .notDone, .abandoned: .ended
        case .reversed: .reversed
        }
    }
}

extension Booked {
    fileprivate func standing(of id: AttemptID) -> Standing? {
        attempts.first { $0.id == id }?.state.standing
    }
}
