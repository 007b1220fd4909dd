/// What a vendor that asks us has us keep about one of its own transactions: Payme's transaction,
/// Click's preparation. One generic row for all of them; only the vendor's folder reads `state`
/// and `document`.
package struct VendorRecord: Sendable, Hashable {
    /// The vendor's word for what this is, when it has several kinds: `transaction`.
    package let kind: String
    /// The vendor's id, unique within account and kind.
    package let vendorID: String
    /// A number of our own for vendors that want an integer back, unique within the account;
    /// fits 53 bits, so that every JSON reader keeps it.
    package let number: Int64
    /// The attempt that it pays.
    package let attempt: AttemptID
    package var state: String
    /// The vendor's own time of it, by which its statements are delimited.
    package let occurredAt: Timestamp
    /// What the vendor sent and was sent, a JSON object.
    package var document: String
    /// Grows with every change; 0 for a record that is not stored yet.
    package let version: Int64

    package init(
        kind: String,
        vendorID: String,
        number: Int64,
        attempt: AttemptID,
        state: String,
        occurredAt: Timestamp,
        document: String,
        version: Int64 = 0
    ) {
        self.kind = kind
        self.vendorID = vendorID
        self.number = number
        self.attempt = attempt
        self.state = state
        self.occurredAt = occurredAt
        self.document = document
        self.version = version
    }
}

/// Which records are wanted without knowing their attempt.
package enum VendorRecordSearch: Sendable, Hashable {
    case record(kind: String, vendorID: String)
    case number(Int64)
    /// By the vendor's time, both ends included, oldest first.
    case time(kind: String, from: Timestamp, to: Timestamp, limit: Int)
}

/// An attempt's records at one account, oldest first by the vendor's time, and the store's time.
package struct VendorRecords: Sendable {
    package var now: Timestamp?
    package var records: [VendorRecord]

    package init(now: Timestamp?, records: [VendorRecord]) {
        self.now = now
        self.records = records
    }
}
