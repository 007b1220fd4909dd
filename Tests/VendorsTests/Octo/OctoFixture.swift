import HTTP
import PaymentCore
import VendorRecordings
import Vendors

/// What the Octo suites share: the account, payment and bytes of the sheet's fixtures.
enum OctoFixture {
    static let uuid = "0b9d2c54-7e1a-4f3b-9c66-2a41d8e5f117"
    static let amount = Money(15_000_000, uzs)
    static let uzs = Currency("UZS") ?? .usd
    /// Fiscal codes of rooms and of everything else.
    static let goods = """
        {"default":{"spic":"10305008002000000","package_code":"1514296","nds":0,\
        "inn":"301234567"},"items":{"ROOM":{"spic":"10899002001000000",\
        "package_code":"1501319","nds":1,"pinfl":"12345678901234"}}}
        """
    static let page = "https://pay2.octo.uz/pay/\(uuid)?language=uz"
    /// Made when F1 says: 14:05:33 in Tashkent.
    static let attempt = AttemptID(
        UUID7(milliseconds: 1_732_093_533_000, randomHigh: 0, randomLow: 117)
    )
    static let askedAt = Timestamp(seconds: 1_732_093_533)

    static func account(
        mode: MerchantAccount.Mode = .test,
        changing changes: [String: [String]] = [:]
    ) -> MerchantAccount {
        let standard = [
            "shop_id": ["42125"],
            "octo_secret": ["5f0c7f0e-2a41-4d2b-9a53-1d1f4f0a77c2"],
            "unique_key": ["ACCF830B2BDA8ED154FD45D536ED8691A1DF1B4D"],
            "signature_salt": [],
            "tsp_id": [],
            "supplier_shop_id": [],
            "fiscal_goods": [],
        ]
        return Sample.account(
            of: Octo.descriptor,
            mode: mode,
            changing: standard.merging(changes) { $1 }
        )
    }

    static func dialect(changing changes: [String: [String]] = [:]) throws -> Octo.Dialect {
        try Octo.Dialect(account(changing: changes))
    }

    static func authorize(
        _ amount: Money = amount,
        manualCapture: Bool = true,
        token: String? = nil,
        payer: VendorOperation.Payer? = nil,
        items: [Order.Item] = []
    ) -> VendorOperation {
        var authorize = VendorOperation.Authorize.sample(
            amount,
            manualCapture: manualCapture,
            method: .redirect,
            token: token.map { VendorToken($0) },
            customerReference: nil,
            returnURL: "https://shop.example/return",
            orderReference: "Booking 117",
            payer: payer,
            items: items,
            notificationURL: "https://pay.example/webhooks/v1/octo/mac_1"
        )
        authorize.attempt = attempt
        return .authorize(authorize)
    }

    static func original(details: String? = nil) -> VendorOperation.Original {
        VendorOperation.Original(
            attempt: attempt,
            amount: amount,
            askedAt: askedAt,
            details: details
        )
    }

    static func capture(_ amount: Int64 = 15_000_000) -> VendorOperation {
        .capture(.sample(Money(amount, uzs), of: uuid, original: original()))
    }

    static let void = VendorOperation.void(.sample(of: uuid, original: original()))

    static func refund(_ amount: Int64) -> VendorOperation.Refund {
        .sample(Money(amount, uzs), of: uuid, original: original())
    }

    static func lookUp(
        details: String? = nil,
        told: String? = nil
    ) -> VendorOperation {
        .lookUp(
            .init(.payment(reference: uuid), original: original(details: details), told: told)
        )
    }

    // MARK: Answers

    static func answer(_ body: String, status: Int = 200, date: String? = nil) -> HTTPResponse {
        var fields: HTTPFields = [.contentType: "application/json"]
        if let date { fields.append(.date, date) }
        return HTTPResponse(status: HTTPStatus(status), fields: fields, body: Array(body.utf8))
    }

    /// A payment in this state, with further members.
    static func payment(
        _ status: String,
        _ more: String = #""total_sum":150000.00,"refunded_sum":0"#,
        date: String? = nil
    ) -> HTTPResponse {
        let data = """
            {"shop_transaction_id":"\(attempt)","octo_payment_UUID":"\(uuid)",\
            "status":"\(status)",\(more)}
            """
        return answer(#"{"error":0,"errMessage":null,"data":\#(data)}"#, date: date)
    }

    static let created = payment(
        "created",
        #""octo_pay_url":"\#(page)","refunded_sum":0,"total_sum":150000.00"#
    )

    static func failure(_ number: Int, _ text: String) -> HTTPResponse {
        answer(#"{"error":\#(number),"errMessage":"\#(text)","data":null}"#)
    }

    /// F6.
    static func refunded(
        _ status: String,
        id: String = "c41f7a90-55d2-4b0e-8d1f-3e9a6b207118"
    ) -> HTTPResponse {
        answer(
            """
            {"error":0,"errMessage":null,"data":{"octo_payment_UUID":"\(uuid)",\
            "refund_id":"\(id)","refund_time":"2024-11-21 09:00:02","status":"\(status)"}}
            """
        )
    }

    static let tooSoon = failure(11, "Requests too often. Minimum delay is 1 second")

    // MARK: Callbacks

    /// A callback as F3 and F5 show them, with further members.
    static func callback(
        _ status: String,
        signature: String?,
        hashKey: String? = "5b7a1f62-0c1e-4d52-8a0f-7d0c2f7b1170",
        attempt: String = "\(attempt)",
        _ more: String = #""total_sum":150000.00,"refunded_sum":0"#
    ) -> WebhookDelivery {
        var body = """
            {"shop_transaction_id":"\(attempt)","octo_payment_UUID":"\(uuid)",\
            "status":"\(status)"
            """
        if let signature { body += #","signature":"\#(signature)""# }
        if let hashKey { body += #","hash_key":"\#(hashKey)""# }
        return WebhookDelivery(fields: [], body: Array("\(body),\(more)}".utf8))
    }

    // MARK: Conversations

    struct Played {
        var sent: [(request: HTTPRequest, effect: RequestEffect, pause: Duration)] = []
        /// Nil while an answer is missing.
        var outcome: VendorOutcome?

        var bodies: [String] { sent.map { String(decoding: $0.request.body, as: UTF8.self) } }
        var urls: [String] { sent.map(\.request.url) }
    }

    /// Speaks with the dialect until it has heard enough or the answers are used up.
    static func play(
        _ operation: VendorOperation,
        _ answers: HTTPResponse...,
        changing changes: [String: [String]] = [:]
    ) throws -> Played {
        let dialect = try dialect(changing: changes)
        var played = Played()
        for count in 0...answers.count {
            let step: VendorStep<VendorOutcome> = try dialect.step(
                operation,
                key: Sample.key,
                after: Array(answers.prefix(count))
            )
            switch step {
            case .finished(let outcome):
                played.outcome = outcome
                return played
            case .ask(let request, let effect): played.sent.append((request, effect, .zero))
            case .askLater(let pause, let request, let effect):
                played.sent.append((request, effect, pause))
            }
        }
        return played
    }
}
