import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

@Suite struct CashTests {
    private let port = Cash.Port()
    private let account = Sample.account(of: Cash.descriptor)

    @Test func `cash is captured as it is taken`() async {
        let outcome = await port.perform(
            .authorize(.sample(manualCapture: false, method: .cash, token: nil)),
            key: Sample.key,
            account: account
        )
        let receipt = VendorReceipt(
            reference: Sample.attempt.description,
            amount: 1_099,
            captured: true
        )
        #expect(outcome == .succeeded(receipt))
    }

    @Test func `a refund is paid out`() async {
        let outcome = await port.perform(
            .refund(.sample()),
            key: Sample.key,
            account: account
        )
        let receipt = VendorReceipt(reference: Sample.refund.description, amount: 300)
        #expect(outcome == .succeeded(receipt))
    }

    @Test func `cash cannot be held`() async {
        let outcome = await port.perform(
            .authorize(.sample(manualCapture: true, method: .cash)),
            key: Sample.key,
            account: account
        )
        #expect(outcome.shortForm == "rejected_invalid_request")
    }

    @Test(arguments: TokenOperation.samples)
    func `cash has no tokens`(operation: TokenOperation) async {
        let outcome = await port.perform(operation, key: Sample.key, account: account)
        #expect(outcome.shortForm == "rejected_invalid_request")
    }
}
