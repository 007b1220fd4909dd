import Cryptography
import HTTP
import HTTPClient
import JSON
import Testing

@testable import Simulators

private typealias AdyenLiveBench = LiveBench<Adyen.Vendor>

/// The simulator over real sockets, with a receiver that checks what it is told.
struct AdyenLiveTests {
    private func run(
        _ adjust: (inout AdyenSimulator.Configuration) -> Void = { _ in },
        keys: [String] = [AdyenFixture.key],
        _ body: @escaping @Sendable (AdyenLiveBench) async throws -> Void
    ) async throws {
        var configuration = AdyenSimulator.Configuration(seed: 11)
        configuration.settings.capturesByHand = true
        configuration.settings.processing = .milliseconds(1)
        configuration.webhookPolicy.waits = Array(repeating: .milliseconds(20), count: 12)
        adjust(&configuration)
        try await AdyenLiveBench.run(
            configuration,
            endpoints: { [.init(url: $0, keys: keys, user: "adyen", password: "secret")] },
            body
        )
    }

    @Test func `a payment is taken and every item is signed`() async throws {
        try await run { bench in
            let paid = try await bench.ask(
                "/payments",
                AdyenBench.payment(reference: "order-1001")
            )
            let psp = paid.json["pspReference"]?.stringValue ?? ""
            let capture = try await bench.ask(
                "/payments/\(psp)/captures",
                [
                    "merchantAccount": "AcmeECOM", "reference": "cap_01JGF9",
                    "amount": ["currency": "EUR", "value": 500],
                ]
            )
            #expect(capture.status == 201)
            await bench.receiver.received(2)
            let receipts = bench.receiver.receipts
            #expect(receipts.allSatisfy { $0.areItemsGenuine(AdyenFixture.key) })
            #expect(receipts.allSatisfy { $0.fields[.authorization] == "Basic YWR5ZW46c2VjcmV0" })
            try expect(receipts[1].json, shows: AdyenFixture.captured)
            #expect(bench.simulator.book[psp]?.captured == 500)
        }
    }

    @Test func `several items come in one notification`() async throws {
        let batching: (inout AdyenSimulator.Configuration) -> Void = { configuration in
            configuration.settings.capturesByHand = false
            configuration.settings.itemsPerNotification = 10
        }
        try await run(batching) { bench in
            _ = try await bench.ask("/payments", AdyenBench.payment())
            await bench.receiver.received(1)
            let receipt = bench.receiver.receipts[0]
            let items = receipt.json["notificationItems"]?.arrayValue ?? []
            #expect(items.count == 2)
            #expect(receipt.areItemsGenuine(AdyenFixture.key))
        }
    }

    @Test func `a falsified signature is seen and an old key still signs`() async throws {
        let old = String(repeating: "AB", count: 32)
        try await run(keys: [AdyenFixture.key, old]) { bench in
            bench.simulator.add(.badSignature, when: FaultTrigger(count: 1))
            _ = try await bench.ask("/payments", AdyenBench.payment())
            await bench.receiver.received(1)
            #expect(!bench.receiver.receipts[0].areItemsGenuine(AdyenFixture.key))
            bench.simulator.add(.staleSignature, when: FaultTrigger(count: 1))
            _ = try await bench.ask("/payments", AdyenBench.payment())
            await bench.receiver.received(2)
            #expect(bench.receiver.receipts[1].areItemsGenuine(old))
        }
    }

    @Test func `while one event is refused the others wait`() async throws {
        try await run { bench in
            bench.receiver.refuseNext(2)
            _ = try await bench.ask("/payments", AdyenBench.payment(reference: "first"))
            await bench.receiver.received(1)
            _ = try await bench.ask("/payments", AdyenBench.payment(reference: "second"))
            await bench.receiver.received(4)
            try await bench.webhooksIdle()
            let accepted = bench.receiver.receipts.filter(\.isAccepted).map(\.reference)
            #expect(Set(accepted) == ["first", "second"])
        }
    }

    @Test func `an older platform wants to read that it was accepted`() async throws {
        let older: (inout AdyenSimulator.Configuration) -> Void = {
            $0.settings.wantsAccepted = true
        }
        try await run(older) { bench in
            _ = try await bench.ask("/payments", AdyenBench.payment())
            await bench.receiver.received(2)
            #expect(!bench.simulator.areWebhooksIdle)
            bench.receiver.answer(
                with: HTTPResponse(status: .ok, body: Array("[accepted]".utf8))
            )
            try await bench.webhooksIdle()
        }
    }

    @Test func `any event can be sent, and a newer one is signed as a whole`() async throws {
        try await run { bench in
            let dispute: JSONValue = [
                "type": "CHARGEBACK",
                "object": [
                    "pspReference": "9913140798220028", "merchantAccountCode": "AcmeECOM",
                    "originalReference": "QFQTPCQ8HXSKGK82", "merchantReference": "order-1001",
                    "amount": ["currency": "EUR", "value": 500],
                    "additionalData": ["disputeStatus": "Unresponded"],
                ],
            ]
            #expect(try await bench.control(.post, "/events", dispute).status == 201)
            await bench.receiver.received(1)
            let first = bench.receiver.receipts[0]
            #expect(first.areItemsGenuine(AdyenFixture.key))
            #expect(first.reference == "order-1001")
            let data = try #require(try JSONValue.parse(AdyenFixture.tokenCreated)["data"])
            let token: JSONValue = [
                "type": "recurring.token.created",
                "object": [
                    "type": "recurring.token.created", "environment": "test", "data": data,
                ],
            ]
            #expect(try await bench.control(.post, "/events", token).status == 201)
            await bench.receiver.received(2)
            let second = bench.receiver.receipts[1]
            #expect(second.body == Array(AdyenFixture.tokenCreated.utf8))
            #expect(
                second.fields["HmacSignature"] == "NW0FXWnBQZZe8IIcTkTuJ6BEGambTgIGqO17iDZmXYc="
            )
            #expect(second.fields["Protocol"] == "HmacSHA256")
            let nonsense: JSONValue = ["type": "CHARGEBACK", "object": [:]]
            #expect(try await bench.control(.post, "/events", nonsense).status == 422)
        }
    }

    @Test func `a shopper answers on the page and pays in the hosted checkout`() async throws {
        try await run { bench in
            let waiting = try await bench.ask("/payments", AdyenBench.payment("test_3ds"))
            let url = waiting.json["action"]?["url"]?.stringValue ?? ""
            #expect(url.hasPrefix(bench.simulator.baseURL))
            #expect(try await bench.call(.get, url).text.contains("1099 EUR"))
            let back = try await bench.submit(url, ["outcome": "succeeded"])
            #expect(back.status == 303)
            let start = "https://pay.example.com/r?redirectResult="
            let address = back.fields[.location] ?? ""
            #expect(address.hasPrefix(start))
            let details: JSONValue = [
                "details": ["redirectResult": .string(String(address.dropFirst(start.count)))]
            ]
            let paid = try await bench.ask("/payments/details", details)
            #expect(paid.json["resultCode"] == "Authorised")
            #expect(try await bench.call(.get, url).status == 404)
            let session = try await bench.ask(
                "/sessions",
                [
                    "merchantAccount": "AcmeECOM", "reference": "att_2", "mode": "hosted",
                    "amount": ["currency": "EUR", "value": 100], "returnUrl": "https://a.example/r",
                ]
            )
            let page = session.json["url"]?.stringValue ?? ""
            #expect(try await bench.call(.get, page).text.contains("test_visa"))
            let done = try await bench.submit(page, ["card": "test_visa", "answer": "pay"])
            let start2 = "https://a.example/r?sessionId=\(session.id)&sessionResult="
            #expect(done.fields[.location]?.hasPrefix(start2) == true)
            let result = done.fields[.location]?.dropFirst(start2.count) ?? ""
            let shown = try await bench.call(
                .get,
                "/v72/sessions/\(session.id)?sessionResult=\(result)",
                fields: ["X-API-Key": "k"]
            )
            #expect(shown.json["status"] == "completed")
        }
    }

    @Test func `a lost answer tells nothing and a repeat charges once`() async throws {
        try await run { bench in
            let trigger = FaultTrigger(
                name: "payments.create",
                parameters: ["/reference": "att_01JGF7"],
                count: 1
            )
            bench.simulator.add(.reset(afterEffect: true), when: trigger)
            await #expect(throws: HTTPTransportError.self) {
                try await bench.ask("/payments", AdyenBench.payment(), key: "k")
            }
            let found = try await bench.ask("/payments", AdyenBench.payment(), key: "k")
            #expect(found.json["resultCode"] == "Authorised")
            #expect(bench.simulator.book.totals["EUR"]?.authorized == 1_099)
        }
    }
}

extension LiveBench where Vendor == Adyen.Vendor {
    fileprivate func ask(
        _ path: String,
        _ body: JSONValue,
        key: String? = nil
    ) async throws -> Answer {
        var fields: HTTPFields = ["X-API-Key": "k", .contentType: "application/json"]
        fields[.idempotencyKey] = key
        return try await call(.post, "/v72\(path)", fields: fields, body: body.bytes())
    }
}

extension WebhookReceiver.Receipt {
    private var items: [JSONValue] {
        (json["notificationItems"]?.arrayValue ?? []).compactMap { $0["NotificationRequestItem"] }
    }

    fileprivate var reference: String {
        items.first?["merchantReference"]?.stringValue ?? ""
    }

    /// Section 5.2, read again from the delivered JSON.
    fileprivate func areItemsGenuine(_ key: String) -> Bool {
        guard let key = Hex.decode(key), !items.isEmpty else { return false }
        return items.allSatisfy { item in
            func text(_ name: String) -> String { item[name]?.stringValue ?? "" }
            let amount = item["amount"]
            let parts = [
                text("pspReference"), text("originalReference"), text("merchantAccountCode"),
                text("merchantReference"), "\(amount?["value"]?.integerValue ?? -1)",
                amount?["currency"]?.stringValue ?? "", text("eventCode"), text("success"),
            ]
            let code = HMAC.sha256(key: key, message: Array(parts.joined(separator: ":").utf8))
            return item["additionalData"]?["hmacSignature"]?.stringValue == Base64.encode(code)
        }
    }
}
