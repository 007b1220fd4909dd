import Cryptography
import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// What the Click suites share: the sheet's service, and its requests, signed anew.
enum ClickFixture {
    static let secret = "CLKsecret_7f3A"
    static let transaction: Int64 = 2_147_483_999_123
    static let document: Int64 = 2_147_490_001
    static let signTime = "2024-11-20 14:05:33"
    /// In tiyin; `150000.00` soum.
    static let amount: Int64 = 15_000_000
    /// The sheet's Unix time of signing.
    static let now = Timestamp(seconds: 1_732_093_533)

    static func account(changing changes: [String: [String]] = [:]) -> MerchantAccount {
        let standard = [
            "merchant_id": ["46"], "service_id": ["85335"], "merchant_user_id": ["31415"],
            "secret_key": [secret],
        ]
        let sample = Sample.account(of: Click.descriptor)
        return MerchantAccount(
            id: sample.id,
            tenant: sample.tenant,
            vendor: sample.vendor,
            name: sample.name,
            mode: .live,
            isDefault: true,
            isActive: true,
            settlementCurrency: nil,
            credentials: Credentials(standard.merging(changes) { $1 }.filter { !$1.isEmpty })
        )
    }

    static func soum(_ tiyin: Int64 = amount) throws -> Money {
        Money(tiyin, try #require(Currency("UZS")))
    }

    /// An order with a payment link.
    static func bench(changing changes: [String: [String]] = [:]) throws -> QuestionBench {
        let bench = try QuestionBench(
            Click.descriptor,
            account(changing: changes),
            amount: soum()
        )
        bench.now = now
        bench.pageLifetime = .seconds(10_000_000_000)
        bench.answer(
            .requiresAction(
                .redirect(url: "https://my.click.uz/services/pay"),
                VendorReceipt(reference: "\(bench.attempt)")
            )
        )
        return bench
    }

    static func delivery(_ body: String, method: String = "POST") -> WebhookDelivery {
        WebhookDelivery(
            method: method,
            fields: [("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
            body: Array(body.utf8)
        )
    }
}

/// A request of the SHOP API, field by field; signed when it is sent.
struct ClickRequest {
    var fields: [(name: String, value: String)]

    static func prepare(
        _ order: String,
        transaction: Int64 = ClickFixture.transaction,
        amount: String = "150000.00",
        error: Int64 = 0
    ) -> ClickRequest {
        ClickRequest(order, transaction, nil, amount, error)
    }

    static func complete(
        _ order: String,
        _ preparation: Int64,
        transaction: Int64 = ClickFixture.transaction,
        amount: String = "150000.00",
        error: Int64 = 0
    ) -> ClickRequest {
        ClickRequest(order, transaction, preparation, amount, error)
    }

    private init(
        _ order: String,
        _ transaction: Int64,
        _ preparation: Int64?,
        _ amount: String,
        _ error: Int64
    ) {
        fields = [
            ("click_trans_id", "\(transaction)"), ("service_id", "85335"),
            ("click_paydoc_id", "\(ClickFixture.document)"), ("merchant_trans_id", order),
        ]
        if let preparation { fields.append(("merchant_prepare_id", "\(preparation)")) }
        fields += [
            ("amount", amount), ("action", preparation == nil ? "0" : "1"), ("error", "\(error)"),
            ("error_note", error == 0 ? "Success" : "Insufficient funds"),
            ("sign_time", ClickFixture.signTime),
        ]
    }

    func with(_ name: String, _ value: String?) -> ClickRequest {
        var changed = self
        guard let index = fields.firstIndex(where: { $0.name == name }) else {
            if let value { changed.fields.append((name, value)) }
            return changed
        }
        if let value {
            changed.fields[index].value = value
        } else {
            changed.fields.remove(at: index)
        }
        return changed
    }

    /// Section 2.1, over the values as they are.
    func signature(secret: String = ClickFixture.secret) -> String {
        let value = { (name: String) in fields.first { $0.name == name }?.value ?? "" }
        let text =
            value("click_trans_id") + value("service_id") + secret + value("merchant_trans_id")
            + value("merchant_prepare_id") + value("amount") + value("action") + value("sign_time")
        return Hex.encode(Digest.md5.hash(text))
    }

    func body(signature: String? = nil) -> String {
        let all = fields + [("sign_string", signature ?? self.signature())]
        return String(decoding: FormEncoder(all.map { ($0.0, $0.1) }).bytes, as: UTF8.self)
    }
}

extension QuestionBench {
    func click(_ request: ClickRequest, signature: String? = nil) throws -> JSONValue {
        try click(request.body(signature: signature))
    }

    func click(_ body: String) throws -> JSONValue {
        let reply = try ask(ClickFixture.delivery(body))
        #expect(reply.status == 200)
        #expect(reply.contentType == "application/json; charset=utf-8")
        return try reply.json()
    }

    /// The number that an order's preparation was answered with.
    func prepared(_ transaction: Int64 = ClickFixture.transaction) throws -> Int64 {
        let answer = try click(.prepare("\(attempt)", transaction: transaction))
        #expect(answer["error"] == 0)
        return try #require(answer["merchant_prepare_id"]?.integerValue)
    }
}
