internal import Cryptography
package import HTTP
package import JSON

extension HesabPay {
    /// HesabPay behind its interface: who calls it, and whom it notifies.
    package struct Vendor: SimulatedVendor {
        package static let name = "hesabpay"
        /// That it repeats is known, how often is not.
        package static let webhookPolicy = WebhookQueue.Policy(
            waits: [5, 30, 120, 600, 3_600].map(Duration.seconds)
        )

        package typealias Settings = HesabPay.Settings
        package typealias Endpoint = Account

        var world: World

        package init(_ configuration: SimulatorConfiguration<Vendor>, publicURL: String) {
            world = World(
                configuration.settings,
                seed: configuration.seed,
                limit: configuration.retainedPayments
            )
            world.publicURL = publicURL
        }

        package var publicURL: String {
            get { world.publicURL }
            set { world.publicURL = newValue }
        }

        package var endpoints: [Account] {
            get { world.accounts }
            set { world.accounts = newValue }
        }

        package var outbox: [Notice] {
            get { world.outbox }
            set { world.outbox = newValue }
        }

        package var book: Book { world.book }
        package var nextDue: SimulatedTime? { nil }

        package mutating func advance(to time: SimulatedTime) {
            world.advance(to: time)
        }

        /// Payers' pages are under `/s/`; the vendor has another host for them.
        package static func isCall(_ path: String) -> Bool { !path.hasPrefix("/s/") }
    }
}

// Webhooks.
extension HesabPay.Vendor {
    package func request(for delivery: WebhookQueue.Delivery, unixTime: Int64) -> HTTPRequest? {
        let account = world.accounts[delivery.endpoint]
        guard let webhook = world.webhooks[delivery.event], webhook.apiKey == account.apiKey,
            let url = account.url
        else { return nil }
        let time = delivery.signature == .stale ? webhook.staleTime : webhook.time
        var body = webhook.members
        guard let key = account.signingKey else {
            let signature = delivery.signature == .bad ? "Zm9yZ2Vk" : webhook.signature
            body["signature"] = .string(signature)
            body["timestamp"] = .string("\(time.seconds)")
            return Self.request(to: url, JSONValue.object(body).bytes())
        }
        let bytes = JSONValue.object(body).bytes()
        var request = Self.request(to: url, bytes)
        let signature = Self.signature(
            key: delivery.signature == .bad ? "a guess" : key,
            timestamp: time.seconds,
            body: bytes
        )
        for (name, value) in [
            (account.signatureField, signature), (account.timestampField, "\(time.seconds)"),
        ] {
            if let name = HTTPFieldName(name) { request.fields.append(name, value) }
        }
        return request
    }

    private static func request(to url: String, _ body: [UInt8]) -> HTTPRequest {
        HTTPRequest(
            method: .post,
            url: url,
            fields: [.contentType: "application/json"],
            body: body
        )
    }

    /// The proposal of section 2.2: over the time, a point, and the raw body.
    static func signature(key: String, timestamp: Int64, body: [UInt8]) -> String {
        let message = Array("\(timestamp).".utf8) + body
        return Hex.encode(HMAC.sha256(key: Array(key.utf8), message: message))
    }

    package mutating func finished(
        _ delivery: WebhookQueue.Delivery,
        with response: HTTPResponse?
    ) -> Bool {
        world.webhooks[delivery.event]?.answerStatus = response?.status.code
        return response?.status == .ok
    }

    /// Reports any event: `{"session": …}` names the session, the rest is sent as it is.
    package mutating func send(_ type: String, _ object: JSONValue) throws(ControlRefusal) {
        guard var members = object.objectValue, let name = members["session"]?.stringValue,
            let session = world.session(name)
        else { throw ControlRefusal("Name a session.") }
        members["session"] = nil
        world.tell(session, type, members)
    }

    package mutating func resend(_ event: String) throws(ControlRefusal) {
        guard let webhook = world.webhooks[event] else { throw .unknown }
        var parameters: [String: String] = [:]
        parameters["user_id"] = world.sessions[webhook.session]?.order.reference
        world.outbox.append(Notice(event: event, type: webhook.type, parameters: parameters))
    }
}
