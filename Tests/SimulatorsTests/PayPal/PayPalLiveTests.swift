import Cryptography
import HTTP
import HTTPClient
import JSON
import Testing

@testable import Simulators

private typealias PayPalLiveBench = LiveBench<PayPal.Vendor>

/// The simulator over real sockets, with a receiver that trusts nobody.
struct PayPalLiveTests {
    private static let webhookID = "1JE4291016473214C"

    private func run(
        _ body: @escaping @Sendable (PayPalLiveBench, _ token: String) async throws -> Void
    ) async throws {
        var configuration = PayPalSimulator.Configuration(seed: 11)
        configuration.webhookPolicy = .doubling(from: .milliseconds(20), tries: 12)
        try await PayPalLiveBench.run(
            configuration,
            endpoints: { [.init(url: $0, webhookID: Self.webhookID)] },
            { bench in try await body(bench, try await bench.accessToken()) }
        )
    }

    @Test func `a payer approves on the page and the payment is taken`() async throws {
        try await run { bench, token in
            let order = try await bench.post("/v2/checkout/orders", PayPalBench.order(), token)
            let links = order.json["links"]?.arrayValue ?? []
            let link = links.first { $0["rel"] == "payer-action" }
            let page = link?["href"]?.stringValue ?? ""
            #expect(page.hasPrefix(bench.simulator.baseURL))
            #expect(try await bench.call(.get, page).text.contains("10.99 EUR"))
            let back = try await bench.submit(page, ["funding": "wallet", "answer": "approve"])
            #expect(back.status == 303)
            let address = back.fields[.location] ?? ""
            #expect(address.hasPrefix("https://pay.example.com/r?token=\(order.id)&PayerID="))
            let path = "/v2/checkout/orders/\(order.id)/authorize"
            #expect(try await bench.post(path, [:], token).status == 201)
            #expect(bench.simulator.book[order.id]?.held == 1_099)
            await bench.receiver.received(3)
            let types = bench.receiver.receipts.compactMap { $0.json["event_type"]?.stringValue }
            #expect(
                Set(types) == [
                    "CHECKOUT.ORDER.APPROVED", "PAYMENT.AUTHORIZATION.CREATED",
                    "CHECKOUT.ORDER.COMPLETED",
                ]
            )
        }
    }

    @Test func `a webhook is signed under a certificate that leads to the authority`() async throws
    {
        try await run { bench, token in
            try await bench.pay(token)
            await bench.receiver.received(1)
            let receipt = try #require(bench.receiver.receipts.first)
            let authority = try await bench.control(.get, "/certificate_authority")
            let root = Array((authority.json["pem"]?.stringValue ?? "").utf8)
            let anchors = TrustAnchors.only(try X509Certificate.chain(pem: root))
            let address = receipt.fields["PAYPAL-CERT-URL"] ?? ""
            #expect(address.hasPrefix("\(bench.simulator.baseURL)/v1/notifications/certs/"))
            let chain = try X509Certificate.chain(pem: try await bench.call(.get, address).body)
            try anchors.verify(chain, at: WallClock.unixTime)
            #expect(receipt.fields["PAYPAL-AUTH-ALGO"] == "SHA256withRSA")
            let message = receipt.signedMessage(Self.webhookID)
            let signature = receipt.fields["PAYPAL-TRANSMISSION-SIG"] ?? ""
            let bytes = try #require(Base64.decode(signature))
            #expect(chain[0].verify(bytes, of: Array(message.utf8)))
            let other = receipt.signedMessage("1JE4291016473214D")
            #expect(!chain[0].verify(bytes, of: Array(other.utf8)))
        }
    }

    @Test func `the vendor itself says whether a webhook is genuine`() async throws {
        try await run { bench, token in
            bench.simulator.add(.duplicate(times: 1), when: FaultTrigger(count: 1))
            try await bench.pay(token)
            await bench.receiver.received(4)
            let receipt = try #require(bench.receiver.receipts.first)
            let genuine = try await bench.verify(receipt, receipt.body, token)
            #expect(genuine == "SUCCESS")
            let spaced = Array(receipt.json.text.replacing(",", with: ", ").utf8)
            #expect(try await bench.verify(receipt, spaced, token) == "FAILURE")
            let other = try await bench.verify(receipt, receipt.body, token, webhook: "WRONG")
            #expect(other == "FAILURE")
        }
    }

    @Test func `a falsified or an old signature is seen`() async throws {
        try await run { bench, token in
            bench.simulator.add(.badSignature, when: FaultTrigger(name: "CHECKOUT.ORDER.APPROVED"))
            bench.simulator.add(.staleSignature, when: FaultTrigger(name: "PAYMENT.*"))
            try await bench.pay(token)
            await bench.receiver.received(3)
            for receipt in bench.receiver.receipts {
                let verdict = try await bench.verify(receipt, receipt.body, token)
                let isFalse = receipt.json["event_type"] == "CHECKOUT.ORDER.APPROVED"
                #expect(verdict == (isFalse ? "FAILURE" : "SUCCESS"))
                let time = receipt.fields["PAYPAL-TRANSMISSION-TIME"] ?? ""
                let sent = try #require(SimulatedTime(rfc3339: time))
                let isOld = receipt.json["event_type"] == "PAYMENT.AUTHORIZATION.CREATED"
                #expect((WallClock.unixTime - sent.seconds > 4 * 86_400) == isOld)
            }
        }
    }

    @Test func `a receiver registers, misses an event and finds it`() async throws {
        try await run { bench, token in
            let url = bench.simulator.webhookEndpoints[0].url
            let body: JSONValue = [
                "url": .string(url), "event_types": [["name": "CHECKOUT.ORDER.COMPLETED"]],
            ]
            let made = try await bench.post("/v1/notifications/webhooks", body, token)
            #expect(made.status == 201)
            bench.simulator.add(.lose, when: FaultTrigger(name: "CHECKOUT.ORDER.COMPLETED"))
            try await bench.pay(token)
            await bench.receiver.received(2)
            let path = "/v1/notifications/webhooks-events"
            let list = try await bench.get("\(path)?event_type=CHECKOUT.ORDER.COMPLETED", token)
            let id = list.json["events"]?[0]?["id"]?.stringValue ?? ""
            bench.simulator.removeFaults()
            let again = try await bench.post("\(path)/\(id)/resend", [:], token)
            #expect(again.status == 202)
            await bench.receiver.received(4)
            let late = bench.receiver.receipts.suffix(2)
            #expect(late.allSatisfy { $0.json["id"]?.stringValue == id })
            #expect(Set(late.map(\.transmissionID)).count == 2)
            let gone = "/v1/notifications/webhooks/\(made.id)"
            let fields: HTTPFields = [.authorization: "Bearer \(token)"]
            #expect(try await bench.call(.delete, gone, fields: fields).status == 204)
            let left = try await bench.get("/v1/notifications/webhooks", token)
            #expect(left.json["webhooks"]?.arrayValue?.count == 1)
        }
    }

    @Test func `a refused webhook comes again under its transmission`() async throws {
        try await run { bench, token in
            bench.receiver.refuseNext(1)
            try await bench.pay(token)
            await bench.receiver.received(4)
            let receipts = bench.receiver.receipts
            let refused = receipts.filter { !$0.isAccepted }.map(\.transmissionID)
            let repeated = receipts.filter { refused.contains($0.transmissionID) }
            #expect(repeated.count == 2)
            #expect(Set(repeated.map(\.body)).count == 1)
        }
    }

    @Test func `a challenge is answered on its page`() async throws {
        try await run { bench, token in
            let order = try await bench.post(
                "/v2/checkout/orders",
                PayPalBench.order(source: nil),
                token
            ).id
            let page = "/checkoutnow?token=\(order)"
            let next = try await bench.submit(
                bench.simulator.baseURL + page,
                ["funding": "card_3ds", "answer": "approve"]
            )
            let challenge = next.fields[.location] ?? ""
            #expect(challenge.contains("flow=3ds"))
            #expect(try await bench.call(.get, challenge).text.contains("<option>succeeded"))
            #expect(try await bench.submit(challenge, ["outcome": "succeeded"]).status == 200)
            let shown = try await bench.get("/v2/checkout/orders/\(order)", token)
            #expect(shown.json["status"] == "APPROVED")
        }
    }

    @Test func `a lost answer tells nothing and a repeat charges once`() async throws {
        try await run { bench, token in
            let order = try await bench.approved(token)
            let path = "/v2/checkout/orders/\(order)/authorize"
            let byID = FaultTrigger(name: "orders.authorize", parameters: ["id": order], count: 1)
            bench.simulator.add(.loseReply, when: byID)
            await #expect(throws: HTTPTransportError.self) {
                try await bench.post(path, [:], token, key: "k")
            }
            #expect(bench.simulator.book[order]?.approvals == 1)
            let found = try await bench.post(path, [:], token, key: "k")
            #expect(found.status == 200)
            #expect(bench.simulator.book[order]?.approvals == 1)
        }
    }
}

extension LiveBench where Vendor == PayPal.Vendor {
    fileprivate func accessToken() async throws -> String {
        let login = Base64.encode(Array("client:secret".utf8))
        let answer = try await call(
            .post,
            "/v1/oauth2/token",
            fields: [.authorization: "Basic \(login)"],
            body: Array("grant_type=client_credentials".utf8)
        )
        return answer.json["access_token"]?.stringValue ?? ""
    }

    fileprivate func post(
        _ path: String,
        _ body: JSONValue,
        _ token: String,
        key: String? = nil
    ) async throws -> Answer {
        var fields: HTTPFields = [
            .authorization: "Bearer \(token)", .contentType: "application/json",
            "Prefer": "return=representation",
        ]
        fields["PayPal-Request-Id"] = key
        return try await call(.post, path, fields: fields, body: body.bytes())
    }

    fileprivate func get(_ path: String, _ token: String) async throws -> Answer {
        try await call(.get, path, fields: [.authorization: "Bearer \(token)"])
    }

    fileprivate func approved(_ token: String) async throws -> String {
        let order = try await post("/v2/checkout/orders", PayPalBench.order(), token).id
        _ = try await control(.post, "/orders/\(order)/approve")
        return order
    }

    fileprivate func pay(_ token: String) async throws {
        let order = try await approved(token)
        _ = try await post("/v2/checkout/orders/\(order)/authorize", [:], token)
    }

    /// Asks the vendor with the event's bytes as they are.
    fileprivate func verify(
        _ receipt: WebhookReceiver.Receipt,
        _ event: [UInt8],
        _ token: String,
        webhook: String = "1JE4291016473214C"
    ) async throws -> String? {
        var writer = JSONWriter()
        writer.object { claim in
            for (name, field) in [
                ("auth_algo", "PAYPAL-AUTH-ALGO"), ("cert_url", "PAYPAL-CERT-URL"),
                ("transmission_id", "PAYPAL-TRANSMISSION-ID"),
                ("transmission_sig", "PAYPAL-TRANSMISSION-SIG"),
                ("transmission_time", "PAYPAL-TRANSMISSION-TIME"),
            ] {
                let name = (name, HTTPFieldName(field))
                claim.member(name.0, name.1.flatMap { receipt.fields[$0] } ?? "")
            }
            claim.member("webhook_id", webhook)
            claim.member("webhook_event", raw: event)
        }
        let answer = try await call(
            .post,
            "/v1/notifications/verify-webhook-signature",
            fields: [.authorization: "Bearer \(token)", .contentType: "application/json"],
            body: writer.bytes
        )
        return answer.json["verification_status"]?.stringValue
    }
}

extension WebhookReceiver.Receipt {
    fileprivate var transmissionID: String { fields["PAYPAL-TRANSMISSION-ID"] ?? "" }

    /// What the documents say was signed; the checksum is made bit by bit here.
    fileprivate func signedMessage(_ webhookID: String) -> String {
        var sum = ~UInt32(0)
        for byte in body {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
        let time = fields["PAYPAL-TRANSMISSION-TIME"] ?? ""
        return "\(transmissionID)|\(time)|\(webhookID)|\(~sum)"
    }
}
