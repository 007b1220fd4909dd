import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// `docs/integrator.md`, "What we send": byte by byte.
@Suite struct IntegratorRequestTests {
    private var head: String {
        "\"account\":\"\(MerchantAccountID(Sample.uuid(9)))\",\"mode\":\"test\""
    }

    private func request(
        _ operation: VendorOperation,
        changing changes: [String: [String]] = [:]
    ) throws -> HTTPRequest {
        try IntegratorFixture.dialect(changing: changes).request(for: operation, key: Sample.key)
    }

    private func body(_ operation: VendorOperation) throws -> String {
        String(decoding: try request(operation).body, as: UTF8.self)
    }

    @Test func `a call is signed and carries its key`() throws {
        let request = try request(.capture(.sample(of: "bank_1")))
        #expect(request.method == .post)
        #expect(request.url == "https://bank.example/capture")
        #expect(request.fields[.contentType] == "application/json")
        #expect(request.fields[.idempotencyKey] == "key-1")
        #expect(request.fields["webhook-id"] == "key-1")
        #expect(request.fields["webhook-timestamp"] == "1735689600")
        #expect(request.fields["webhook-signature"]?.hasPrefix("v1,") == true)
    }

    @Test func `an authorization with all that is known`() throws {
        let authorize = VendorOperation.Authorize.sample(
            method: .redirect,
            token: nil,
            customerReference: nil,
            returnURL: "https://shop.example/return",
            orderReference: "BK-1001",
            payer: .init(
                customer: Sample.customer,
                name: "Guest",
                email: "guest@example.com",
                phone: "+998901234567"
            ),
            items: [
                .init(description: "Double room", sku: "ROOM", quantity: 2, unitAmount: 500),
                .init(description: "Tax", sku: nil, quantity: 1, unitAmount: 99),
            ],
            notificationURL: "https://pay.example/webhooks/v1/integrator/mac_1"
        )
        #expect(
            try body(.authorize(authorize)) == """
                {"operation":"authorize",\(head),"attempt":"\(Sample.attempt)",\
                "payment":"\(Sample.intent)","amount":1099,"currency":"EUR","capture":"manual",\
                "method":"redirect","return_url":"https://shop.example/return",\
                "notification_url":"https://pay.example/webhooks/v1/integrator/mac_1",\
                "order":"BK-1001","customer":{"id":"\(Sample.customer)","name":"Guest",\
                "email":"guest@example.com","phone":"+998901234567"},\
                "items":[{"sku":"ROOM","description":"Double room","quantity":2,\
                "unit_amount":500},{"description":"Tax","quantity":1,"unit_amount":99}]}
                """
        )
    }

    @Test func `a sale of which little is known`() throws {
        let authorize = VendorOperation.Authorize.sample(
            Money(500, .jpy),
            manualCapture: false,
            method: .mobileMoney,
            token: nil,
            customerReference: nil,
            payer: .init(customer: Sample.customer, name: nil, email: nil, phone: nil),
            notificationURL: nil
        )
        #expect(
            try body(.authorize(authorize)) == """
                {"operation":"authorize",\(head),"attempt":"\(Sample.attempt)",\
                "payment":"\(Sample.intent)","amount":500,"currency":"JPY",\
                "capture":"automatic","method":"mobile_money",\
                "customer":{"id":"\(Sample.customer)"}}
                """
        )
    }

    @Test(arguments: [true, false])
    func `a capture`(isFinal: Bool) throws {
        #expect(
            try body(.capture(.sample(of: "bank_1", isFinal: isFinal))) == """
                {"operation":"capture",\(head),"attempt":"\(Sample.attempt)",\
                "payment_reference":"bank_1","amount":500,"currency":"EUR","final":\(isFinal)}
                """
        )
    }

    @Test(arguments: [
        (nil, ""), (VoidReason.abandoned, #","reason":"abandoned""#),
        (VoidReason.other, #","reason":"other""#),
    ])
    func `a void`(reason: VoidReason?, words: String) throws {
        #expect(
            try body(.void(.sample(of: "bank_1", reason: reason))) == """
                {"operation":"void",\(head),"attempt":"\(Sample.attempt)",\
                "payment_reference":"bank_1"\(words)}
                """
        )
    }

    @Test(arguments: [
        (nil, ""), (RefundReason.duplicate, #","reason":"duplicate""#),
        (RefundReason.requestedByCustomer, #","reason":"requested_by_customer""#),
    ])
    func `a refund`(reason: RefundReason?, words: String) throws {
        #expect(
            try body(.refund(.sample(of: "bank_1", reason: reason))) == """
                {"operation":"refund",\(head),"attempt":"\(Sample.attempt)",\
                "payment_reference":"bank_1","amount":300,"currency":"EUR"\(words)}
                """
        )
    }

    @Test func `a refund names the captures that it is taken from`() throws {
        let shares = [CaptureShare(reference: "bank_2", amount: 300)]
        #expect(
            try body(.refund(.sample(of: "bank_1", shares: shares))) == """
                {"operation":"refund",\(head),"attempt":"\(Sample.attempt)",\
                "payment_reference":"bank_1","amount":300,"currency":"EUR",\
                "captures":[{"reference":"bank_2","amount":300}]}
                """
        )
    }

    @Test(arguments: [
        (
            VendorOperation.LookUp.Subject.payment(reference: "bank_1"),
            #""object":"payment","reference":"bank_1""#
        ),
        (
            .paymentOfAttempt(Sample.attempt, askedAt: Sample.now),
            "\"object\":\"payment\",\"attempt\":\"\(Sample.attempt)\""
        ),
        (.refund(reference: "rfd_1"), #""object":"refund","reference":"rfd_1""#),
        (
            .refundOfAttempt(Sample.attempt, paymentReference: "bank_1"),
            "\"object\":\"refund\",\"attempt\":\"\(Sample.attempt)\","
                + "\"payment_reference\":\"bank_1\""
        ),
    ])
    func `a look-up is a question and has no key`(
        subject: VendorOperation.LookUp.Subject,
        members: String
    ) throws {
        let request = try request(.lookUp(.init(subject)))
        #expect(request.url == "https://bank.example/look_up")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "{\"operation\":\"look_up\",\(head),\(members)}"
        )
        #expect(request.fields[.idempotencyKey] == nil)
        #expect(request.fields["webhook-id"] == "look-up-key-1")
    }

    @Test(arguments: ["capture", "void", "refund", "look_up"])
    func `what has no address is refused before sending`(name: String) {
        let operations: [String: VendorOperation] = [
            "capture": .capture(.sample()), "void": .void(.sample()),
            "refund": .refund(.sample()), "look_up": .lookUp(.init(.refund(reference: "r"))),
        ]
        guard let operation = operations[name] else { return }
        let error = #expect(throws: VendorRejection.self) {
            try request(operation, changing: ["\(name)_url": []])
        }
        #expect(error?.code == "unsupported_operation")
        #expect(throws: Never.self) { try request(operation) }
        let port = Integrator.descriptor.makePort(transport: ScriptedTransport([HTTPResponse]()))
        let without = IntegratorFixture.account(changing: ["\(name)_url": []])
        #expect(!port.capabilities(of: without).operations.contains(operation.kind))
        #expect(
            port.capabilities(of: IntegratorFixture.account()).operations
                == port.capabilities.operations
        )
    }

    @Test func `there is no last word to give`() {
        #expect(throws: VendorRejection.self) {
            try request(
                .complete(
                    .init(
                        intent: Sample.intent,
                        attempt: Sample.attempt,
                        paymentReference: "bank_1",
                        amount: Money(1_099, .eur),
                        manualCapture: true
                    )
                )
            )
        }
    }

    @Test(arguments: [
        ["authorize_url": []], ["authorize_url": ["ftp://bank.example"]],
        ["capture_url": ["http://bank.example/capture"]], ["secrets": []], ["secrets": [""]],
        ["secrets": ["whsec_"]], ["secrets": ["whsec_!!"]],
    ])
    func `an account that cannot be used is refused before sending`(
        changes: [String: [String]]
    ) {
        let error = #expect(throws: VendorRejection.self) {
            try IntegratorFixture.dialect(changing: changes)
        }
        #expect(error?.reason == .configuration)
    }

    @Test func `live money goes over https alone`() throws {
        let here = ["void_url": ["http://localhost:8090/void"]]
        #expect(throws: Never.self) { try IntegratorFixture.dialect(changing: here) }
        #expect(throws: VendorRejection.self) {
            try IntegratorFixture.dialect(mode: .live, changing: here)
        }
    }
}
