import JSON
package import PaymentCore

extension Octo {
    /// What Octo posts to `notify_url` (section 3.5), before it is believed.
    struct Callback {
        let json: JSONValue
        let uuid: String
        let statusWord: String

        init(_ delivery: WebhookDelivery) throws(NoticeRefusal) {
            // Silence is right: what does not parse is refused.
            guard let json = try? JSONValue.parse(delivery.body),
                let uuid = json["octo_payment_UUID"]?.stringValue, !uuid.isEmpty,
                let statusWord = json["status"]?.stringValue, !statusWord.isEmpty,
                // A callback about a bound card can carry its whole number: none is asked for, and
                // none may be kept.
                json["pan"] == nil
            else { throw .unreadableBody }
            self.json = json
            self.uuid = uuid
            self.statusWord = statusWord
        }

        var status: Status? { Status(statusWord) }
        var signature: String? { json["signature"]?.stringValue }
        var hashKey: String? { json["hash_key"]?.stringValue }
        var attempt: AttemptID? {
            json["shop_transaction_id"]?.stringValue.flatMap(AttemptID.init)
        }

        /// Not covered by the signature; nil when it is absent.
        func total(in currency: Currency) -> Int64? {
            DecimalAmount.minorUnits(json["total_sum"], of: currency)
        }
    }
}

extension Octo.Dialect {
    package func verify(
        _ delivery: WebhookDelivery,
        now: Timestamp
    ) throws(NoticeRefusal) -> [VendorNotice] {
        try callbackKeys.verify(try Octo.Callback(delivery))
        return try Self.notices(in: delivery)
    }

    /// Neither amount nor time is signed, and an earlier status can be sent again: a callback only
    /// says that Octo should be asked.
    package static func notices(
        in delivery: WebhookDelivery
    ) throws(NoticeRefusal) -> [VendorNotice] {
        let callback = try Octo.Callback(delivery)
        let sums = ["transfer_sum", "refunded_sum"].map { callback.json[$0]?.text ?? "" }
        return [
            VendorNotice(
                key: String(
                    ([callback.uuid, callback.statusWord] + sums).joined(separator: ":")
                        .prefix(200)
                ),
                type: callback.status?.rawValue ?? "unrecognized",
                occurredAt: callback.json["payed_time"]?.stringValue.flatMap {
                    LocalTime.moment($0, offset: Octo.Fields.tashkent)
                },
                isLive: nil,
                content: .changed(
                    reference: callback.uuid,
                    attempt: callback.attempt,
                    details: Octo.told(by: callback.json)
                )
            )
        ]
    }
}
