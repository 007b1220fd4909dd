import HTTP
import JSON
import Testing

@testable import Simulators

/// The Subscribe API: cards, receipts, holds (section 4).
struct PaymeSubscribeTests {
    @Test func `a card becomes a token, and the token changes with its proof`() async throws {
        try await PaymeBench.run { bench in
            let browser = PaymeBench.merchant
            let card: JSONValue = [
                "card": ["number": "860006******6311", "expire": "0399"], "save": true,
            ]
            let created = try await bench.call("cards.create", card, login: browser)
            let first = created["result"]?["card"]
            #expect(first?["number"] == "860006******6311")
            #expect(first?["expire"] == "03/99")
            #expect(first?["verify"] == false)
            let token = first?["token"] ?? .null
            let sent = try await bench.call(
                "cards.get_verify_code",
                ["token": token],
                login: browser
            )
            #expect(
                sent["result"] == ["sent": true, "phone": "99890*****31", "wait": 60_000]
            )
            let wrong = try await bench.call(
                "cards.verify",
                ["token": token, "code": "000000"],
                login: browser
            )
            #expect(wrong["error"]?["code"] == -31_903)
            let verified = try await bench.call(
                "cards.verify",
                ["token": token, "code": "666666"],
                login: browser
            )
            let newToken = verified["result"]?["card"]?["token"] ?? .null
            #expect(newToken != token)
            let checked = try await bench.call("cards.check", ["token": newToken])
            #expect(checked["result"]?["card"]?["verify"] == true)
            #expect(checked["result"]?["card"]?["recurrent"] == true)
            #expect(try await bench.call("cards.check", ["token": token])["error"] != nil)
            let removed = try await bench.call("cards.remove", ["token": newToken])
            #expect(removed["result"] == ["success": true])
            #expect(try await bench.call("cards.check", ["token": newToken])["error"] != nil)
        }
    }

    @Test func `no card number is taken, and a silent card gets no code`() async throws {
        try await PaymeBench.run { bench in
            let number: JSONValue = ["card": ["number": "8600069195406311", "expire": "0399"]]
            let refused = try await bench.call("cards.create", number)
            #expect(refused["error"]?["code"] == -31_610)
            #expect(refused["error"]?["data"] == "card.number")
            let silent = try await bench.call("cards.get_verify_code", ["token": "test_0842"])
            #expect(silent["error"]?["code"] == -31_630)
        }
    }

    struct Refusal: Sendable {
        let method: String
        let params: JSONValue
        var login = "\(PaymeBench.merchant):\(PaymeBench.key)"
        let code: Int64
        var data: JSONValue = .null
    }

    static let refusals = [
        Refusal(method: "receipts.get", params: ["id": "x"], login: "", code: -32_504),
        Refusal(
            method: "receipts.get",
            params: ["id": "x"],
            login: PaymeBench.merchant,
            code: -32_504
        ),
        Refusal(
            method: "receipts.get",
            params: ["id": "x"],
            login: "\(PaymeBench.merchant):wrong",
            code: -32_504
        ),
        Refusal(method: "receipts.get", params: ["id": "x"], login: "nobody:key", code: -31_601),
        Refusal(method: "receipts.get", params: ["id": "x"], code: -31_610, data: "id"),
        Refusal(method: "receipts.get", params: [:], code: -32_600, data: "id"),
        Refusal(method: "receipts.get", params: ["id": 5], code: -32_600, data: "id"),
        Refusal(
            method: "receipts.get",
            params: ["id": "x", "colour": "red"],
            code: -31_610,
            data: "colour"
        ),
        Refusal(method: "receipts.buy", params: [:], code: -32_601, data: "receipts.buy"),
        Refusal(
            method: "receipts.create",
            params: ["amount": 99_999, "account": ["order_id": "o"]],
            code: -31_611,
            data: "amount"
        ),
        Refusal(
            method: "receipts.create",
            params: ["amount": 100_000_000_001, "account": ["order_id": "o"]],
            code: -31_612,
            data: "amount"
        ),
        Refusal(
            method: "receipts.create",
            params: ["amount": "15000000", "account": ["order_id": "o"]],
            code: -32_600,
            data: "amount"
        ),
        Refusal(
            method: "receipts.create",
            params: [
                "amount": 15_000_000, "account": ["order_id": "o"],
                "detail": ["receipt_type": 0, "items": []],
            ],
            code: -31_610,
            data: "detail"
        ),
        Refusal(
            method: "receipts.get_all",
            params: ["count": 51, "from": 0, "to": 1, "offset": 0],
            code: -31_610,
            data: "count"
        ),
    ]

    @Test func `what is wrong with a call is said with HTTP 200`() async throws {
        try await PaymeBench.run { bench in
            for refusal in Self.refusals {
                let answer = try await bench.call(
                    refusal.method,
                    refusal.params,
                    login: refusal.login
                )
                #expect(answer["id"] == 51)
                #expect(answer["error"]?["code"]?.integerValue == refusal.code)
                #expect(answer["error"]?["data"] == refusal.data)
                #expect(answer["error"]?["message"]?["uz"]?.stringValue?.isEmpty == false)
            }
            let get = try await bench.call(.get, "/api")
            #expect(get.status == 200)
            #expect(get.json["error"]?["code"] == -32_300)
            let broken = try await bench.call(.post, "/api", body: Array("{".utf8))
            #expect(broken.json["error"]?["code"] == -32_700)
            #expect(broken.json["id"] == JSONValue.null)
        }
    }

    @Test func `a receipt is paid and given back`() async throws {
        try await PaymeBench.run { bench in
            let id = try await bench.receipt()
            let paid = try await bench.call("receipts.pay", ["id": id, "token": "test_6311"])
            let receipt = paid["result"]?["receipt"]
            #expect(receipt?["state"] == 4)
            #expect(receipt?["card"] == ["number": "860006******6311", "expire": "0399"])
            #expect(receipt?["commission"] == 150_000)
            #expect(receipt?["pay_time"] != 0)
            let again = try await bench.call("receipts.pay", ["id": id, "token": "test_6311"])
            #expect(again["error"]?["code"] == -31_610)
            #expect(bench.simulator.book.totals["UZS"]?.captured == 15_000_000)
            let queued = try await bench.call("receipts.cancel", ["id": id])
            #expect(queued["result"]?["receipt"]?["state"] == 21)
            #expect(bench.simulator.book.totals["UZS"]?.refunded == 0)
            bench.simulator.advanceClock(by: .seconds(60))
            let state = try await bench.call("receipts.check", ["id": id])
            #expect(state["result"] == ["state": 50])
            #expect(bench.simulator.book.totals["UZS"]?.refunded == 15_000_000)
        }
    }

    @Test(arguments: [
        ("test_insufficient", Int64(-31_630), "Insufficient funds"),
        ("test_4657", -31_630, "Card has expired"), ("test_9073", -31_630, "Card is blocked"),
        ("test_0323", -31_900, "The service is not available"),
        ("test_9596", -31_900, "The service is not available"),
        ("test_nobody", -31_900, "The card is not found"),
    ])
    func `a card that fails leaves the receipt to be paid`(
        token: String,
        code: Int64,
        message: String
    ) async throws {
        var settings = Payme.Settings()
        settings.slowCardTime = .milliseconds(20)
        try await PaymeBench.run(settings) { bench in
            let id = try await bench.receipt()
            let refused = try await bench.call(
                "receipts.pay",
                ["id": id, "token": .string(token)],
                language: "en"
            )
            #expect(refused["error"]?["code"]?.integerValue == code)
            #expect(refused["error"]?["message"]?.stringValue == message)
            #expect(try await bench.call("receipts.check", ["id": id])["result"]?["state"] == 0)
            let paid = try await bench.call("receipts.pay", ["id": id, "token": "test_6478"])
            #expect(paid["result"]?["receipt"]?["state"] == 4)
        }
    }

    @Test func `a receipt is sent, and paid by the customer`() async throws {
        try await PaymeBench.run { bench in
            let id = try await bench.receipt()
            let wrong = try await bench.call("receipts.send", ["id": id, "phone": "1"])
            #expect(wrong["error"]?["data"] == "phone")
            let sent = try await bench.call(
                "receipts.send",
                ["id": id, "phone": "998901234567"]
            )
            #expect(sent["result"] == ["success": true])
            let path = "/receipts/\(id.stringValue ?? "")/pay"
            #expect(
                try await bench.tell(path, ["token": "test_4657"])["error"] == "Card has expired"
            )
            #expect(try await bench.tell(path, ["token": "test_6311"])["state"] == 4)
            let fiscal = try await bench.call(
                "receipts.set_fiscal_data",
                ["id": id, "fiscal_data": ["receipt_id": 1_187]]
            )
            #expect(fiscal["result"] == ["success": true])
        }
    }

    @Test func `a bank may answer later`() async throws {
        try await PaymeBench.run { bench in
            let good = try await bench.receipt()
            let bad = try await bench.receipt()
            let first = try await bench.call("receipts.pay", ["id": good, "token": "test_later"])
            #expect(first["result"]?["receipt"]?["state"] == 2)
            _ = try await bench.call("receipts.pay", ["id": bad, "token": "test_later_refused"])
            bench.simulator.advanceClock(by: .seconds(60))
            #expect(try await bench.call("receipts.check", ["id": good])["result"]?["state"] == 4)
            let refused = try await bench.call("receipts.get", ["id": bad])
            #expect(refused["result"]?["receipt"]?["state"] == 0)
            #expect(refused["result"]?["receipt"]?["error"]?["code"] == -31_630)
        }
    }

    @Test func `receipts are listed by the time they were made`() async throws {
        try await PaymeBench.run { bench in
            var ids: [JSONValue] = []
            for _ in 0..<3 {
                ids.append(try await bench.receipt())
                bench.simulator.advanceClock(by: .seconds(1))
            }
            let all: JSONValue = ["count": 2, "from": 0, "to": 9_999_999_999_999, "offset": 1]
            let page = try await bench.call("receipts.get_all", all)
            #expect(page["result"]?.arrayValue?.compactMap { $0["_id"] } == Array(ids[1...]))
            let none: JSONValue = ["count": 2, "from": 0, "to": 1, "offset": 0]
            #expect(try await bench.call("receipts.get_all", none)["result"] == [])
        }
    }

    @Test func `a call can go wrong on demand`() async throws {
        try await PaymeBench.run { bench in
            let id = try await bench.receipt()
            let order: JSONValue = ["id": id, "token": "test_6311"]
            bench.simulator.add(.loseReply, when: FaultTrigger(name: "receipts.pay", count: 1))
            await #expect(throws: HTTPTransportError.self) {
                _ = try await bench.call("receipts.pay", order)
            }
            #expect(try await bench.call("receipts.check", ["id": id])["result"]?["state"] == 4)
            bench.simulator.add(.error(code: "-31622"), when: FaultTrigger(count: 1))
            let ordered = try await bench.call("receipts.check", ["id": id])
            #expect(ordered["error"]?["code"] == -31_622)
            #expect(ordered["id"] == 51)
            bench.simulator.add(
                .fail(status: 502, afterEffect: false, isKept: false),
                when: FaultTrigger(count: 1)
            )
            let failed = try await bench.post("/api", ["method": "x"])
            #expect(failed.status == 200)  // What is refused at the door is no call yet.
            let call: JSONValue = [
                "jsonrpc": "2.0", "id": 1, "method": "receipts.get", "params": ["id": id],
            ]
            let login: HTTPFields = ["X-Auth": "\(PaymeBench.merchant):\(PaymeBench.key)"]
            #expect(try await bench.post("/api", fields: login, call).status == 502)
        }
    }
}
