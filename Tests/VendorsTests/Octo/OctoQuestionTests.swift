import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// The one question that Octo asks: what to do with money that is held (sections 3.3 and 3.5).
@Suite struct OctoQuestionTests {
    private let bench: QuestionBench
    private let signature = "B9858A2DC23058A58D00D135C9207736E799B259"

    init() throws {
        bench = try Self.bench()
    }

    private static func bench(
        changing changes: [String: [String]] = [:]
    ) throws -> QuestionBench {
        try QuestionBench(
            Octo.descriptor,
            OctoFixture.account(changing: changes),
            amount: OctoFixture.amount,
            captureMethod: .manual
        )
    }

    /// F3 about the bench's attempt.
    private func question(
        attempt: String = "\(Sample.attempt)",
        _ more: String = #""total_sum":150000.00,"refunded_sum":0"#
    ) -> WebhookDelivery {
        OctoFixture.callback(
            "waiting_for_capture",
            signature: signature,
            attempt: attempt,
            more
        )
    }

    private func ask(_ delivery: WebhookDelivery, _ bench: QuestionBench) throws -> String {
        let reply = try bench.ask(delivery)
        #expect(reply.status == 200)
        return reply.text
    }

    private let later = #"{"accept_status":"waiting_user_action"}"#
    private let cancel = #"{"accept_status":"cancel"}"#

    private func receipt(_ uuid: String = OctoFixture.uuid) -> VendorReceipt {
        VendorReceipt(reference: uuid, details: #"{"status":"created"}"#)
    }

    @Test func `F3: a hold is kept for a later capture, and Octo is asked about it`() throws {
        // Before our own answer was stored, and after it.
        #expect(try ask(question(), bench) == later)
        bench.answer(.requiresAction(.redirect(url: OctoFixture.page), receipt()))
        #expect(try ask(question(), bench) == later)
        #expect(bench.asksVendor == [true, true])
        #expect(bench.state == .requiresAction, "nothing is booked from what is not signed")
        var held = receipt()
        held.amount = 15_000_000
        bench.answer(.succeeded(held))
        #expect(try ask(question(), bench) == later)
        try bench.askCapture(Octo.descriptor.capabilities)
        #expect(try ask(question(), bench) == later)
    }

    @Test func `the answer is the account's to choose`() throws {
        let capturing = try Self.bench(changing: ["hold_callback_answer": ["capture"]])
        #expect(
            try ask(question(), capturing)
                == #"{"accept_status":"capture","final_amount":150000.00}"#
        )
        // An amount that is not told is not captured.
        #expect(try ask(question(#""refunded_sum":0"#), capturing) == later)
        // What the merchant captures himself is not captured in full besides.
        var held = receipt()
        held.amount = 15_000_000
        capturing.answer(.succeeded(held))
        try capturing.askCapture(Octo.descriptor.capabilities)
        #expect(try ask(question(), capturing) == later)
        let named = try Self.bench(changing: ["hold_answer_field": ["status"]])
        #expect(try ask(question(), named) == #"{"status":"waiting_user_action"}"#)
    }

    @Test(arguments: ["149999.99", "1500000", "0", "1e5"])
    func `another amount is let go`(total: String) throws {
        for answer in ["waiting_user_action", "capture"] {
            let bench = try Self.bench(changing: ["hold_callback_answer": [answer]])
            let asked = question(#""total_sum":\#(total)"#)
            let isReadable = total != "1e5"
            #expect(try ask(asked, bench) == (isReadable ? cancel : later))
        }
    }

    @Test func `what we never asked for is let go`() throws {
        #expect(try ask(question(attempt: "att-900117"), bench) == cancel)
        #expect(try ask(question(attempt: "\(AttemptID(Sample.uuid(77)))"), bench) == cancel)
    }

    @Test func `another payment under our identifier is let go`() throws {
        bench.answer(.requiresAction(.redirect(url: OctoFixture.page), receipt("another")))
        #expect(try ask(question(), bench) == cancel)
    }

    @Test func `what was given up is let go`() throws {
        bench.answer(.requiresAction(.redirect(url: OctoFixture.page), receipt()))
        let void = try bench.askVoid(Octo.descriptor.capabilities)
        #expect(try ask(question(), bench) == cancel, "while it is being given up")
        bench.answer(.succeeded(receipt()), to: void)
        #expect(bench.state == .voided)
        #expect(try ask(question(), bench) == cancel)
    }

    @Test(arguments: [
        VendorOutcome.declined(Decline(.soft, code: "canceled"), nil), .notFound,
        .rejected(VendorRejection(.configuration, code: "2", message: "Wrong secret")),
        .notDone(.throttled),
    ])
    func `what ended as no is let go`(outcome: VendorOutcome) throws {
        bench.answer(outcome)
        #expect(try ask(question(), bench) == cancel)
    }

    @Test func `a hold that was released stays released`() throws {
        var held = receipt()
        held.amount = 15_000_000
        bench.answer(.succeeded(held))
        #expect(try ask(question(), bench) == later)
        let void = try bench.askVoid(Octo.descriptor.capabilities)
        bench.answer(.succeeded(receipt()), to: void)
        #expect(try ask(question(), bench) == cancel)
    }

    // MARK: What is none

    private func isNotification(
        _ delivery: WebhookDelivery,
        changing changes: [String: [String]] = [:]
    ) throws -> Bool {
        let reading = try #require(Octo.descriptor.questions).read(
            delivery,
            account: OctoFixture.account(changing: changes),
            now: Sample.now
        )
        if case .notification = reading { return true } else { return false }
    }

    @Test func `what is not genuine gets no decision`() throws {
        let forged = OctoFixture.callback(
            "waiting_for_capture",
            signature: "00858A2DC23058A58D00D135C9207736E799B259"
        )
        #expect(try isNotification(forged))
        #expect(try isNotification(question(), changing: ["unique_key": []]))
        #expect(try isNotification(OctoFixture.callback("waiting_for_capture", signature: nil)))
        #expect(try isNotification(WebhookDelivery(fields: [], body: Array("{".utf8))))
    }

    @Test func `every other status is a notification`() throws {
        let signed = [
            ("succeeded", "74940F69874C10E386070034C59D0EF8442B2FEF"),
            ("canceled", "81C66FA515AFAF289C6BFB4372121361208CF25C"),
        ]
        for (status, signature) in signed {
            #expect(try isNotification(OctoFixture.callback(status, signature: signature)))
        }
    }

    @Test func `when we cannot answer Octo is to ask again`() throws {
        let questions = try #require(Octo.descriptor.questions)
        let reply = questions.unavailable(nil)
        #expect(reply.status == 503)
        #expect(!reply.text.contains("accept_status"))
    }
}
