import HTTP
import PaymentCore
import TestKit
import VendorRecordings
import Vendors

/// What the Integrator suites share.
enum IntegratorFixture {
    static let secret = IntegratorExample.secret

    static func account(
        mode: MerchantAccount.Mode = .test,
        changing changes: [String: [String]] = [:]
    ) -> MerchantAccount {
        var standard = ["secrets": [secret]]
        for operation in ["authorize", "capture", "void", "refund", "look_up"] {
            standard["\(operation)_url"] = ["https://bank.example/\(operation)"]
        }
        return Sample.account(
            of: Integrator.descriptor,
            mode: mode,
            changing: standard.merging(changes) { $1 }
        )
    }

    /// At the moment that all samples speak of.
    static func dialect(
        mode: MerchantAccount.Mode = .test,
        changing changes: [String: [String]] = [:]
    ) throws -> Integrator.Dialect {
        try Integrator.Dialect(account(mode: mode, changing: changes), now: { Sample.now })
    }

    static func recording(_ name: String) throws -> Recording {
        try Recording(of: "Integrator", name)
    }

    static func outcome(
        of operation: VendorOperation,
        _ status: Int,
        _ body: String,
        mode: MerchantAccount.Mode = .test
    ) throws -> VendorOutcome {
        try dialect(mode: mode).outcome(
            of: operation,
            from: HTTPResponse(status: HTTPStatus(status), body: Array(body.utf8))
        )
    }
}
