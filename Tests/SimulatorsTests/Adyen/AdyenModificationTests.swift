import HTTP
import JSON
import Testing

@testable import Simulators

/// Captures, cancels, refunds and reversals: received first, decided later (sections 2.3 to 2.5).
struct AdyenModificationTests {
    private var bench = AdyenBench()

    /// A payment whose own notification is already out of the way.
    private mutating func paid(
        _ card: String = "test_visa",
        _ more: KeyValuePairs<String, JSONValue> = [:]
    ) -> String {
        defer { _ = bench.takeItems() }
        return bench.pay(card, reference: "order-1001", more).psp
    }

    @Test mutating func `a capture is received and told of later`() throws {
        let psp = paid()
        let asked = bench.modify(psp, "captures", 500, reference: "cap_01JGF9")
        #expect(asked.status == 201)
        try expect(asked.json, shows: AdyenFixture.received)
        #expect(asked.json["paymentPspReference"]?.stringValue == psp)
        #expect(bench.world.book[psp]?.captured == 0)
        #expect(bench.takeItems().isEmpty)
        bench.letPass(.milliseconds(100))
        let item = try #require(bench.takeItems().first)
        #expect(item.psp == asked.psp)
        #expect(item.original == psp)
        #expect(item.reference == "order-1001")
        #expect(item.message.hasSuffix(":AcmeECOM:order-1001:500:EUR:CAPTURE:true"))
        let entry = try #require(bench.world.book[psp])
        #expect(entry.captured == 500)
        #expect(entry.released == 599)
    }

    @Test mutating func `the rest is let go unless the account captures several times`() {
        let single = paid()
        _ = bench.modify(single, "captures", 500)
        _ = bench.settle()
        _ = bench.modify(single, "captures", 100)
        #expect(bench.settle() == ["CAPTURE false"])
        bench = AdyenBench { configuration in
            configuration.settings.capturesByHand = true
            configuration.settings.capturesSeveralTimes = true
        }
        let multiple = paid()
        _ = bench.modify(multiple, "captures", 500)
        _ = bench.modify(multiple, "captures", 500)
        #expect(bench.settle() == ["CAPTURE true", "CAPTURE true"])
        #expect(bench.world.book[multiple]?.held == 99)
        _ = bench.modify(multiple, "captures", 100)
        #expect(bench.settle() == ["CAPTURE false"])
        _ = bench.modify(multiple, "cancels")
        #expect(bench.settle() == ["CANCELLATION true"])
        #expect(bench.world.book[multiple]?.released == 99)
    }

    @Test mutating func `a capture goes wrong at once or days later`() {
        let failing = paid("test_capture_fails")
        _ = bench.modify(failing, "captures", 1_099)
        #expect(bench.settle() == ["CAPTURE false"])
        #expect(bench.world.book[failing]?.held == 1_099)
        let undone = paid("test_capture_undone")
        let capture = bench.modify(undone, "captures", 1_099).psp
        #expect(bench.settle() == ["CAPTURE true"])
        #expect(bench.world.book[undone]?.captured == 1_099)
        bench.letPass(.seconds(60))
        let items = bench.takeItems()
        #expect(items.map(\.code) == ["CAPTURE_FAILED"])
        #expect(items.map(\.psp) == [capture])
        #expect(bench.world.book[undone]?.captured == 0)
        #expect(bench.world.book[undone]?.held == 0)
    }

    @Test(arguments: ["test_refused_2", "test_3ds"])
    mutating func `what is not authorised is not captured`(card: String) {
        let psp = paid(card)
        #expect(bench.modify(psp, "captures", 1_099).status == 201)
        #expect(bench.settle() == ["CAPTURE false"])
    }

    @Test mutating func `money taken by itself is not taken twice`() {
        bench = AdyenBench { $0.settings.capturesByHand = false }
        let psp = paid()
        _ = bench.modify(psp, "captures", 1_099)
        #expect(bench.settle() == ["CAPTURE false"])
        #expect(bench.world.book[psp]?.captured == 1_099)
    }

    // MARK: Cancels

    @Test mutating func `a cancel lets go what was not taken`() {
        let psp = paid()
        let asked = bench.modify(psp, "cancels")
        #expect(asked.json["status"] == "received")
        #expect(asked.json["amount"] == nil)
        #expect(bench.settle() == ["CANCELLATION true"])
        #expect(bench.world.book[psp]?.released == 1_099)
        _ = bench.modify(psp, "cancels")
        _ = bench.modify(psp, "captures", 100)
        #expect(bench.settle() == ["CANCELLATION false", "CAPTURE false"])
        let taken = paid()
        _ = bench.modify(taken, "captures", 1_099)
        _ = bench.modify(taken, "cancels")
        #expect(bench.settle() == ["CAPTURE true", "CANCELLATION false"])
        let stubborn = paid("test_cancel_fails")
        _ = bench.modify(stubborn, "cancels")
        #expect(bench.settle() == ["CANCELLATION false"])
    }

    @Test mutating func `a payment is cancelled by its own reference`() throws {
        let psp = paid()
        func cancel(_ reference: String) -> AdyenBench.Answer {
            let body: JSONValue = [
                "merchantAccount": "AcmeECOM", "paymentReference": .string(reference),
            ]
            return bench.post("/cancels", body)
        }
        let asked = cancel("order-1001")
        #expect(asked.status == 201)
        #expect(asked.json["paymentReference"] == "order-1001")
        bench.letPass(.milliseconds(100))
        let item = try #require(bench.takeItems().first)
        #expect(item.code == "TECHNICAL_CANCEL")
        #expect(item.isSuccess)
        #expect(item.original == psp)
        #expect(bench.world.book[psp]?.released == 1_099)
        _ = cancel("order-none")
        #expect(bench.settle() == ["TECHNICAL_CANCEL false"])
    }

    @Test mutating func `a payment is cancelled before the shopper is done`() throws {
        let psp = paid("test_3ds")
        _ = bench.modify(psp, "cancels")
        #expect(bench.settle() == ["CANCELLATION true"])
        #expect(throws: ControlRefusal.self) {
            try bench.control("POST", "payments/\(psp)/answer", ["outcome": "succeeded"])
        }
    }

    // MARK: Refunds

    @Test mutating func `parts are given back up to what was taken`() {
        let psp = paid()
        _ = bench.modify(psp, "refunds", 100)
        #expect(bench.settle() == ["REFUND false"])
        _ = bench.modify(psp, "captures", 1_000)
        _ = bench.settle()
        for value in [Int64(300), 700, 1] { _ = bench.modify(psp, "refunds", value) }
        #expect(bench.settle() == ["REFUND true", "REFUND true", "REFUND false"])
        #expect(bench.world.book[psp]?.refunded == 1_000)
        #expect(bench.world.book[psp]?.refunds == 2)
    }

    @Test(arguments: [
        ("test_refund_fails", ["REFUND false"], []),
        ("test_refund_undone", ["REFUND true"], ["REFUND_FAILED true"]),
        ("test_refund_returned", ["REFUND true"], ["REFUNDED_REVERSED true"]),
    ])
    mutating func `a refund comes back`(card: String, first: [String], later: [String]) {
        let psp = paid(card)
        _ = bench.modify(psp, "captures", 1_099)
        _ = bench.settle()
        _ = bench.modify(psp, "refunds", 500)
        #expect(bench.settle() == first)
        bench.letPass(.seconds(60))
        #expect(bench.settle() == later)
        #expect(bench.world.book[psp]?.refunded == 0)
        #expect(bench.world.book[psp]?.captured == 1_099)
    }

    @Test mutating func `a refund can be undone on demand`() throws {
        let psp = paid()
        _ = bench.modify(psp, "captures", 1_099)
        _ = bench.settle()
        let refund = bench.modify(psp, "refunds", 500).psp
        _ = bench.settle()
        try bench.control("POST", "modifications/\(refund)/undo")
        #expect(bench.settle() == ["REFUND_FAILED true"])
        let second = bench.modify(psp, "refunds", 500).psp
        _ = bench.settle()
        try bench.control("POST", "modifications/\(second)/return")
        #expect(bench.settle() == ["REFUNDED_REVERSED true"])
        #expect(bench.world.book[psp]?.refunded == 0)
    }

    @Test mutating func `a reversal does what is possible`() {
        func action() -> [String] {
            bench.letPass(.milliseconds(100))
            return bench.takeItems().map { item in
                let action = item.additional.first { $0.name == "modification.action" }
                return "\(item.code) \(item.isSuccess) \(action?.value ?? "")"
            }
        }
        let open = paid()
        _ = bench.modify(open, "reversals")
        #expect(action() == ["CANCEL_OR_REFUND true cancel"])
        let taken = paid()
        _ = bench.modify(taken, "captures", 1_099)
        _ = bench.settle()
        _ = bench.modify(taken, "reversals")
        #expect(action() == ["CANCEL_OR_REFUND true refund"])
        #expect(bench.world.book[taken]?.refunded == 1_099)
        _ = bench.modify(taken, "reversals")
        #expect(action() == ["CANCEL_OR_REFUND false "])
    }

    @Test mutating func `an amount is changed while it is preliminary`() {
        let psp = paid("test_visa", ["additionalData": ["authorisationType": "PreAuth"]])
        _ = bench.modify(psp, "amountUpdates", 1_500)
        #expect(bench.settle() == ["AUTHORISATION_ADJUSTMENT true"])
        #expect(bench.world.book[psp]?.held == 1_500)
        _ = bench.modify(psp, "amountUpdates", 1_000)
        _ = bench.settle()
        #expect(bench.world.book[psp]?.held == 1_000)
        _ = bench.modify(psp, "captures", 1_000)
        #expect(bench.settle() == ["CAPTURE true"])
        let final = paid()
        _ = bench.modify(final, "amountUpdates", 1_500)
        #expect(bench.settle() == ["AUTHORISATION_ADJUSTMENT false"])
    }

    // MARK: Refused at once

    @Test mutating func `what is asked wrongly is refused at once`() {
        let psp = paid()
        for verb in ["captures", "refunds", "amountUpdates"] {
            #expect(bench.modify(psp, verb).error == "100")
            #expect(bench.modify(psp, verb, 0).error == "137")
            #expect(bench.modify(psp, verb, 100, currency: "USD").error == "137")
            #expect(bench.modify(psp, verb, 100, currency: "XXX").error == "138")
            #expect(bench.modify("NONE", verb, 100).error == "167")
        }
        #expect(bench.modify("NONE", "cancels").error == "167")
        #expect(bench.settle() == [])
    }
}
