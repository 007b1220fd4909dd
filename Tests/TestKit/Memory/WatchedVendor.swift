import PaymentCore

/// A vendor whose calls are counted on a health board, as the real client's observer does.
struct WatchedVendor: PaymentPort {
    let port: any PaymentPort
    let board: HealthBoard
    let clock: any WallClock

    var vendor: VendorID { port.vendor }
    var capabilities: Capabilities { port.capabilities }
    var questions: (any VendorQuestions)? { port.questions }
    var receipts: NoticeReceipts { port.receipts }
    var nameField: String? { port.nameField }

    func perform(
        _ operation: VendorOperation,
        key: String,
        account: MerchantAccount
    ) async -> VendorOutcome {
        let outcome = await port.perform(operation, key: key, account: account)
        board.record(outcome.symptom, took: .milliseconds(50), by: account.id, at: clock.now)
        return outcome
    }

    func perform(
        _ operation: TokenOperation,
        key: String,
        account: MerchantAccount
    ) async -> TokenOutcome {
        let outcome = await port.perform(operation, key: key, account: account)
        board.record(outcome.symptom, took: .milliseconds(50), by: account.id, at: clock.now)
        return outcome
    }

    func verify(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) async throws(NoticeRefusal) -> [VendorNotice] {
        try await port.verify(delivery, account: account, now: now)
    }

    func notices(in delivery: WebhookDelivery) throws(NoticeRefusal) -> [VendorNotice] {
        try port.notices(in: delivery)
    }
}
