import PaymentCore
import Testing

@Suite struct TransferTests {
    private let id = TransferID(UUID7(milliseconds: 1, randomHigh: 0, randomLow: 1))
    private let clearing = LedgerAccount(.processorClearing, of: "mac_1", in: .usd)
    private let balance = LedgerAccount(.merchantBalance, in: .usd)

    private func refusal(
        _ debit: LedgerAccount,
        _ credit: LedgerAccount,
        _ amount: Money
    ) -> TransferError? {
        do throws(TransferError) {
            _ = try Transfer(
                id: id,
                phase: .pending,
                debit: debit,
                credit: credit,
                amount: amount,
                code: .capture,
                reference: "cap_1"
            )
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [0, -1, Int64.min])
    func `nothing and less than nothing are no transfer`(amount: Int64) {
        #expect(refusal(clearing, balance, Money(amount, .usd)) == .notPositive)
    }

    @Test func `an account gives nothing to itself`() {
        #expect(refusal(clearing, clearing, Money(1, .usd)) == .sameAccount)
    }

    @Test func `currencies never mix in a transfer`() {
        let euros = LedgerAccount(.merchantBalance, in: .eur)
        #expect(refusal(clearing, euros, Money(1, .usd)) == .currenciesDiffer)
        #expect(refusal(euros, clearing, Money(1, .usd)) == .currenciesDiffer)
        #expect(refusal(clearing, balance, Money(1, .eur)) == .currenciesDiffer)
        #expect(refusal(clearing, balance, Money(.max, .usd)) == nil)
    }

    @Test func `sums that do not fit are refused, and nothing of them is added`() throws {
        var balance = LedgerBalance()
        try balance.add(.max, on: .debit, as: .pending)
        try balance.add(.max, on: .credit, as: .posted(pending: nil))
        let before = balance
        #expect(throws: MoneyError.overflow) { try balance.add(1, on: .debit, as: .pending) }
        #expect(throws: MoneyError.overflow) {
            try balance.add(1, on: .credit, as: .posted(pending: nil))
        }
        #expect(balance == before)
    }

    @Test(arguments: LedgerAccount.Kind.allCases)
    func `an account is known by its name`(kind: LedgerAccount.Kind) {
        for owner in [nil, "front-1", "a:b", "ü 2"] {
            let account = LedgerAccount(kind, of: owner, in: .jpy)
            #expect(LedgerAccount(id: account.id) == account)
        }
        #expect(LedgerAccount(kind, of: "", in: .usd) == LedgerAccount(kind, in: .usd))
    }

    @Test(arguments: [
        "", ":", "bank", "bank:", "bank:XXX", "bank:usd", "bank::USD", "safe:USD", ":bank:USD",
    ])
    func `what names no account is none`(name: String) {
        #expect(LedgerAccount(id: name) == nil)
    }

    @Test func `a phase is told by its name and what it ends`() {
        for phase in [
            Transfer.Phase.posted(pending: nil), .posted(pending: id), .pending,
            .voided(pending: id), .expired(pending: id),
        ] {
            #expect(Transfer.Phase(name: phase.name, ended: phase.ended) == phase)
        }
        #expect(Transfer.Phase(name: "pending", ended: id) == nil)
        #expect(Transfer.Phase(name: "voided", ended: nil) == nil)
        #expect(Transfer.Phase(name: "lost", ended: nil) == nil)
    }
}
