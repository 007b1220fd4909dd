import HTTP
import JSON
import Testing

@testable import Simulators

/// Two-stage payments: the callback as a question, and set_accept (section 3.3).
struct OctoHoldTests {
    @Test func `a hold asks, waits, and is captured in part`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            let created = try await bench.prepare(listener, autoCapture: false)
            let held = try await bench.payer()
            #expect(held["status"] == "waiting_for_capture")
            #expect(held["violations"] == [])
            #expect(listener.statuses == ["waiting_for_capture"])
            #expect(listener.callbacks[0]["transfer_sum"] == nil)
            let uuid = created["data"]?["octo_payment_UUID"] ?? .null
            let captured = try await bench.call(
                "/set_accept",
                [
                    "octo_payment_UUID": uuid, "accept_status": "capture",
                    "final_amount": .number("120000.00"),
                ]
            )
            let data = captured["data"]
            #expect(data?["status"] == "succeeded")
            #expect(data?["transfer_sum"] == .number("116400.00"))
            #expect(data?["refunded_sum"] == .number("30000.00"))
            #expect(data?["total_sum"] == .number("150000.00"))
            #expect(data?["payed_time"]?.stringValue?.count == 19)
            let entry = bench.entry("shop_transaction_id", "att-900117")
            #expect(entry?.captured == 12_000_000)
            #expect(entry?.released == 3_000_000)
            try await bench.webhooksIdle()
            #expect(listener.statuses == ["waiting_for_capture", "succeeded"])
            #expect(listener.callbacks[1]["refunded_sum"] == .number("30000.00"))
            let again = try await bench.call(
                "/set_accept",
                ["octo_payment_UUID": uuid, "accept_status": "capture", "final_amount": 1]
            )
            #expect(again["error"] == 5)
        }
    }

    @Test(arguments: [
        (#"{"accept_status":"capture","final_amount":150000.00}"#, "succeeded", Int64(15_000_000)),
        (#"{"accept_status":"capture","final_amount":100000}"#, "succeeded", 10_000_000),
        (#"{"accept_status":"cancel"}"#, "canceled", 0),
        (#"{"accept_status":"waiting_user_action"}"#, "waiting_for_capture", 0),
    ])
    func `the shop's answer decides`(answer: String, status: String, captured: Int64) async throws {
        let listener = OctoListener()
        listener.answer(hold: try JSONValue.parse(answer))
        try await OctoBench.run(listener: listener) { bench in
            _ = try await bench.prepare(listener, autoCapture: false)
            #expect(try await bench.payer()["status"]?.stringValue == status)
            let entry = bench.entry("shop_transaction_id", "att-900117")
            #expect(entry?.captured == captured)
            #expect(entry?.held == (status == "waiting_for_capture" ? 15_000_000 : 0))
            #expect(listener.callbacks.count == (status == "waiting_for_capture" ? 1 : 2))
        }
    }

    @Test(arguments: [
        (#"{"status":"ok"}"#, "accept_status is missing"),
        (#"{"accept_status":"later"}"#, #"accept_status is "later""#),
        (#"{"accept_status":"capture"}"#, "capture: final_amount is missing"),
        (
            #"{"accept_status":"capture","final_amount":150000.01}"#,
            "capture: final_amount is 150000.01"
        ),
        (
            #"{"accept_status":"capture","final_amount":"150000"}"#,
            #"capture: final_amount is "150000""#
        ),
    ])
    func `what is no answer is asked again`(answer: String, violation: String) async throws {
        let listener = OctoListener()
        listener.answer(hold: try JSONValue.parse(answer))
        try await OctoBench.run(listener: listener) { bench in
            _ = try await bench.prepare(listener, autoCapture: false)
            let report = try await bench.payer()
            #expect(report["status"] == "waiting_for_capture")
            #expect(report["violations"]?[0]?.stringValue == violation)
            #expect(listener.callbacks.count == 4)
        }
    }

    @Test func `an accept_status where none is asked for is a fault`() async throws {
        let listener = OctoListener()
        listener.answer(hold: [:], other: ["accept_status": "capture"])
        try await OctoBench.run(listener: listener) { bench in
            _ = try await bench.prepare(listener)
            let report = try await bench.payer()
            #expect(report["violations"] == ["succeeded: answered with an accept_status"])
        }
    }

    @Test func `a hold is cancelled, or lapses`() async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            let first = try await bench.prepare(listener, as: "a", autoCapture: false)
            _ = try await bench.payer("pay", "a")
            let uuid = first["data"]?["octo_payment_UUID"] ?? .null
            let cancelled = try await bench.call(
                "/set_accept",
                ["octo_payment_UUID": uuid, "accept_status": "cancel"]
            )
            #expect(cancelled["data"]?["status"] == "canceled")
            _ = try await bench.prepare(listener, as: "b", autoCapture: false)
            _ = try await bench.payer("pay", "b")
            bench.simulator.advanceClock(by: .seconds(30 * 60))
            try await bench.webhooksIdle()
            #expect(listener.statuses.suffix(2) == ["waiting_for_capture", "canceled"])
            #expect(bench.simulator.book.totals["UZS"]?.released == 30_000_000)
        }
    }

    @Test func `a capture may take its time`() async throws {
        let listener = OctoListener()
        var settings = Octo.Settings()
        settings.captureTime = .seconds(5)
        try await OctoBench.run(settings, listener: listener) { bench in
            let created = try await bench.prepare(listener, autoCapture: false)
            _ = try await bench.payer()
            let taken = try await bench.call(
                "/set_accept",
                [
                    "octo_payment_UUID": created["data"]?["octo_payment_UUID"] ?? .null,
                    "accept_status": "capture", "final_amount": 150_000,
                ]
            )
            #expect(taken["data"]?["status"] == "capture")
            bench.simulator.advanceClock(by: .seconds(5))
            #expect(try await bench.status()["data"]?["status"] == "succeeded")
        }
    }

    @Test(arguments: [
        ("capture", JSONValue.null, Int64(1)), ("capture", .number("150000.01"), 1),
        ("capture", 0, 1), ("keep", 1, 1),
    ])
    func `a decision that makes no sense is refused`(
        verdict: String,
        amount: JSONValue,
        error: Int64
    ) async throws {
        let listener = OctoListener()
        try await OctoBench.run(listener: listener) { bench in
            let created = try await bench.prepare(listener, autoCapture: false)
            _ = try await bench.payer()
            let answer = try await bench.call(
                "/set_accept",
                [
                    "octo_payment_UUID": created["data"]?["octo_payment_UUID"] ?? .null,
                    "accept_status": .string(verdict), "final_amount": amount,
                ]
            )
            #expect(answer["error"]?.integerValue == error)
            #expect(bench.entry("shop_transaction_id", "att-900117")?.held == 15_000_000)
        }
    }
}
