import JSON
import PaymentCore

extension Click {
    /// One attempt of Click's to take money for an order: prepared, then completed or cancelled.
    struct Preparation {
        enum State: String {
            /// The order is kept for it; no money yet.
            case prepared
            case completed
            case cancelled
        }

        static let kind = "preparation"

        /// Click's `click_trans_id`.
        let transaction: String
        /// `merchant_prepare_id`.
        let number: Int64
        let attempt: AttemptID
        private(set) var state = State.prepared
        private(set) var document: Int64
        /// As it was signed.
        private let amount: String
        private let preparedAt: Timestamp
        /// Click's times of what followed, in Tashkent.
        private var prepareTime: String
        private var completeTime: String?
        /// The last refusal.
        private var error: Int64?
        private var note: String?
        /// Click said that what was completed is cancelled: to be found out, not to be believed.
        private(set) var isCancelRequested = false
        private let version: Int64

        init(_ call: Call, for attempt: AttemptID, number: Int64) {
            transaction = String(call.transaction)
            self.number = number
            self.attempt = attempt
            document = call.document
            amount = call.amount
            preparedAt = call.signedAt
            prepareTime = call.signTime
            version = 0
        }
    }
}

extension Click.Preparation {
    func completed(by call: Click.Call) -> Self {
        var after = self
        after.state = .completed
        after.document = call.document
        after.completeTime = call.signTime
        return after
    }

    /// - Parameter call: Click's refusal; nil when a later attempt took the order over.
    func cancelled(by call: Click.Call?) -> Self {
        var after = self
        after.state = .cancelled
        if let call {
            after.error = call.error
            after.note = String(call.note.prefix(200))
        }
        return after
    }

    func cancelRequested(by call: Click.Call) -> Self {
        var after = self
        after.isCancelRequested = true
        after.error = call.error
        after.note = String(call.note.prefix(200))
        return after
    }
}

// What is stored.
extension Click.Preparation {
    /// Nil for a record that is not ours.
    init?(_ record: VendorRecord) {
        // Silence is right: what cannot be read again is answered as our own failure.
        guard record.kind == Self.kind, let state = State(rawValue: record.state),
            let json = try? JSONValue.parse(record.document),
            let document = json["click_paydoc_id"]?.integerValue,
            let amount = json["amount"]?.stringValue,
            let prepareTime = json["prepare_time"]?.stringValue
        else { return nil }
        transaction = record.vendorID
        number = record.number
        attempt = record.attempt
        self.state = state
        self.document = document
        self.amount = amount
        preparedAt = record.occurredAt
        self.prepareTime = prepareTime
        completeTime = json["complete_time"]?.stringValue
        error = json["error"]?.integerValue
        note = json["error_note"]?.stringValue
        isCancelRequested = json["vendor_cancel_requested"] == true
        version = record.version
    }

    var record: VendorRecord {
        VendorRecord(
            kind: Self.kind,
            vendorID: transaction,
            number: number,
            attempt: attempt,
            state: state.rawValue,
            occurredAt: preparedAt,
            document: VendorDetails.text { write(to: &$0) },
            version: version
        )
    }

    /// What is kept with the payment; see `docs/details/click.md`.
    var details: String {
        VendorDetails.text { writer in
            writer.member("click_trans_id", transaction)
            writer.member("merchant_prepare_id", number)
            writer.member("state", state.rawValue)
            write(to: &writer)
        }
    }

    private func write(to writer: inout JSONWriter) {
        writer.member("click_paydoc_id", document)
        writer.member("amount", amount)
        writer.member("prepare_time", prepareTime)
        if let completeTime { writer.member("complete_time", completeTime) }
        if let error { writer.member("error", error) }
        if let note { writer.member("error_note", note) }
        if isCancelRequested { writer.member("vendor_cancel_requested", true) }
    }
}
