import HTTP
import JSON
import PaymentCore
import VendorRecordings
import Vendors

/// What the Adyen suites share: the sheet's account, key and references.
enum AdyenFixture {
    static let payment = "QFQTPCQ8HXSKGK82"
    static let token = VendorToken("M5N7TQ4TG5PFWR50.cust_42")
    static let hmacKey = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"

    static func account(
        mode: MerchantAccount.Mode = .test,
        changing changes: [String: [String]] = [:]
    ) -> MerchantAccount {
        let standard = [
            "api_key": ["AQEsample"],
            "merchant_account": ["AcmeECOM"],
            "return_url": ["https://shop.example/return"],
            "hmac_keys": [hmacKey],
            "webhook_user": [],
            "webhook_password": [],
            "client_key": ["test_sample"],
            "live_prefix": [],
            "country_code": [],
            "authorisation_type": [],
            "api_base": [],
        ]
        return Sample.account(
            of: Adyen.descriptor,
            mode: mode,
            changing: standard.merging(changes) { $1 }
        )
    }

    static func dialect(
        mode: MerchantAccount.Mode = .test,
        changing changes: [String: [String]] = [:]
    ) throws -> Adyen.Dialect {
        try Adyen.Dialect(account(mode: mode, changing: changes))
    }

    static func recording(_ name: String) throws -> Recording {
        try Recording(of: "Adyen", name)
    }

    /// What the recorded answer means for what the recording says was asked.
    static func outcome(
        _ name: String,
        changing changes: [String: [String]] = [:]
    ) throws -> VendorOutcome {
        let recording = try recording(name)
        return try dialect(changing: changes)
            .outcome(of: recording.operation(), from: recording.answer())
    }

    static func answer(
        _ status: Int,
        _ body: String,
        _ fields: HTTPFields = [:]
    ) -> HTTPResponse {
        HTTPResponse(status: HTTPStatus(status), fields: fields, body: Array(body.utf8))
    }

    /// What an answer to a stored method's payment means.
    static func result(_ body: String, status: Int = 200) throws -> VendorOutcome {
        try dialect().outcome(
            of: .authorize(.sample(token: token)),
            from: answer(status, body)
        )
    }

    static func text(_ request: HTTPRequest) -> String {
        String(decoding: request.body, as: UTF8.self)
    }
}
