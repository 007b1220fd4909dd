internal import Cryptography
package import HTTP
package import JSON

// Events out (section 5).
extension Adyen.Vendor {
    private static let foreignKey = String(repeating: "5F", count: 32)

    package func request(
        for delivery: WebhookQueue.Delivery,
        unixTime: Int64
    ) -> HTTPRequest? {
        guard let event = world.events[delivery.event] else { return nil }
        let endpoint = endpoints[delivery.endpoint]
        let key: String? =
            switch delivery.signature {
            case .good: endpoint.keys.first
            case .bad: Self.foreignKey
            case .stale: endpoint.keys.last
            }
        var fields: HTTPFields = [.contentType: "application/json; charset=utf-8"]
        if let user = endpoint.user {
            let login = "\(user):\(endpoint.password ?? "")"
            fields.append(.authorization, "Basic \(Base64.encode(Array(login.utf8)))")
        }
        let body: [UInt8]
        switch event.content {
        case .notification(let items): body = Self.notification(items, key: key)
        case .lifeCycle(let bytes):
            body = bytes
            if let code = key.flatMap({ Adyen.Signature.code(bytes, key: $0) }) {
                fields.append("HmacSignature", code)
                fields.append("Protocol", "HmacSHA256")
            }
        }
        return HTTPRequest(method: .post, url: endpoint.url, fields: fields, body: body)
    }

    private static func notification(_ items: [Adyen.Item], key: String?) -> [UInt8] {
        var writer = JSONWriter(capacity: 1_024)
        writer.object { notification in
            notification.member("live", "false")
            notification.array("notificationItems") { list in
                for item in items {
                    item.write(
                        signature: key.flatMap { Adyen.Signature.code(item, key: $0) },
                        to: &list
                    )
                }
            }
        }
        return writer.bytes
    }

    package mutating func finished(
        _ delivery: WebhookQueue.Delivery,
        with response: HTTPResponse?
    ) -> Bool {
        guard let response, response.status.isSuccess else { return false }
        return !world.settings.wantsAccepted || response.body == Array("[accepted]".utf8)
    }

    /// An item of any code with these fields; a newer webhook where the type has dots.
    package mutating func send(_ type: String, _ object: JSONValue) throws(ControlRefusal) {
        guard !type.contains(".") else {
            return world.add(.lifeCycle(object.bytes()), type: type, [:])
        }
        do throws(JSONFieldErrors) {
            var item = try Adyen.Item.reader.read(object, .root)
            item.code = type
            if item.date.isEmpty { item.date = world.now.rfc3339(offset: 60) }
            let parameters = [
                "psp_reference": item.psp, "original_reference": item.original ?? "",
                "merchant_reference": item.reference,
            ]
            world.add(.notification([item]), type: type, parameters)
        } catch {
            throw ControlRefusal(error)
        }
    }

    package mutating func resend(_ event: String) throws(ControlRefusal) {
        guard let known = world.events[event] else { throw ControlRefusal("No such event.") }
        world.outbox.append(Notice(event: event, type: known.type))
    }
}

extension Adyen.Item {
    /// An item as a notification has it; nothing but the account and the reference is needed.
    fileprivate static var reader: JSONReader<Self> {
        .object { fields throws(JSONFieldErrors) in
            let psp = fields.required("pspReference", .string(bytes: 1...200))
            let merchant = fields.required("merchantAccountCode", .string(bytes: 1...80))
            let original = fields.optional("originalReference", .string(bytes: 1...80))
            let reference = fields.optional("merchantReference", .string(bytes: 0...80))
            let amount = fields.optional("amount", Adyen.WrittenMoney.reader)
            let isSuccess = fields.optional("success", .oneOf(Adyen.Truth.self)) ?? .yes
            let reason = fields.optional("reason", .string)
            let method = fields.optional("paymentMethod", .string)
            let date = fields.optional("eventDate", .string)
            let additional = fields.optional("additionalData", .texts) ?? [:]
            let required = try fields.finish(psp, merchant)
            return Adyen.Item(
                psp: required.0,
                original: original,
                merchant: required.1,
                reference: reference ?? "",
                amount: Adyen.Money(
                    currency: amount?.currency ?? "EUR",
                    value: amount?.value ?? 0
                ),
                code: "",
                isSuccess: isSuccess == .yes,
                date: date ?? "",
                reason: reason ?? "",
                method: method,
                additional: additional.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            )
        }
    }
}

extension Adyen {
    /// A Boolean as the vendor writes it: a text.
    enum Truth: String, CaseIterable {
        case yes = "true"
        case no = "false"
    }
}
