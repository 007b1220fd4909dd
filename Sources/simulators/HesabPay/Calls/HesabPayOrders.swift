internal import JSON

extension HesabPay.SessionOrder {
    /// Stricter than the vendor may be: a name that the reference does not know is refused.
    static var reader: JSONReader<Self> {
        .object { fields throws(JSONFieldErrors) in
            let raw = fields.optional("items", .any)?.arrayValue
            let items = fields.required("items", .array(.item, count: 0...1_000))
            if items?.isEmpty == true {
                fields.reject("items", .wrongLength, "This field may not be empty.")
            }
            let email = fields.optional("email", .string(bytes: 3...254))
            let reference = fields.optional("user_id", .string(bytes: 1...50))
            let success = fields.optional("redirect_success_url", .string(bytes: 1...2_000))
            let failure = fields.optional("redirect_failure_url", .string(bytes: 1...2_000))
            let prices = try fields.finish(items)
            return HesabPay.SessionOrder(
                items: raw ?? [],
                total: prices.reduce(0, +),
                reference: reference,
                email: email,
                successURL: success,
                failureURL: failure
            )
        }
    }
}

extension JSONReader<Int64> {
    /// A line; its value is its price alone: the vendor does not multiply.
    fileprivate static var item: Self {
        .object { fields throws(JSONFieldErrors) in
            let id = fields.required("id", .string(bytes: 1...50))
            let name = fields.required("name", .string(bytes: 1...2_000))
            let price = fields.required("price", .hundredths)
            _ = fields.optional("quantity", .int64)
            let read = try fields.finish(id, name, price)
            if read.1.count > 500 {
                fields.reject("name", .wrongLength, "No more than 500 characters.")
            }
            if read.2.minor == 0 { fields.reject("price", .outOfRange, "This must be positive.") }
            try fields.finish()
            return read.2.minor
        }
    }
}

extension HesabPay {
    /// What verify-signature is asked about (section 2.2).
    struct SignaturePair: Sendable {
        let signature: String
        let timestamp: String

        static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let signature = fields.required("signature", .string(bytes: 1...1_000))
                let timestamp = fields.required("timestamp", .string(bytes: 1...20))
                let read = try fields.finish(signature, timestamp)
                return SignaturePair(signature: read.0, timestamp: read.1)
            }
        }
    }

    /// The parameters of the proposed refund.
    struct RefundOrder: Sendable {
        let transaction: String
        let amount: Hundredths

        static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let transaction = fields.required("transaction_id", .string(bytes: 1...100))
                let amount = fields.required("amount", .hundredths)
                let read = try fields.finish(transaction, amount)
                return RefundOrder(transaction: read.0, amount: read.1)
            }
        }
    }

    /// The parameters of a payout (section 3.4).
    struct PayoutOrder: Sendable {
        struct Payee: Sendable {
            let account: String
            let amount: Int64

            static var reader: JSONReader<Self> {
                .object { fields throws(JSONFieldErrors) in
                    let account = fields.required("account_number", .string(bytes: 1...50))
                    let amount = fields.required("amount", .hundredths)
                    let read = try fields.finish(account, amount)
                    if read.1.minor == 0 {
                        fields.reject("amount", .outOfRange, "This must be positive.")
                    }
                    try fields.finish()
                    return Payee(account: read.0, amount: read.1.minor)
                }
            }
        }

        /// As it was sent: encrypted.
        let pin: String
        let payees: [Payee]

        static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let pin = fields.required("pin", .string(bytes: 1...500))
                let payees = fields.required("vendors", .array(Payee.reader, count: 1...16))
                let read = try fields.finish(pin, payees)
                if Set(read.1.map(\.account)).count != read.1.count {
                    fields.reject("vendors", .outOfRange, "Duplicate accounts.")
                }
                try fields.finish()
                return PayoutOrder(pin: read.0, payees: read.1)
            }
        }
    }

    /// The parameters of the proposed status read.
    struct StatusOrder: Sendable {
        let reference: String

        static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let reference = fields.required("user_id", .string(bytes: 1...50))
                return StatusOrder(reference: try fields.finish(reference))
            }
        }
    }
}
