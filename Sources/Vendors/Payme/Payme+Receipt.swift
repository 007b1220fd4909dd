import JSON
import PaymentCore

extension Payme {
    /// A receipt of the Subscribe API: what is paid there (section 4.2).
    struct Receipt {
        enum State: Int64, CaseIterable {
            case created = 0
            case checking = 1
            case debiting = 2
            case closing = 3
            case paid = 4
            case held = 5
            case holding = 6
            /// For manual work at Payme.
            case paused = 20
            case cancelling = 21
            case queued = 30
            case cancelled = 50
        }

        let json: JSONValue
        let id: String
        /// Nil: a number that we do not know.
        let state: State?
        let amount: Money

        /// Nil for what is not a receipt, or one in another currency.
        init?(_ json: JSONValue?) {
            guard let json, let id = json["_id"]?.stringValue, id.isPaymeID,
                let state = json["state"]?.wholeNumber, let amount = json["amount"]?.wholeNumber,
                json["currency"] == nil || json["currency"]?.wholeNumber == 860,
                let soum = Currency("UZS")
            else { return nil }
            self.json = json
            self.id = id
            self.state = State(rawValue: state)
            self.amount = Money(amount, soum)
        }

        /// The order that a field of its account names.
        func order(_ field: String) -> String? {
            json["account"]?.arrayValue?.first { $0["name"]?.stringValue == field }?["value"]?
                .plainText
        }
    }
}

extension Payme.Reply {
    /// The receipt `id`, or whichever it is, in an answer about one.
    func receipt(_ id: String? = nil) -> Payme.Receipt? {
        guard case .result(let result) = self, let receipt = Payme.Receipt(result["receipt"])
        else { return nil }
        return id == nil || receipt.id == id ? receipt : nil
    }
}

// In our words.
extension Payme.Receipt {
    /// What a hold's lifetime is counted from.
    private var createdAt: Timestamp? {
        guard let time = json["create_time"]?.wholeNumber,
            (1...253_402_300_799_999).contains(time)
        else { return nil }
        return Timestamp(microseconds: time * 1_000)
    }

    private var holdEndsAt: Timestamp? {
        state == .held ? createdAt.map { $0 + .seconds(30 * 86_400) } : nil
    }

    private var method: MethodDetails? {
        json["card"].map {
            MethodDetails(mask: $0["number"]?.stringValue, expiry: $0["expire"]?.stringValue)
        }
    }

    /// Of a payment, hold or refund of the whole amount.
    var told: VendorReceipt {
        VendorReceipt(
            reference: id,
            amount: amount.minorUnits,
            captured: state == .paid,
            authorizationExpiresAt: holdEndsAt,
            method: method,
            details: details
        )
    }

    /// Nil when its state is not one that we know.
    func snapshot(of attempt: AttemptID?) -> PaymentSnapshot? {
        guard let status = snapshotStatus else { return nil }
        return PaymentSnapshot(
            reference: id,
            attempt: attempt,
            status: status,
            amount: amount,
            capturable: state == .held ? amount.minorUnits : 0,
            captured: state == .paid ? amount.minorUnits : 0,
            authorizationExpiresAt: holdEndsAt,
            method: method,
            details: details
        )
    }

    private var snapshotStatus: PaymentSnapshot.Status? {
        switch state {
        case .created: .open
        case .checking, .debiting, .closing, .holding, .paused, .cancelling, .queued: .processing
        case .paid: .captured
        case .held: .authorized
        // Also after it was paid: a refund is reported as one by its own look-up.
        case .cancelled: .voided
        case nil: nil
        }
    }

    /// A return of the money, asked for by `attempt`. Nil when its state says nothing about one.
    func refund(of attempt: AttemptID?) -> RefundSnapshot? {
        let status: RefundSnapshot.Status
        switch state {
        case .cancelled: status = .succeeded
        case .cancelling: status = .pending
        case .paid: status = .failed(code: "receipt_still_paid")
        case .created, .checking, .debiting, .closing, .held, .holding, .paused, .queued, nil:
            return nil
        }
        return RefundSnapshot(
            reference: id,
            paymentReference: id,
            attempt: attempt,
            status: status,
            amount: amount,
            details: details
        )
    }

    private var details: String {
        VendorDetails.text { writer in
            writer.member("receipt_id", id)
            writer.number("receipt_state", json["state"])
            writer.number("receipt_type", json["type"])
            writer.number("commission", json["commission"])
            writer.number("create_time", json["create_time"])
            writer.number("pay_time", json["pay_time"])
            writer.number("cancel_time", json["cancel_time"])
            writer.word("description", json["description"])
            writer.word("card_mask", json["card"]?["number"])
            writer.word("processing_id", json["processing_id"]?.plainText)
        }
    }
}
