import Foundation
import HTTP
import HTTPClient
import PaymentCore
import TestKit
import Testing
import VendorRecordings
import Vendors

/// The contract over real sockets: our adapter against a peer that keeps it.
@Suite struct IntegratorExampleTests {
    /// A payment's whole life, and every refusal on the way.
    @Sendable static func life(_ bench: IntegratorBench) async throws {
        let held = try #require(await bench.authorize(101).receipt)
        #expect(held.amount == 1_000)
        #expect(held.multiCapture)
        #expect(await bench.authorize(101).receipt == held, "the same key, the same answer")
        #expect(await bench.authorize(101, 999) == .unknown(.keyTaken))

        var capture = VendorOperation.Capture.sample(
            Money(400, .eur),
            of: held.reference,
            isFinal: false
        )
        capture.attempt = AttemptID(Sample.uuid(102))
        let captured = await bench.ask(.capture(capture), key: "capture-1")
        #expect(captured.receipt?.amount == 400)
        #expect(await bench.ask(.capture(capture), key: "capture-1") == captured)
        capture.amount = Money(601, .eur)
        #expect(
            await bench.ask(.capture(capture), key: "capture-2").shortForm
                == "rejected_amount_not_accepted"
        )

        var refund = VendorOperation.Refund.sample(Money(150, .eur), of: held.reference)
        refund.attempt = AttemptID(Sample.uuid(103))
        let refunded = try #require(await bench.ask(.refund(refund), key: "refund-1").receipt)
        refund.amount = Money(251, .eur)
        #expect(
            await bench.ask(.refund(refund), key: "refund-2").shortForm
                == "rejected_amount_not_accepted"
        )

        var void = VendorOperation.Void.sample(of: held.reference)
        void.attempt = AttemptID(Sample.uuid(104))
        #expect(await bench.ask(.void(void), key: "void-1").shortForm == "succeeded")
        #expect(await bench.ask(.void(void), key: "void-2").shortForm == "rejected_wrong_state")
        void.paymentReference = "bank_of_nobody"
        #expect(await bench.ask(.void(void), key: "void-3").shortForm == "rejected_not_found")

        let attempt = AttemptID(Sample.uuid(101))
        for subject: VendorOperation.LookUp.Subject in [
            .payment(reference: held.reference), .paymentOfAttempt(attempt, askedAt: Sample.now),
        ] {
            let payment = await bench.lookUp(subject).foundPayment
            #expect(payment?.status == .captured)
            #expect(payment?.captured == 400)
            #expect(payment?.capturable == 0)
            #expect(payment?.attempt == attempt)
        }
        for subject: VendorOperation.LookUp.Subject in [
            .refund(reference: refunded.reference),
            .refundOfAttempt(AttemptID(Sample.uuid(103)), paymentReference: held.reference),
        ] {
            guard case .found(.refund(let found)) = await bench.lookUp(subject) else {
                Issue.record("the refund is not found")
                continue
            }
            #expect(found.status == .succeeded)
            #expect(found.amount == Money(150, .eur))
        }
        let nobody = AttemptID(Sample.uuid(199))
        #expect(await bench.lookUp(.paymentOfAttempt(nobody, askedAt: Sample.now)) == .notFound)
        #expect(await bench.lookUp(.payment(reference: "bank_0")) == .unknown(.vendorError))

        let sale = await bench.authorize(105, 2_000, manualCapture: false)
        #expect(sale.receipt?.captured == true)
        #expect(sale.receipt?.amount == 2_000)
        let declined = await bench.authorize(106, 1_051)
        #expect(declined.decline?.class == .soft)
        #expect(declined.decline?.code == "insufficient_funds")
    }

    static let foreign = ["whsec_//////////////////////////////////////////8="]

    @Test func `a payment's whole life at a peer of our own`() async throws {
        try await IntegratorBank.run { baseURL in
            try await IntegratorBench.run(at: baseURL, Self.life)
            try await IntegratorBench.run(at: baseURL, secrets: Self.foreign) { bench in
                #expect(await bench.authorize(110).shortForm == "rejected_configuration")
            }
        }
    }

    @Test func `nobody at the address is nothing done`() async throws {
        try await IntegratorBench.run(at: "http://127.0.0.1:1") { bench in
            #expect(await bench.authorize(111) == .notDone(.unreachable))
        }
    }
}

/// The example in Python as a process, on every machine that has Python.
@Suite(.enabled(if: IntegratorExample.python != nil))
struct IntegratorPythonTests {
    @Test func `it has nothing but Python's own library`() throws {
        let source = try String(
            contentsOfFile: IntegratorExample.path,
            encoding: .utf8
        )
        let own: Set = [
            "argparse", "base64", "hashlib", "hmac", "html", "http", "json", "sqlite3", "sys",
            "threading", "time", "urllib", "uuid",
        ]
        let imported = source.split(separator: "\n")
            .filter { $0.hasPrefix("import ") || $0.hasPrefix("from ") }
            .compactMap { $0.split(separator: " ")[1].split(separator: ".").first }
        #expect(!imported.isEmpty)
        #expect(imported.allSatisfy { own.contains(String($0)) }, "\(imported)")
    }

    @Test func `a payment's whole life`() async throws {
        let example = try IntegratorExample()
        defer { example.stop() }
        try await IntegratorBench.run(at: example.baseURL, IntegratorExampleTests.life)
        try await IntegratorBench.run(
            at: example.baseURL,
            secrets: IntegratorExampleTests.foreign
        ) { bench in
            #expect(await bench.authorize(110).shortForm == "rejected_configuration")
        }
    }

    @Test(arguments: [
        (true, PaymentSnapshot.Status.authorized),
        (false, .declined(Decline(.soft, code: "refused"))),
    ])
    func `a payer decides on its page, and it tells us`(
        agrees: Bool,
        status: PaymentSnapshot.Status
    ) async throws {
        let example = try IntegratorExample()
        defer { example.stop() }
        try await IntegratorBench.run(at: example.baseURL) { bench in
            let opened = await bench.authorize(120, method: .redirect)
            guard case .requiresAction(.redirect(let url), let receipt) = opened else {
                Issue.record("\(opened)")
                return
            }
            let page = try await bench.client.send(
                HTTPRequest(method: .get, url: url),
                options: HTTPSendOptions()
            )
            #expect(String(decoding: page.body, as: UTF8.self).contains("Example Bank"))
            let chosen = try await bench.client.send(
                HTTPRequest(
                    method: .post,
                    url: url,
                    fields: [.contentType: FormEncoder.contentType],
                    body: Array("choice=\(agrees ? "agree" : "refuse")".utf8)
                ),
                options: HTTPSendOptions()
            )
            #expect(chosen.status.code == 303)
            #expect(chosen.fields[.location] == "https://shop.example/return")
            let notice = try #require(try await bench.nextNotices().first)
            guard case .snapshot(.payment(let payment)) = notice.content else {
                Issue.record("\(notice)")
                return
            }
            #expect(payment.reference == receipt.reference)
            #expect(payment.attempt == AttemptID(Sample.uuid(120)))
            #expect(payment.status == status)
            #expect(payment.capturable == (agrees ? 1_000 : 0))
        }
    }

    @Test func `what it only accepts is told when it is done`() async throws {
        let example = try IntegratorExample("--slow")
        defer { example.stop() }
        try await IntegratorBench.run(at: example.baseURL) { bench in
            let held = try #require(await bench.authorize(130).receipt)
            var capture = VendorOperation.Capture.sample(Money(400, .eur), of: held.reference)
            capture.attempt = AttemptID(Sample.uuid(131))
            let accepted = await bench.ask(.capture(capture), key: "capture-1")
            #expect(accepted.shortForm == "pending")
            let notice = try #require(try await bench.nextNotices().first)
            guard case .snapshot(.movement(let movement)) = notice.content else {
                Issue.record("\(notice)")
                return
            }
            #expect(movement.kind == .capture)
            #expect(movement.status == .succeeded)
            #expect(movement.reference == accepted.receipt?.reference)
            #expect(movement.paymentReference == held.reference)
            #expect(movement.amount == Money(400, .eur))
        }
    }

    @Test func `killed and started again it has forgotten no key`() async throws {
        let database = FileManager.default.temporaryDirectory
            .appendingPathComponent("integrator-\(UUID().uuidString).db").path
        defer { try? FileManager.default.removeItem(atPath: database) }
        let before = try IntegratorExample("--database", database)
        try await IntegratorBench.run(at: before.baseURL) { bench in
            let held = try #require(await bench.authorize(140).receipt)
            before.stop()
            let after = try IntegratorExample("--database", database)
            defer { after.stop() }
            try await IntegratorBench.run(at: after.baseURL) { bench in
                let found = await bench.lookUp(.payment(reference: held.reference)).foundPayment
                #expect(found?.capturable == 1_000)
                var authorize = VendorOperation.Authorize.sample(
                    Money(1_000, .eur),
                    method: .bankAccount,
                    token: nil
                )
                authorize.attempt = AttemptID(Sample.uuid(140))
                #expect(
                    await bench.ask(.authorize(authorize), key: "authorize-140")
                        == .unknown(.keyTaken),
                    "another body under a key that it still knows"
                )
            }
        }
    }
}
