import JSON
import PaymentCore

// What is kept of Octo's own words about a transaction, as `docs/details/octo.md` lists it.

extension Octo {
    /// Words about card and transfer that answers and notifications share: our name, Octo's name.
    fileprivate static let shared = [
        ("currency", "currency"), ("card_country", "card_country"), ("masked_pan", "maskedPan"),
        ("rrn", "rrn"), ("risk_level", "riskLevel"), ("payed_time", "payed_time"),
        ("card_type", "card_type"), ("card_vendor", "card_vendor"),
        ("is_physical_card", "is_physical_card"), ("transfer_sum", "transfer_sum"),
    ]

    /// Details as they were kept, or as a notification brought them.
    struct Kept {
        fileprivate let json: JSONValue?

        init(_ details: String?) {
            // Silence is right: what cannot be read says nothing.
            json = details.flatMap { try? JSONValue.parse(Array($0.utf8)) }
        }

        var holdEnd: Timestamp? {
            json?["hold_expires_at"]?.stringValue.flatMap(Timestamp.init(rfc3339:))
        }
        var riskLevel: Int64? { json?["risk_level"]?.integerValue }

        /// The status of an authorization that had succeeded when these were kept.
        var succeededStatus: Status? {
            guard let status = json?["status"]?.stringValue.flatMap({ Status($0) }) else {
                return nil
            }
            return switch status {
            case .waitingForCapture, .succeeded, .refunded, .partiallyRefunded: status
            case .created, .waitUserAction, .canceled, .failed: nil
            }
        }
    }

    /// What a notification says that a status read does not.
    static func told(by notification: JSONValue) -> String {
        VendorDetails.text { writer in
            for (name, wire) in shared { writer.scalar(name, notification[wire]) }
        }
    }

    /// A card's number as it may be shown: its middle hidden. Nil for anything longer in digits.
    static func maskedNumber(_ text: String?) -> String? {
        guard let text, text.contains("*"), text.utf8.count <= 32,
            text.utf8.count(where: { (0x30...0x39).contains($0) }) <= 10
        else { return nil }
        return text
    }
}

extension Octo.Payment {
    func details(
        holdEnd: Timestamp?,
        told: Octo.Kept = Octo.Kept(nil),
        fiscal: Octo.Words? = nil
    ) -> String {
        VendorDetails.text { writer in
            writer.word("octo_payment_uuid", uuid)
            writer.word("shop_transaction_id", words["shop_transaction_id"])
            writer.word("status", statusWord)
            writer.amount("total_sum", total)
            writer.amount("refunded_sum", refunded)
            for (name, wire) in Octo.shared {
                writer.scalar(name, words[wire] ?? told.json?[name])
            }
            writer.word("hold_expires_at", holdEnd?.rfc3339)
            guard let fiscal else { return }
            writer.word("fiscal_terminal_id", fiscal["terminalID"])
            writer.scalar("fiscal_receipt_id", fiscal["receiptId"])
            writer.word("fiscal_time", fiscal["dateTime"])
            writer.scalar("fiscal_sign", fiscal["fiscalSign"])
            writer.word("fiscal_qr_code_url", fiscal["qrCodeURL"])
        }
    }

    /// What may be shown of the card.
    func method(told: Octo.Kept?) -> MethodDetails? {
        let card = words["details"]?["cardInfo"]
        let masked = Octo.maskedNumber(
            words.text("maskedPan") ?? told?.json?["masked_pan"]?.stringValue
        )
        let brand = words.text("card_vendor") ?? told?.json?["card_vendor"]?.stringValue
        let digits = masked.map { String($0.filter(\.isNumber).suffix(4)) }
        let last4 = card?["last4"]?.stringValue ?? digits
        guard brand != nil || last4 != nil else { return nil }
        return MethodDetails(
            brand: brand == "master" ? "mastercard" : brand,
            last4: last4.flatMap { $0.utf8.count == 4 ? $0 : nil },
            country: words.text("card_country")
                ?? card?["issuerCountryCode"]?.stringValue
                ?? told?.json?["card_country"]?.stringValue
        )
    }
}

extension JSONWriter {
    /// A text, number or flag as Octo wrote it; card numbers only with their middle hidden.
    fileprivate mutating func scalar(_ name: String, _ value: JSONValue?) {
        switch value {
        case .string(let text): word(name, name == "masked_pan" ? Octo.maskedNumber(text) : text)
        case .integer(let number) where number.magnitude < 1_000_000_000_000: member(name, number)
        case .number(let digits): member(name, .number(digits))
        case .bool(let flag): member(name, flag)
        case .integer, .null, .array, .object, nil: break
        }
    }
}
