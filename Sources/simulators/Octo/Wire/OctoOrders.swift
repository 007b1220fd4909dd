internal import JSON

extension Octo {
    /// The parameters that create a payment (section 3.1).
    struct PaymentOrder: Sendable {
        let shop: Int64
        let transaction: String
        let autoCapture: Bool
        let total: Hundredths
        let currency: Currency
        let notifyURL: String
        let returnURL: String?
        let language: String
        /// How long the payer may take; nil is the vendor's default.
        let payerTime: Duration?
        let hasUserData: Bool
        /// Tax classes of what is sold; empty without a fiscal receipt.
        let goods: [String]

        private static let known: Set<String> = [
            "octo_shop_id", "octo_secret", "shop_transaction_id", "auto_capture", "test",
            "init_time", "total_sum", "currency", "description", "notify_url", "return_url",
            "language", "ttl", "user_data", "basket", "payment_methods", "tsp_id", "tag",
        ]
        /// `auto_capture` has no default that pages agree on, so it must be said.
        private static let required = [
            "shop_transaction_id", "auto_capture", "init_time", "total_sum", "currency",
            "description", "notify_url",
        ]

        init(_ body: JSONObject) throws(Failure) {
            let missing = Self.required.filter { body[$0].isBlank }
            guard missing.isEmpty else { throw .blank(missing) }
            let unknown = body.names.filter { !Self.known.contains($0) }
            guard unknown.isEmpty else {
                throw .format("Wrong params: \(unknown.joined(separator: ", "))")
            }
            var body = body
            body["octo_secret"] = nil
            self = try Failure.reading(body) { fields throws(JSONFieldErrors) in
                try Self(&fields)
            }
        }

        private init(_ fields: inout JSONFields) throws(JSONFieldErrors) {
            let shop = fields.required("octo_shop_id", .int64)
            let transaction = fields.required("shop_transaction_id", .string(bytes: 1...255))
            let autoCapture = fields.required("auto_capture", .bool)
            let total = fields.required("total_sum", .hundredths)
            let currency = fields.required("currency", .oneOf(Currency.self))
            let notifyURL = fields.required("notify_url", .string(bytes: 8...2_000))
            _ = fields.required("init_time", .time)
            _ = fields.required("description", .string(bytes: 1...2_000))
            _ = fields.optional("test", .bool)
            returnURL = fields.optional("return_url", .string(bytes: 1...2_000))
            language = fields.optional("language", .oneOf(Language.self))?.rawValue ?? "uz"
            payerTime = fields.optional("ttl", .int64(in: 1...43_200)).map { .seconds($0 * 60) }
            hasUserData = fields.optional("user_data", .any) != nil
            let basket = fields.optional("basket", .array(.good, count: 1...100))
            _ = fields.optional("payment_methods", .array(.method))
            _ = fields.optional("tsp_id", .int64)
            _ = fields.optional("tag", .string)
            if let total, total.minor == 0 {
                fields.reject("total_sum", .outOfRange, "This must be positive.")
            }
            let sum = (basket ?? []).reduce(0) { $0 + $1.sum }
            if basket != nil, let total, sum != total.minor {
                fields.reject("basket", .invalid, "This must come to total_sum.")
            }
            goods = (basket ?? []).map(\.spic)
            let read = try fields.finish(
                shop,
                transaction,
                autoCapture,
                total,
                currency,
                notifyURL
            )
            (self.shop, self.transaction, self.autoCapture) = (read.0, read.1, read.2)
            (self.total, self.currency, self.notifyURL) = (read.3, read.4, read.5)
        }
    }
}

extension Octo.Failure {
    /// Reads a body; a name that the reference does not know is refused.
    static func reading<Value>(
        _ body: JSONObject,
        _ members: (inout JSONFields) throws(JSONFieldErrors) -> Value
    ) throws(Octo.Failure) -> Value {
        var fields = JSONFields(body)
        do throws(JSONFieldErrors) {
            return try members(&fields)
        } catch {
            let names = error.all.map { "[\("\($0.pointer)".dropFirst())] \($0.message)" }
            throw .format("Wrong params: " + names.joined(separator: ", "))
        }
    }
}

extension JSONValue? {
    /// Missing, null, or an empty text.
    var isBlank: Bool { self == nil || self == .some(.null) || self == .some("") }
}

extension JSONReader<String> {
    /// `yyyy-MM-dd HH:mm:ss`
    fileprivate static var time: Self {
        JSONReader.string.map("This must be yyyy-MM-dd HH:mm:ss.") { text in
            let shape = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/
            return text.wholeMatch(of: shape) == nil ? nil : text
        }
    }

    /// A way to pay: `{"method": …}`.
    fileprivate static var method: Self {
        .object { fields throws(JSONFieldErrors) in
            let method = fields.required("method", .oneOf(Method.self))
            return try fields.finish(method).rawValue
        }
    }
}

private enum Method: String, CaseIterable {
    case bankCard = "bank_card"
    case uzcard
    case humo
}

private enum Language: String, CaseIterable {
    case oz
    case uz
    case en
    case ru
}

/// A line of a fiscal receipt (section 3.7).
private struct Good {
    let spic: String
    let sum: Int64
}

extension JSONReader<Good> {
    fileprivate static var good: Self {
        .object { fields throws(JSONFieldErrors) in
            let description = fields.required("position_desc", .string(bytes: 1...500))
            let count = fields.required("count", .int64(in: 1...1_000))
            let price = fields.required("price", .hundredths)
            let spic = fields.required("spic", .string(bytes: 17...17))
            let package = fields.required("package_code", .string(bytes: 1...20))
            let tax = fields.required("nds", .int64(in: 0...1))
            let inn = fields.optional("inn", .string(bytes: 9...9))
            let pinfl = fields.optional("pinfl", .string(bytes: 14...14))
            if inn == nil, pinfl == nil {
                fields.reject("inn", .missing, "Name an inn or a pinfl.")
            }
            let read = try fields.finish(description, count, price, spic, package, tax)
            return Good(spic: read.3, sum: read.1 * read.2.minor)
        }
    }
}
