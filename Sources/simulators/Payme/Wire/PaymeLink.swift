internal import Cryptography
internal import HTTP

extension Payme {
    /// What a checkout link or form asks a payer for (section 2.3).
    struct Link: Sendable, Equatable {
        /// One field of the account, in the order it was written.
        struct Field: Sendable, Equatable {
            let name: String
            let value: String
        }

        var merchant: String
        var account: [Field]
        /// Tiyin.
        var amount: Int64
        var language = Language.ru
        /// Where the browser goes afterwards, placeholders and all.
        var returnURL: String?
        /// How long the page waits before it goes there.
        var returnDelay = Duration.zero
    }

    enum Language: String, Sendable, CaseIterable {
        case ru
        case uz
        case en
    }
}

extension Payme.Link {
    /// A link that the page cannot open.
    struct Unreadable: Error {
        let message: String
    }

    /// Reads a link, with or without scheme and host.
    ///
    /// Stricter than the vendor may be: a name that the reference does not know is refused.
    init(url: String) throws(Unreadable) {
        var path = url[...]
        if let scheme = url.firstRange(of: "://") {
            let rest = url[scheme.upperBound...]
            path = rest.firstIndex(of: "/").map { rest[$0...] } ?? ""
        }
        while path.first == "/" { path = path.dropFirst() }
        guard let text = PercentCoding.decode(path), let bytes = Base64.decode(text),
            let parameters = String(validating: bytes, as: UTF8.self)
        else { throw Unreadable(message: "The link is not Base64 with padding.") }
        var pairs: [(name: String, value: String)] = []
        for part in parameters.split(separator: ";") {
            guard let equals = part.firstIndex(of: "="),
                let value = PercentCoding.decode(part[equals...].dropFirst())
            else { throw Unreadable(message: "\(part) is no parameter.") }
            pairs.append((String(part[..<equals]), value))
        }
        try self.init(
            pairs,
            Names(
                merchant: "m",
                account: { $0.hasPrefix("ac.") ? String($0.dropFirst(3)) : nil },
                amount: "a",
                language: "l",
                returnURL: "c",
                returnDelay: "ct",
                currency: "cr",
                ignored: []
            )
        )
    }

    /// Reads the form that a shop's page may post in place of a link.
    init(form: [QueryItems.Item]) throws(Unreadable) {
        try self.init(
            form.map { ($0.name, $0.value) },
            Names(
                merchant: "merchant",
                account: { name in
                    guard name.hasPrefix("account["), name.hasSuffix("]") else { return nil }
                    return String(name.dropFirst("account[".count).dropLast())
                },
                amount: "amount",
                language: "lang",
                returnURL: "callback",
                returnDelay: "callback_timeout",
                currency: "currency",
                ignored: ["description", "detail"]
            )
        )
    }

    private struct Names {
        let merchant: String
        let account: (String) -> String?
        let amount: String
        let language: String
        let returnURL: String
        let returnDelay: String
        let currency: String
        let ignored: Set<String>
    }

    private init(
        _ pairs: [(name: String, value: String)],
        _ names: Names
    ) throws(Unreadable) {
        var values: [String: String] = [:]
        account = []
        for (name, value) in pairs {
            guard values.updateValue(value, forKey: name) == nil else {
                throw Unreadable(message: "\(name) is given twice.")
            }
            if let field = names.account(name) {
                account.append(Field(name: field, value: value))
            }
        }
        let known: Set = [
            names.merchant, names.amount, names.language, names.returnURL, names.returnDelay,
            names.currency,
        ]
        let unknown = values.keys.filter {
            !known.contains($0) && !names.ignored.contains($0) && names.account($0) == nil
        }
        if let name = unknown.min() { throw Unreadable(message: "\(name) is no parameter.") }
        guard let merchant = values[names.merchant] else {
            throw Unreadable(message: "\(names.merchant) is missing.")
        }
        guard !account.isEmpty else { throw Unreadable(message: "The account is missing.") }
        guard let amount = values[names.amount].flatMap({ Int64($0) }), amount > 0 else {
            throw Unreadable(message: "\(names.amount) is no amount in tiyin.")
        }
        (self.merchant, self.amount) = (merchant, amount)
        if let code = values[names.language] {
            guard let language = Payme.Language(rawValue: code) else {
                throw Unreadable(message: "\(names.language) is no language of the page.")
            }
            self.language = language
        }
        if let code = values[names.currency], code != "\(Payme.currencyNumber)" {
            throw Unreadable(message: "\(names.currency) is not \(Payme.currencyNumber).")
        }
        if let wait = values[names.returnDelay] {
            guard let milliseconds = Int64(wait), milliseconds >= 0 else {
                throw Unreadable(message: "\(names.returnDelay) is no time in milliseconds.")
            }
            returnDelay = .milliseconds(milliseconds)
        }
        returnURL = values[names.returnURL]
    }

    /// The return address with Payme's placeholders filled in.
    func returnURL(transaction: String) -> String? {
        account.reduce(returnURL?.replacing(":transaction", with: transaction)) { url, field in
            url?.replacing(":account.\(field.name)", with: field.value)
        }
    }
}
