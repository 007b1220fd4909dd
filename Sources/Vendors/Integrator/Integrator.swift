import Cryptography
package import PaymentCore

/// A vendor that a customer adds without writing Swift: the account names HTTP addresses and a
/// secret, and whoever answers there speaks the contract of `docs/integrator.md`.
///
/// Requests and notifications are signed both ways as Standard Webhooks 1.0 has it.
package enum Integrator {
    package static let descriptor = VendorDescriptor(
        id: VendorID(known: "integrator"),
        name: "Integrator",
        capabilities: Capabilities(
            operations: [.authorize, .capture, .void, .refund, .lookUp],
            methodKinds: [.redirect, .card, .wallet, .mobileMoney, .pix, .bankAccount],
            manualCapture: true,
            partialCapture: true,
            multiCapture: .perPayment,
            partialRefund: true,
            // The contract asks that keys be honoured for a day at least.
            recovery: .repeatSameKey(window: .seconds(86_400)),
            callTimeout: .seconds(30),
            particulars: [.payer, .items]
        ),
        fields: Fields.all,
        implementation: .dialect(Dialect.self)
    )

    /// What an account is configured with.
    enum Fields {
        static let authorize = CredentialField(
            "authorize_url",
            "Where payments are asked for",
            shape: .baseURL,
            isRequired: true
        )
        static let capture = address("capture_url", "Where captures are asked for")
        static let void = address("void_url", "Where a hold or page is given up")
        static let refund = address("refund_url", "Where refunds are asked for")
        static let lookUp = address("look_up_url", "Where a payment or refund is asked about")
        static let secrets = CredentialField(
            "secrets",
            "Shared secrets, whsec_…; two while one replaces another",
            isSecret: true,
            isRequired: true,
            rotates: true
        )

        static let all = [authorize, capture, void, refund, lookUp, secrets]

        private static func address(_ name: String, _ description: String) -> CredentialField {
            CredentialField(name, "\(description); without it, they cannot be", shape: .baseURL)
        }
    }

    /// The contract's language for one merchant account.
    package struct Dialect: VendorDialect {
        let addresses: [Capabilities.Operation: VendorBaseURL]
        let secrets: [Secret]
        let account: MerchantAccountID
        let mode: MerchantAccount.Mode
        /// When a request is signed.
        let now: @Sendable () -> Timestamp

        package init(_ account: MerchantAccount) throws(VendorRejection) {
            try self.init(account, now: SystemTime.now)
        }

        package init(
            _ account: MerchantAccount,
            now: @escaping @Sendable () -> Timestamp
        ) throws(VendorRejection) {
            let fields: [(Capabilities.Operation, CredentialField)] = [
                (.authorize, Fields.authorize), (.capture, Fields.capture), (.void, Fields.void),
                (.refund, Fields.refund), (.lookUp, Fields.lookUp),
            ]
            var addresses: [Capabilities.Operation: VendorBaseURL] = [:]
            for (operation, field) in fields {
                guard let text = field.value(in: account.credentials) else { continue }
                guard let url = VendorBaseURL(text) else {
                    throw .configuration("\(field.name) is not an https URL")
                }
                // Plain http is for trying out.
                guard account.mode == .test || url.text.hasPrefix("https://") else {
                    throw .configuration("\(field.name) is not an https URL")
                }
                addresses[operation] = url
            }
            guard addresses[.authorize] != nil else {
                throw .configuration("authorize_url is missing")
            }
            let secrets = account.credentials.values(Fields.secrets.name).filter { !$0.isEmpty }
                .compactMap(Signature.secret)
            guard !secrets.isEmpty else { throw .configuration("secrets is missing or malformed") }
            self.addresses = addresses
            self.secrets = secrets
            self.account = account.id
            mode = account.mode
            self.now = now
        }

        package func narrowed(_ capabilities: Capabilities) -> Capabilities {
            var capabilities = capabilities
            capabilities.operations.formIntersection(addresses.keys)
            return capabilities
        }
    }
}
