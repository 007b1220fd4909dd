import PaymentCore
import Testing

@Suite struct ClearingTests {
    private func state(
        now: (Int64, Int64),
        then: (Int64, Int64),
        threshold: Int64 = 0
    ) -> ClearingState {
        ClearingState(
            of: LedgerMonitor(
                account: LedgerAccount(.processorClearing, of: "mac_1", in: .usd),
                threshold: threshold,
                age: .seconds(60)
            ),
            now: LedgerBalance(debitsPosted: now.0, creditsPosted: now.1),
            then: LedgerBalance(debitsPosted: then.0, creditsPosted: then.1),
            since: Timestamp(seconds: 1)
        )
    }

    @Test func `what entered first is cleared first`() {
        // 100 came before the age, 50 since; 70 has left.
        let some = state(now: (150, 70), then: (100, 0))
        #expect(some.uncleared == 80)
        #expect(some.overdue == 30)
        #expect(some.isAlerting)
        let young = state(now: (150, 100), then: (100, 20))
        #expect(young.uncleared == 50)
        #expect(young.overdue == 0)
        #expect(!young.isAlerting)
    }

    @Test func `an account that gave too much is uncleared on the other side`() {
        let over = state(now: (100, 130), then: (100, 130))
        #expect(over.uncleared == 30)
        #expect(over.overdue == 30)
    }

    @Test func `nothing is left of a cleared account, and the threshold is still quiet`() {
        let clear = state(now: (100, 100), then: (100, 0))
        #expect(clear.overdue == 0)
        #expect(clear.since == nil)
        #expect(!state(now: (100, 90), then: (100, 90), threshold: 10).isAlerting)
        #expect(state(now: (100, 89), then: (100, 89), threshold: 10).isAlerting)
    }

    @Test func `what a limit leaves is told as far as it fits`() {
        let limit = LedgerLimit(
            account: LedgerAccount(.merchantBalance, in: .usd),
            overdraft: 0,
            isActive: true,
            balance: LedgerBalance(debitsPosted: .max, debitsPending: .max)
        )
        #expect(limit.available == .min)
    }
}
