internal import JSON
internal import Observability
internal import PaymentCore

/// What of a delivery is kept: card numbers, and secrets by their shape or name, are hidden, except
/// what applying it needs. Whether it is needed is seen by reading: what is hidden must not change
/// what the vendor said, so an identifier that happens to look like a card number stays.
struct DeliveryMask {
    /// Reads a delivery's events; nil when it cannot be read.
    let read: (WebhookDelivery) -> [VendorNotice]?

    /// The delivery as it may be stored. Never one that reads differently from the delivery itself.
    func masked(_ delivery: WebhookDelivery) -> WebhookDelivery {
        let content = Content(delivery)
        let all = content.hiding { _ in true }
        guard all.count > 0, let meant = read(delivery) else { return delivery }
        if read(all.delivery) == meant { return all.delivery }
        // Something among them is needed after all: one by one.
        var hidden: Set<Int> = []
        for place in 0..<min(all.count, Self.maximumTries) {
            let more = hidden.union([place])
            if read(content.hiding(more.contains).delivery) == meant { hidden = more }
        }
        return content.hiding(hidden.contains).delivery
    }

    /// Places of one delivery that are tried one by one: each try reads it again.
    private static let maximumTries = 64
}

/// A delivery as places that could be hidden, numbered as they come.
private struct Content {
    private let delivery: WebhookDelivery
    /// Nil for a body that is not JSON of a usual size.
    private let body: JSONValue?

    init(_ delivery: WebhookDelivery) {
        self.delivery = delivery
        // Silence is right: other bodies are masked as text.
        body = try? JSONValue.parse(delivery.body, limits: JSONLimits(memberCount: 500))
    }

    /// The delivery without those places that `hides` names, and how many places there are.
    func hiding(_ hides: (Int) -> Bool) -> (delivery: WebhookDelivery, count: Int) {
        var count = 0
        /// What a place shows: itself, or what may be seen of it.
        func shown(_ text: String, of name: String) -> String? {
            let mask = Masking.hidesValue(of: name) ? Masking.mark : Masking.masked(text)
            guard mask != text else { return nil }
            defer { count += 1 }
            return hides(count) ? mask : nil
        }
        func shown(_ value: JSONValue, of name: String) -> JSONValue {
            switch value {
            case .null, .bool: value
            case .string(let text): shown(text, of: name).map(JSONValue.string) ?? value
            case .integer(let number):
                shown(String(number), of: name).map(JSONValue.string) ?? value
            case .number(let digits): shown(digits, of: name).map(JSONValue.string) ?? value
            case .array(let elements): .array(elements.map { shown($0, of: name) })
            case .object(let object):
                .object(JSONObject(object.members.map { ($0.name, shown($0.value, of: $0.name)) }))
            }
        }
        let fields = delivery.fields.map { field in
            (name: field.name, value: shown(field.value, of: field.name) ?? field.value)
        }
        let before = count
        var bytes = delivery.body
        if let body {
            let masked = shown(body, of: "")
            // Untouched, it stays as it was written.
            if count > before { bytes = masked == body ? bytes : masked.bytes() }
        } else if let text = shown(String(decoding: bytes, as: UTF8.self), of: "") {
            bytes = Array(text.utf8)
        }
        return (WebhookDelivery(method: delivery.method, fields: fields, body: bytes), count)
    }
}
