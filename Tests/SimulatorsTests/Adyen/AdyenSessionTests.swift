import HTTP
import JSON
import Testing

@testable import Simulators

/// The vendor's own checkout and the cards it keeps (sections 2.2 and 3).
struct AdyenSessionTests {
    private var bench = AdyenBench()

    private mutating func session(
        _ more: KeyValuePairs<String, JSONValue> = [:]
    ) -> AdyenBench.Answer {
        let members: [(String, JSONValue)] = [
            ("merchantAccount", "AcmeECOM"), ("reference", "att_1"),
            ("amount", ["currency": "EUR", "value": 1_099]),
            ("returnUrl", "https://pay.example.com/r"), ("countryCode", "DE"), ("channel", "Web"),
        ]
        var session = JSONObject(members)
        for (name, part) in more { session[name] = part }
        return bench.post("/sessions", .object(session))
    }

    private static let storing: KeyValuePairs<String, JSONValue> = [
        "amount": ["currency": "EUR", "value": 0], "shopperReference": "cust_42",
        "storePaymentMethodMode": "enabled", "shopperInteraction": "Ecommerce",
        "recurringProcessingModel": "UnscheduledCardOnFile",
    ]

    private mutating func pay(_ id: String, _ json: JSONValue = [:]) throws -> String {
        let reply = try bench.control("POST", "sessions/\(id)/pay", json)
        return reply["session_result"]?.stringValue ?? ""
    }

    private mutating func status(_ id: String, _ result: String) -> String? {
        bench.get("/sessions/\(id)?sessionResult=\(result)").json["status"]?.stringValue
    }

    private mutating func stored(_ shopper: String = "cust_42") -> [JSONValue] {
        let path = "/storedPaymentMethods?merchantAccount=AcmeECOM&shopperReference=\(shopper)"
        return bench.get(path).json["storedPaymentMethods"]?.arrayValue ?? []
    }

    @Test mutating func `a session is paid in the browser`() throws {
        let made = session()
        #expect(made.status == 201)
        let id = made.json["id"]?.stringValue ?? ""
        #expect(id.hasPrefix("CS"))
        #expect(made.json["sessionData"] != nil)
        #expect(made.json["url"] == nil)
        let result = try pay(id)
        #expect(bench.get("/sessions/\(id)?sessionResult=wrong").status == 422)
        let shown = bench.get("/sessions/\(id)?sessionResult=\(result)")
        #expect(shown.json["status"] == "completed")
        let psp = shown.json["payments"]?[0]?["pspReference"]?.stringValue ?? ""
        #expect(bench.world.book[psp]?.held == 1_099)
        #expect(bench.takeItems().map(\.psp) == [psp])
    }

    @Test(arguments: [
        (#"{"card":"test_refused_12"}"#, "refused"),
        (#"{"card":"test_pending"}"#, "paymentPending"),
        (#"{"card":"test_3ds","outcome":"failed"}"#, "refused"),
        (#"{"card":"test_3ds"}"#, "completed"),
    ])
    mutating func `a session ends as its payment does`(json: String, end: String) throws {
        let id = session().json["id"]?.stringValue ?? ""
        #expect(status(id, try pay(id, JSONValue.parse(json))) == end)
        if end == "refused" { #expect(status(id, try pay(id)) == "completed") }
    }

    @Test mutating func `a session is left or runs out`() throws {
        let left = session().json["id"]?.stringValue ?? ""
        let reply = try bench.control("POST", "sessions/\(left)/cancel")
        #expect(status(left, reply["session_result"]?.stringValue ?? "") == "canceled")
        let late = session().json["id"]?.stringValue ?? ""
        bench.letPass(.seconds(3_600))
        #expect(throws: ControlRefusal.self) { try pay(late) }
        #expect(session(["expiresAt": "2025-01-02T02:00:00+01:00"]).status == 201)
        #expect(session(["expiresAt": "2025-01-02T02:00:01+01:00"]).status == 400)
        #expect(session(["expiresAt": "2025-01-01T01:00:00Z"]).status == 400)
        #expect(session(["expiresAt": "tomorrow"]).status == 400)
    }

    // MARK: Keeping

    @Test mutating func `a card is kept with nothing to pay`() throws {
        let id = session(Self.storing).json["id"]?.stringValue ?? ""
        _ = try pay(id, ["card": "test_mc"])
        let notices = bench.machine.vendor.outbox.map(\.type)
        #expect(notices == ["AUTHORISATION", "RECURRING_CONTRACT", "recurring.token.created"])
        let items = bench.takeItems()
        let data = items[0].additional
        let token = data.first { $0.name == "tokenization.storedPaymentMethodId" }?.value ?? ""
        #expect(items[0].amount.value == 0)
        #expect(data.contains { $0 == ("tokenization.shopperReference", "cust_42") })
        #expect(data.contains { $0 == ("tokenization.store.operationType", "created") })
        #expect(items[1].psp == token)
        #expect(items[1].original == items[0].psp)
        let method = try #require(stored().first)
        #expect(method["id"]?.stringValue == token)
        #expect(method["brand"] == "mc")
        #expect(method["lastFour"] == "4444")
        #expect(method["supportedRecurringProcessingModels"] == ["UnscheduledCardOnFile"])
        #expect(stored("other").isEmpty)
    }

    @Test mutating func `a kept card pays, and only for its shopper`() throws {
        let id = session(Self.storing).json["id"]?.stringValue ?? ""
        _ = try pay(id)
        let token = stored()[0]["id"] ?? .null
        func charge(_ shopper: JSONValue?, _ token: JSONValue) -> AdyenBench.Answer {
            var body = AdyenBench.payment().objectValue ?? JSONObject()
            body["paymentMethod"] = ["type": "scheme", "storedPaymentMethodId": token]
            body["shopperReference"] = shopper
            body["shopperInteraction"] = "ContAuth"
            body["recurringProcessingModel"] = "UnscheduledCardOnFile"
            return bench.post("/payments", .object(body))
        }
        #expect(charge("cust_42", token).result == "Authorised")
        #expect(charge("other", token).error == "800")
        #expect(charge(nil, token).error == "702")
        #expect(charge("cust_42", "M5N7TQ4TG5PFWR50").error == "14_0416")
        let path = "/storedPaymentMethods/\(token.stringValue ?? "")"
        let owner = "?merchantAccount=AcmeECOM&shopperReference=cust_42"
        _ = bench.takeNotices()
        #expect(bench.send(AdyenBench.call(.delete, path + owner)).status == 204)
        #expect(bench.takeNotices().map(\.type) == ["recurring.token.disabled"])
        #expect(bench.send(AdyenBench.call(.delete, path + owner)).error == "14_0416")
        #expect(charge("cust_42", token).error == "14_0416")
        #expect(stored().isEmpty)
    }

    @Test mutating func `the same card is kept once`() throws {
        for _ in 0..<2 {
            let id = session(Self.storing).json["id"]?.stringValue ?? ""
            _ = try pay(id)
        }
        #expect(bench.takeNotices().last?.type == "recurring.token.alreadyExisting")
        #expect(stored().count == 1)
        let body: JSONValue = [
            "merchantAccount": "AcmeECOM", "shopperReference": "cust_42",
            "recurringProcessingModel": "CardOnFile",
            "paymentMethod": ["type": "scheme", "encryptedCardNumber": "test_visa"],
        ]
        #expect(bench.post("/storedPaymentMethods", body).status == 201)
        let models: JSONValue = ["UnscheduledCardOnFile", "CardOnFile"]
        #expect(stored()[0]["supportedRecurringProcessingModels"] == models)
    }

    @Test mutating func `a card is kept while it pays, if the shopper wants it`() throws {
        let consent: KeyValuePairs<String, JSONValue> = [
            "shopperReference": "cust_42", "storePaymentMethodMode": "askForConsent",
        ]
        for consents in [false, true] {
            let id = session(consent).json["id"]?.stringValue ?? ""
            _ = try pay(id, ["consents": .bool(consents)])
            #expect(stored().count == (consents ? 1 : 0))
        }
        let paid = bench.pay(
            "test_mc",
            [
                "storePaymentMethod": true, "shopperReference": "cust_42",
                "recurringProcessingModel": "CardOnFile",
            ]
        )
        let token = paid.json["additionalData"]?["tokenization.storedPaymentMethodId"]
        #expect(stored().contains { $0["id"] == token })
        #expect(bench.pay("test_mc", ["storePaymentMethod": true]).error == "702")
    }

    @Test mutating func `a refused card is kept for nothing and refused for something`() throws {
        let id = session(Self.storing).json["id"]?.stringValue ?? ""
        _ = try pay(id, ["card": "test_refused_12"])
        #expect(stored().count == 1)
        #expect(bench.pay(value: 0).error == "137")
    }
}
