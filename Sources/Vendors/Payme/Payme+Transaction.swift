import JSON
import PaymentCore

extension Payme {
    /// A transaction of Payme's, as we promised to remember it (section 3.3). All times are Unix
    /// milliseconds, 0 while unset.
    struct Transaction {
        enum State: Int64, CaseIterable {
            case created = 1
            case performed = 2
            /// Before it was performed.
            case cancelled = -1
            /// After it was performed: the money went back.
            case refunded = -2
        }

        static let kind = "transaction"
        /// How long after Payme's `time` a transaction may be performed.
        static let lifetime: Int64 = 43_200_000
        /// The reason of one that was not.
        static let timeoutReason: Int64 = 4

        /// Payme's.
        let id: String
        /// Payme's clock; the lifetime and the statement go by it.
        let time: Int64
        /// In tiyin.
        let amount: Int64
        /// As received.
        let account: JSONValue
        /// Our clock.
        let createTime: Int64
        private(set) var state = State.created
        private(set) var performTime: Int64 = 0
        private(set) var cancelTime: Int64 = 0
        private(set) var reason: Int64?
        /// By the kind of receipt.
        private(set) var fiscal = JSONObject()
        private let number: Int64
        private let attempt: AttemptID
        private let version: Int64

        init(
            _ creation: Call.Creation,
            for attempt: AttemptID,
            number: Int64,
            at now: Timestamp
        ) {
            id = creation.id
            time = creation.time
            amount = creation.amount
            account = creation.account.json
            createTime = now.milliseconds
            self.number = number
            self.attempt = attempt
            version = 0
        }
    }
}

extension Payme.Transaction {
    /// What Payme knows it by at our side.
    var name: String { String(number) }

    /// Whether its time to be performed is over.
    func isOverdue(at now: Timestamp) -> Bool {
        state == .created && now.milliseconds - time >= Self.lifetime
    }

    func isSame(as creation: Payme.Call.Creation) -> Bool {
        time == creation.time && amount == creation.amount && creation.account.isSame(as: account)
    }

    func performed(at now: Timestamp) -> Self {
        var after = self
        after.state = .performed
        after.performTime = now.milliseconds
        return after
    }

    /// Final: a later cancellation changes neither time nor reason.
    func cancelled(for reason: Int64, at now: Timestamp) -> Self {
        var after = self
        after.state = state == .performed ? .refunded : .cancelled
        after.cancelTime = now.milliseconds
        after.reason = reason
        return after
    }

    /// A second receipt of a kind replaces the first.
    func keeping(_ receipt: Payme.FiscalReceipt) -> Self {
        var after = self
        after.fiscal[receipt.kind.rawValue] = .object(receipt.json)
        return after
    }
}

// What is stored.
extension Payme.Transaction {
    /// Nil for a record that is not ours.
    init?(_ record: VendorRecord) {
        // Silence is right: what cannot be read again is answered as our own failure.
        guard record.kind == Self.kind,
            let state = Int64(record.state).flatMap(State.init),
            let json = try? JSONValue.parse(record.document),
            let amount = json["amount"]?.integerValue, let account = json["account"],
            let createTime = json["create_time"]?.integerValue
        else { return nil }
        id = record.vendorID
        time = record.occurredAt.milliseconds
        self.amount = amount
        self.account = account
        self.createTime = createTime
        self.state = state
        performTime = json["perform_time"]?.integerValue ?? 0
        cancelTime = json["cancel_time"]?.integerValue ?? 0
        reason = json["reason"]?.integerValue
        fiscal = json["fiscal"]?.objectValue ?? JSONObject()
        number = record.number
        attempt = record.attempt
        version = record.version
    }

    var record: VendorRecord {
        VendorRecord(
            kind: Self.kind,
            vendorID: id,
            number: number,
            attempt: attempt,
            state: String(state.rawValue),
            occurredAt: Timestamp(microseconds: time * 1_000),
            document: document,
            version: version
        )
    }

    private var document: String {
        VendorDetails.text { writer in
            writer.member("amount", amount)
            writer.member("account", account)
            writer.member("create_time", createTime)
            writer.member("perform_time", performTime)
            writer.member("cancel_time", cancelTime)
            writer.member("reason", reason)
            if !fiscal.isEmpty { writer.member("fiscal", .object(fiscal)) }
        }
    }
}
