/// The accounts that an attempt's money passes through: announced between the merchant's balance
/// and a waiting account, then between that one and the outside.
struct LedgerPath {
    struct Pair {
        let debit: LedgerAccount
        let credit: LedgerAccount

        var reversed: Pair { Pair(debit: credit, credit: debit) }
    }

    /// Where the promise waits; posted once it is kept.
    let announced: Pair
    /// From the waiting account on, or to it.
    let onward: Pair
    /// Both at once, for what was never announced.
    let direct: Pair
    /// What the processor settles in another currency; the two sides meet in the liquidity
    /// accounts.
    let exchange: (pair: Pair, amount: Int64)?

    /// What a hold promises and a capture claims.
    init(capture attempt: Attempt, of payment: Payment, _ drawer: String?) {
        let currency = payment.intent.amount.currency
        let balance = LedgerAccount(.merchantBalance, in: currency)
        let holds = LedgerAccount(.authorizationHolds, of: attempt.processor, in: currency)
        let outside = Outside(attempt, payment, drawer)
        announced = Pair(debit: holds, credit: balance)
        onward = Pair(debit: outside.account, credit: holds)
        direct = Pair(debit: outside.account, credit: balance)
        exchange = outside.settlement
    }

    /// What a refund reserves and pays out.
    init(refund attempt: Attempt, of payment: Payment, _ drawer: String?) {
        let currency = payment.intent.amount.currency
        let balance = LedgerAccount(.merchantBalance, in: currency)
        let refunds = LedgerAccount(.refunds, in: currency)
        let outside = Outside(attempt, payment, drawer)
        announced = Pair(debit: balance, credit: refunds)
        onward = Pair(debit: refunds, credit: outside.account)
        direct = Pair(debit: balance, credit: outside.account)
        exchange = outside.settlement.map { ($0.pair.reversed, $0.amount) }
    }
}

/// Where an attempt's money comes from or goes to.
private struct Outside {
    /// In the payment's currency.
    let account: LedgerAccount
    /// What the processor owes in its own currency.
    let settlement: (pair: LedgerPath.Pair, amount: Int64)?

    init(_ attempt: Attempt, _ payment: Payment, _ drawer: String?) {
        let currency = payment.intent.amount.currency
        guard attempt.vendor != .cash else {
            account = LedgerAccount(.cashDrawer, of: drawer, in: currency)
            settlement = nil
            return
        }
        // An amount that the rate takes out of range is kept in the payment's currency.
        guard let fx = payment.fx(of: attempt), fx.settlementAmount.currency != currency,
            let settled = fx.rate.rate.convert(
                Money(attempt.moved, currency),
                to: fx.settlementAmount.currency
            )
        else {
            account = LedgerAccount(.processorClearing, of: attempt.processor, in: currency)
            settlement = nil
            return
        }
        account = LedgerAccount(.fxLiquidity, in: currency)
        settlement = (
            LedgerPath.Pair(
                debit: LedgerAccount(
                    .processorClearing,
                    of: attempt.processor,
                    in: settled.currency
                ),
                credit: LedgerAccount(.fxLiquidity, in: settled.currency)
            ),
            settled.minorUnits
        )
    }
}

extension Payment {
    /// The rate at which the account settles where an attempt's money is: that of the authorization
    /// which got it there, and not of one that was asked elsewhere since.
    fileprivate func fx(of attempt: Attempt) -> FXContext? {
        if attempt.operation == .authorize { return attempt.fx }
        if let holding = holdingAttempt, holding.account == attempt.account { return holding.fx }
        return attempts.last { $0.operation == .authorize && $0.account == attempt.account }?.fx
    }
}

extension Attempt {
    /// Who holds and owes: the merchant account, or the vendor that has none.
    fileprivate var processor: String { account?.description ?? vendor.name }

    /// Whether it is an authorization that a vendor granted.
    var isHolding: Bool { operation == .authorize && state == .succeeded }
}
