import Cryptography
import JSON
package import PaymentCore

extension Adyen.Dialect {
    package func verify(
        _ delivery: WebhookDelivery,
        now: Timestamp
    ) throws(NoticeRefusal) -> [VendorNotice] {
        guard !hmacKeys.isEmpty else { throw .notConfigured }
        if let webhookAuthorization {
            guard let given = delivery.field("authorization") else { throw .signatureMissing }
            guard constantTimeEquals(given, webhookAuthorization.revealText()) else {
                throw .signatureWrong
            }
        }
        let message = try Adyen.Message(delivery.body)
        switch message.content {
        case .items(let items):
            // A signature of one item says nothing of the others: all are refused together.
            guard !items.isEmpty else { throw .signatureMissing }
            for item in items { try item.checkSignature(hmacKeys) }
        case .token:
            guard let signature = delivery.field("hmacsignature") else { throw .signatureMissing }
            try Adyen.check(signature, of: delivery.body, hmacKeys)
        }
        // Keys are an environment's own, but a wrong set-up could share them.
        guard message.isLive == nil || message.isLive == (mode == .live) else { throw .wrongMode }
        return message.notices(of: merchantAccount).map(completed)
    }

    package func readNotices(
        in delivery: WebhookDelivery
    ) throws(NoticeRefusal) -> [VendorNotice] {
        try Adyen.Message(delivery.body).notices(of: merchantAccount).map(completed)
    }

    /// Adds what only the account's configuration knows.
    private func completed(_ notice: VendorNotice) -> VendorNotice {
        guard case .snapshot(.payment(var payment)) = notice.content else { return notice }
        payment.multiCapture = multiCapture
        return VendorNotice(
            key: notice.key,
            type: notice.type,
            occurredAt: notice.occurredAt,
            isLive: notice.isLive,
            content: .snapshot(.payment(payment))
        )
    }

    package static func notices(
        in delivery: WebhookDelivery
    ) throws(NoticeRefusal) -> [VendorNotice] {
        try Adyen.Message(delivery.body).notices(of: nil)
    }
}

extension Adyen {
    /// One delivery: a batch of items, or a single event of a token's life.
    struct Message {
        enum Content {
            case items([Notification])
            case token(TokenEvent)
        }

        let content: Content
        let isLive: Bool?

        init(_ body: [UInt8]) throws(NoticeRefusal) {
            let json: JSONValue
            do throws(JSONError) {
                json = try JSONValue.parse(body)
            } catch {
                throw .unreadableBody
            }
            if let items = json["notificationItems"]?.arrayValue {
                content = .items(
                    items.map { Notification($0["NotificationRequestItem"] ?? .null) }
                )
                isLive = json["live"]?.stringValue.flatMap { Bool($0) }
            } else if let event = TokenEvent(json) {
                content = .token(event)
                isLive = (json["environment"]?.stringValue).map { $0 == "live" }
            } else {
                throw .unreadableBody
            }
        }

        /// - Parameter merchantAccount: the account that they are for; nil when that was checked.
        ///
        /// An item of another merchant account is genuine but not ours: refused, it would block
        /// everything behind it for days. It is kept under a key of its own.
        func notices(of merchantAccount: String?) -> [VendorNotice] {
            switch content {
            case .items(let items):
                items.map { item in
                    notice(
                        item.key,
                        item.eventCode,
                        item.occurredAt,
                        isOurs: merchantAccount == nil || item.merchantAccount == merchantAccount,
                        item.content
                    )
                }
            case .token(let event):
                [
                    notice(
                        event.key,
                        event.type,
                        event.occurredAt,
                        isOurs: merchantAccount == nil || event.merchantAccount == merchantAccount,
                        event.content
                    )
                ]
            }
        }

        private func notice(
            _ key: String,
            _ type: String,
            _ occurredAt: Timestamp?,
            isOurs: Bool,
            _ content: VendorNotice.Content
        ) -> VendorNotice {
            VendorNotice(
                key: isOurs ? key : "other merchant account:\(key)",
                type: type,
                occurredAt: occurredAt,
                isLive: isLive,
                content: isOurs ? content : .kept
            )
        }
    }

    /// A webhook of a token's life, signed over its raw body.
    struct TokenEvent {
        let json: JSONValue
        let type: String

        /// Nil for what is not one.
        init?(_ json: JSONValue) {
            guard let type = json["type"]?.stringValue, json["data"]?.objectValue != nil else {
                return nil
            }
            self.json = json
            self.type = type
        }

        var merchantAccount: String { json["data"]?["merchantAccount"]?.stringValue ?? "" }
        var occurredAt: Timestamp? {
            json["createdAt"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
        }

        var key: String {
            let id = json["data"]?["storedPaymentMethodId"]?.stringValue ?? ""
            let time = json["createdAt"]?.stringValue ?? ""
            return "\(type.prefix(64)):\(id.prefix(64)):\(time.prefix(40))"
        }

        var content: VendorNotice.Content {
            guard type == "recurring.token.disabled",
                let id = json["data"]?["storedPaymentMethodId"]?.stringValue,
                let shopper = json["data"]?["shopperReference"]?.stringValue
            else { return .kept }
            return .methodDetached(token: StoredMethod(id: id, shopper: shopper).token)
        }
    }
}
