import Cryptography
import JSON
import PaymentCore

extension Adyen {
    /// One `NotificationRequestItem` (section 5.1). Whatever is absent is empty, as it is in the
    /// signature.
    struct Notification {
        let json: JSONValue
        let pspReference: String
        let originalReference: String
        let merchantAccount: String
        let merchantReference: String
        let eventCode: String
        /// `true` or `false`, as a string.
        let success: String
        let reason: String
        /// The method's name, for cards their brand: `visa`.
        let paymentMethod: String

        init(_ json: JSONValue) {
            func text(_ name: String) -> String { json[name]?.stringValue ?? "" }
            self.json = json
            pspReference = text("pspReference")
            originalReference = text("originalReference")
            merchantAccount = text("merchantAccountCode")
            merchantReference = text("merchantReference")
            eventCode = text("eventCode")
            success = text("success")
            reason = text("reason")
            paymentMethod = text("paymentMethod")
        }

        var isSuccess: Bool { success == "true" }
        var additional: AdditionalData { AdditionalData(json["additionalData"]) }
        var amount: Money? { Amounts.money(json["amount"]) }
        var occurredAt: Timestamp? {
            json["eventDate"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
        }
        /// The payment that it is about: the original of a modification or dispute, else itself.
        var payment: String { originalReference.isEmpty ? pspReference : originalReference }
        var attempt: AttemptID? { AttemptID(merchantReference) }
        var session: MethodSessionID? { MethodSessionID(merchantReference) }
        /// `visa` of `visa_applepay`.
        var brand: String? {
            paymentMethod.split(separator: "_").first.map(String.init)
        }

        /// Deduplication (section 5.1); disputes repeat their events, so their time counts too.
        var key: String {
            let key = "\(eventCode):\(pspReference.prefix(200)):\(success)"
            guard Event.disputes.contains(eventCode) else { return key }
            return "\(key):\((json["eventDate"]?.stringValue ?? "").prefix(40))"
        }

        /// Section 5.2: the eight signed values, joined as they are, without any escaping.
        var signedText: String {
            let amount = json["amount"]
            let value: String =
                switch amount?["value"] {
                case .integer(let value): String(value)
                case .number(let text), .string(let text): text
                case .null, .bool, .array, .object, nil: ""
                }
            return [
                pspReference, originalReference, merchantAccount, merchantReference, value,
                amount?["currency"]?.stringValue ?? "", eventCode, success,
            ].joined(separator: ":")
        }

        func checkSignature(_ keys: [Secret]) throws(NoticeRefusal) {
            guard let signature = additional["hmacSignature"] else { throw .signatureMissing }
            try Adyen.check(signature, of: Array(signedText.utf8), keys)
        }
    }

    /// Holds a signature against every key: two are valid while one replaces the other.
    static func check(
        _ signature: String,
        of message: [UInt8],
        _ keys: [Secret]
    ) throws(NoticeRefusal) {
        var isGenuine = false
        for key in keys {
            let expected = HMAC.authenticate(.sha256, key: key, message: message)
            if constantTimeEquals(signature, Base64.encode(expected)) { isGenuine = true }
        }
        guard isGenuine else { throw .signatureWrong }
    }
}
