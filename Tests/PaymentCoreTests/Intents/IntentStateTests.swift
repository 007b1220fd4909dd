import PaymentCore
import Testing

@Suite struct IntentStateTests {
    @Test(arguments: IntentState.allCases)
    func `a state is never its own way back from the end`(state: IntentState) {
        switch state {
        case .voided, .failed, .expired:
            // Only a vendor's late money opens what is closed.
            #expect(
                state.successors == [
                    .authorized, .captured, .partiallyCaptured, .partiallyRefunded, .refunded,
                ]
            )
        case .captured: #expect(state.successors == [.partiallyRefunded, .refunded])
        case .refunded: #expect(!state.allows(.authorized))
        case .requiresPaymentMethod, .requiresAction, .processing, .authorized,
            .partiallyCaptured, .partiallyRefunded, .pendingCash:
            #expect(!state.successors.isEmpty)
        }
    }

    @Test(arguments: IntentState.allCases)
    func `money that was captured is never voided or expired`(state: IntentState) {
        let held = [IntentState.partiallyCaptured, .captured, .partiallyRefunded, .refunded]
        guard held.contains(state) else { return }
        #expect(!state.allows(.voided))
        #expect(!state.allows(.expired))
        #expect(!state.allows(.requiresPaymentMethod))
    }

    @Test func `every state has a place in the billing grouping`() {
        let grouped = Dictionary(grouping: IntentState.allCases, by: \.billingStatus)
        #expect(Set(grouped.keys) == Set(BillingStatus.allCases))
        #expect(grouped[.completed] == [.partiallyCaptured, .captured])
    }
}
