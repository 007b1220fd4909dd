internal import HTTP

extension Click {
    /// What a payment link or button asks a payer for (section 3.1).
    struct Link: Sendable, Equatable {
        let merchant: Int64
        let service: Int64
        let amount: Hundredths
        /// `transaction_param`
        let reference: String
        let returnURL: String?
    }
}

extension Click.Link {
    /// A link that the page cannot open.
    struct Unreadable: Error {
        let message: String
    }

    private static let known: Set<String> = [
        "merchant_id", "service_id", "amount", "transaction_param", "merchant_user_id",
        "return_url", "card_type",
    ]

    /// Reads an address with its query; the host is not looked at.
    init(url: String) throws(Unreadable) {
        guard let mark = url.firstIndex(of: "?"),
            let query = QueryItems(String(url[url.index(after: mark)...]))
        else { throw Unreadable(message: "The link has no query.") }
        guard url[..<mark].hasSuffix("/services/pay") else {
            throw Unreadable(message: "The link is no payment link.")
        }
        try self.init(query)
    }

    /// Stricter than the vendor may be: a name that the reference does not know is refused.
    init(_ query: QueryItems) throws(Unreadable) {
        var values: [String: String] = [:]
        for item in query.all {
            guard Self.known.contains(item.name) else {
                throw Unreadable(message: "\(item.name) is no parameter.")
            }
            guard values.updateValue(item.value, forKey: item.name) == nil else {
                throw Unreadable(message: "\(item.name) is given twice.")
            }
        }
        func number(_ name: String) throws(Unreadable) -> Int64 {
            guard let number = values[name].flatMap({ Int64($0) }), number > 0 else {
                throw Unreadable(message: "\(name) is no integer.")
            }
            return number
        }
        merchant = try number("merchant_id")
        service = try number("service_id")
        if values["merchant_user_id"] != nil { _ = try number("merchant_user_id") }
        guard let amount = values["amount"].flatMap(Hundredths.init), amount.minor > 0 else {
            throw Unreadable(message: "amount is no amount in soum.")
        }
        let reference = values["transaction_param"] ?? ""
        guard reference.wholeMatch(of: /[A-Za-z0-9_-]{1,64}/) != nil else {
            throw Unreadable(message: "transaction_param is no reference.")
        }
        if let type = values["card_type"], type != "uzcard", type != "humo" {
            throw Unreadable(message: "card_type is neither uzcard nor humo.")
        }
        (self.amount, self.reference) = (amount, reference)
        returnURL = values["return_url"]
    }
}
