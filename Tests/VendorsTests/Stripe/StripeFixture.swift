import HTTP
import PaymentCore
import VendorRecordings
import Vendors

/// What the Stripe suites share.
enum StripeFixture {
    static func account(
        mode: MerchantAccount.Mode = .test,
        changing changes: [String: [String]] = [:]
    ) -> MerchantAccount {
        let standard = [
            "secret_key": ["sk_test_sample"],
            "publishable_key": ["pk_test_sample"],
            "webhook_secrets": ["whsec_test_4eC39HqLyjWDarjtT1zdp7dc"],
            "connected_account": [],
        ]
        return Sample.account(
            of: Stripe.descriptor,
            mode: mode,
            changing: standard.merging(changes) { $1 }
        )
    }

    static func dialect(
        mode: MerchantAccount.Mode = .test,
        changing changes: [String: [String]] = [:]
    ) throws -> Stripe.Dialect {
        try Stripe.Dialect(account(mode: mode, changing: changes))
    }

    static func recording(_ name: String) throws -> Recording {
        try Recording(of: "Stripe", name)
    }

    /// What the recorded answer means for what the recording says was asked.
    static func outcome(_ name: String) throws -> VendorOutcome {
        let recording = try recording(name)
        return try dialect().outcome(of: recording.operation(), from: recording.answer())
    }

    static func answer(
        _ status: Int,
        _ body: String,
        _ fields: HTTPFields = [:]
    ) -> HTTPResponse {
        HTTPResponse(status: HTTPStatus(status), fields: fields, body: Array(body.utf8))
    }

    /// A form body as `name=value` lines, decoded.
    static func form(_ request: HTTPRequest) -> [String] {
        QueryItems(form: request.body)?.all.map { "\($0.name)=\($0.value)" } ?? ["unreadable"]
    }
}

extension VendorOutcome {
    var decline: Decline? {
        if case .declined(let decline, _) = self { decline } else { nil }
    }

    var receipt: VendorReceipt? {
        switch self {
        case .succeeded(let receipt), .pending(let receipt), .requiresAction(_, let receipt):
            receipt
        case .declined(_, let receipt): receipt
        case .rejected, .notDone, .unknown, .abandoned, .found, .notFound: nil
        }
    }

    var foundPayment: PaymentSnapshot? {
        if case .found(.payment(let snapshot)) = self { snapshot } else { nil }
    }
}
