import JSON
import PaymentCore

/// The parts of PayPal's objects that we read. An initializer answers nil for what is not the
/// object; a status that we do not know is nil.
extension PayPal {
    /// Links are the contract: what may follow is found by its `rel`.
    struct Links {
        private let json: JSONValue?

        init(_ json: JSONValue?) {
            self.json = json
        }

        subscript(relation: String) -> String? {
            json?.arrayValue?.first { $0["rel"]?.stringValue == relation }?["href"]?.stringValue
        }
    }

    struct Authorization {
        enum Status: String {
            case created = "CREATED"
            case pending = "PENDING"
            case partiallyCaptured = "PARTIALLY_CAPTURED"
            case captured = "CAPTURED"
            case voided = "VOIDED"
            case denied = "DENIED"
        }

        let json: JSONValue
        let id: String
        let status: Status?
        let amount: Money

        init?(_ json: JSONValue?) {
            guard let json, let id = json["id"]?.stringValue,
                let amount = Amounts.money(json["amount"])
            else { return nil }
            self.json = json
            self.id = id
            self.amount = amount
            status = json["status"]?.stringValue.flatMap(Status.init)
        }

        var expiresAt: Timestamp? { json.time("expiration_time") }
        /// Whether it holds money, or may yet.
        var isLive: Bool {
            switch status {
            case .created, .pending, .partiallyCaptured, .captured, nil: true
            case .voided, .denied: false
            }
        }
    }

    struct Capture {
        enum Status: String {
            case completed = "COMPLETED"
            case pending = "PENDING"
            case declined = "DECLINED"
            case failed = "FAILED"
            case partiallyRefunded = "PARTIALLY_REFUNDED"
            case refunded = "REFUNDED"

        }

        let json: JSONValue
        let id: String
        let status: Status?
        let amount: Money

        init?(_ json: JSONValue?) {
            guard let json, let id = json["id"]?.stringValue,
                let amount = Amounts.money(json["amount"])
            else { return nil }
            self.json = json
            self.id = id
            self.amount = amount
            status = json["status"]?.stringValue.flatMap(Status.init)
        }

        /// Whether the money came in, whatever became of it later.
        var isDone: Bool {
            switch status {
            case .completed, .partiallyRefunded, .refunded: true
            case .pending, .declined, .failed, nil: false
            }
        }
        var isRefused: Bool { status == .declined || status == .failed }
        /// Whether it was to be the last, and let go of the rest.
        var isFinal: Bool { json["final_capture"] == true }
    }

    struct Refund {
        enum Status: String {
            case completed = "COMPLETED"
            case pending = "PENDING"
            case failed = "FAILED"
            case cancelled = "CANCELLED"
        }

        let json: JSONValue
        let id: String
        let status: Status?
        let amount: Money

        init?(_ json: JSONValue?) {
            guard let json, let id = json["id"]?.stringValue,
                let amount = Amounts.money(json["amount"])
            else { return nil }
            self.json = json
            self.id = id
            self.amount = amount
            status = json["status"]?.stringValue.flatMap(Status.init)
        }

        /// The capture that it is taken from.
        var capture: String? { json.parent("captures") }
    }
}

extension JSONValue {
    /// Our own attempt, as the objects of a payment carry it.
    var customID: String? { self["custom_id"]?.stringValue }
    var invoiceID: String? { self["invoice_id"]?.stringValue }
    /// Why an object is in its status.
    var statusReason: String? { self["status_details"]?["reason"]?.stringValue }
    var processorResponse: PayPal.ProcessorResponse? {
        PayPal.ProcessorResponse(self["processor_response"])
    }

    func time(_ name: String) -> Timestamp? {
        self[name]?.stringValue.flatMap(Timestamp.init(rfc3339:))
    }

    /// The identifier at the end of the link `up`, when that leads to a member of `collection`.
    func parent(_ collection: String) -> String? {
        guard let segments = PayPal.Links(self["links"])["up"]?.split(separator: "/"),
            segments.count >= 2, segments[segments.count - 2] == collection
        else { return nil }
        return String(segments[segments.count - 1])
    }
}
