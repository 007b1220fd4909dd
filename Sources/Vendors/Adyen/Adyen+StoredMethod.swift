import PaymentCore

extension Adyen {
    /// A stored method. Adyen charges, reads and forgets one only together with the shopper it
    /// was stored for, so both are one token to us: `<storedPaymentMethodId>.<shopperReference>`.
    struct StoredMethod {
        let id: String
        let shopper: String

        init(id: String, shopper: String) {
            self.id = id
            self.shopper = shopper
        }

        /// Nil unless it is a token of this form.
        init?(_ token: VendorToken) {
            let parts = token.value.split(separator: ".", maxSplits: 1)
            guard parts.count == 2, parts[0].utf8.count <= 64, parts[1].utf8.count >= 3,
                parts[0].utf8.allSatisfy({
                    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                        || (0x61...0x7A).contains($0)
                })
            else { return nil }
            id = String(parts[0])
            shopper = String(parts[1])
        }

        /// The token that names it, or throws what to report of one that does not.
        static func named(by token: VendorToken) throws(VendorRejection) -> StoredMethod {
            guard let method = StoredMethod(token) else {
                throw VendorRejection(
                    .notFound,
                    code: "malformed_token",
                    message: "a token of Adyen's is <storedPaymentMethodId>.<shopperReference>"
                )
            }
            return method
        }

        var token: VendorToken { VendorToken("\(id).\(shopper)") }
    }
}
