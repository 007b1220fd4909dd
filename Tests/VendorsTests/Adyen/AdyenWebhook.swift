import Cryptography
import PaymentCore
import VendorRecordings
import Vendors

/// Notifications as Adyen would send them (section 5.1), unsigned or signed.
enum AdyenWebhook {
    static func item(
        _ eventCode: String,
        success: Bool = true,
        reason: String = "",
        reference: String = "KHQC5N7G84BLNK43",
        original: String? = nil,
        merchantReference: String = Sample.attempt.description,
        merchantAccount: String = "AcmeECOM",
        value: Int64 = 1_099,
        currency: String = "EUR",
        additional: [(String, String)] = [],
        key: String? = nil
    ) -> String {
        var additional = additional
        if let key, let bytes = Hex.decode(key) {
            let text = """
                \(reference):\(original ?? ""):\(merchantAccount):\(merchantReference):\
                \(value):\(currency):\(eventCode):\(success)
                """
            let code = HMAC.sha256(key: bytes, message: Array(text.utf8))
            additional.append(("hmacSignature", Base64.encode(code)))
        }
        let members = additional.map { #""\#($0)":"\#($1)""# }.joined(separator: ",")
        let originalMember = original.map { #""originalReference":"\#($0)","# } ?? ""
        return """
            {"NotificationRequestItem":{"additionalData":{\(members)},\
            "amount":{"currency":"\(currency)","value":\(value)},"eventCode":"\(eventCode)",\
            "eventDate":"2025-01-02T10:00:00+01:00","merchantAccountCode":"\(merchantAccount)",\
            "merchantReference":"\(merchantReference)",\(originalMember)\
            "paymentMethod":"visa","pspReference":"\(reference)","reason":"\(reason)",\
            "success":"\(success)"}}
            """
    }

    static func delivery(
        items: [String],
        live: String = "false",
        fields: [(String, String)] = []
    ) -> WebhookDelivery {
        let body = #"{"live":"\#(live)","notificationItems":[\#(items.joined(separator: ","))]}"#
        return WebhookDelivery(fields: fields.map { (name: $0, value: $1) }, body: Array(body.utf8))
    }

    static func delivery(
        _ eventCode: String,
        success: Bool = true,
        reason: String = "",
        reference: String = "KHQC5N7G84BLNK43",
        original: String? = nil,
        merchantReference: String = Sample.attempt.description,
        value: Int64 = 1_099,
        additional: [(String, String)] = []
    ) -> WebhookDelivery {
        delivery(items: [
            item(
                eventCode,
                success: success,
                reason: reason,
                reference: reference,
                original: original,
                merchantReference: merchantReference,
                value: value,
                additional: additional
            )
        ])
    }
}
