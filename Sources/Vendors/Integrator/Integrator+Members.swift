import JSON
import PaymentCore

extension Integrator {
    /// The members of one object of the contract, read by what they mean.
    struct Members {
        private let json: JSONObject

        /// An amount that our types cannot hold.
        struct Unreadable: Error {}

        init?(_ json: JSONValue?) {
            guard let object = json?.objectValue else { return nil }
            self.json = object
        }

        /// A word of the contract or of theirs, bounded.
        func word(_ name: String) -> String? {
            json[name]?.stringValue.map { String($0.prefix(64)) }
        }

        /// An identifier of theirs: 1 to 255 bytes of text.
        func reference(_ name: String) -> String? {
            guard let text = json[name]?.stringValue, (1...255).contains(text.utf8.count) else {
                return nil
            }
            return text
        }

        func time(_ name: String) -> Timestamp? {
            json[name]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
        }

        func flag(_ name: String) -> Bool { json[name] == true }

        var attempt: AttemptID? { json["attempt"]?.stringValue.flatMap { AttemptID($0) } }

        /// Where the payer goes on; nil when that is not a web address.
        var redirectURL: String? {
            guard let url = json["redirect_url"]?.stringValue, url.utf8.count <= 2_048,
                url.hasPrefix("https://") || url.hasPrefix("http://"),
                url.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
            else { return nil }
            return url
        }

        /// `amount` in minor units (ISO 4217) and `currency`; nil when neither is given.
        func money() throws(Unreadable) -> Money? {
            if json["amount"] == nil, json["currency"] == nil { return nil }
            guard let currency = json["currency"]?.stringValue.flatMap({ Currency($0) }),
                let amount = try sum("amount")
            else { throw Unreadable() }
            return Money(amount, currency)
        }

        func sum(_ name: String) throws(Unreadable) -> Int64? {
            guard let value = json[name], !value.isNull else { return nil }
            guard let sum = value.integerValue, sum >= 0 else { throw Unreadable() }
            return sum
        }
    }
}

extension Integrator.Members {
    /// `decline`; what it leaves out is the mildest that still is a "no".
    func decline(brand: String?) -> Decline {
        let told = Integrator.Members(json["decline"])
        let wait = json["decline"]?["retry_after"]?.integerValue.flatMap {
            (0...31_536_000).contains($0) ? Duration.seconds($0) : nil
        }
        return CardNetworkRules.applied(
            to: Decline(
                told?.word("class").flatMap(Decline.Class.init(rawValue:)) ?? .soft,
                code: told?.word("code") ?? "declined",
                networkCode: told?.word("network_code"),
                adviceCode: told?.word("advice_code"),
                retryAfter: wait
            ),
            brand: brand
        )
    }

    /// `method`: what may be shown, and never more of a number than its tail.
    var method: MethodDetails? {
        guard let method = Integrator.Members(json["method"]) else { return nil }
        return MethodDetails(
            brand: method.word("brand"),
            last4: method.word("last4").flatMap { $0.utf8.count == 4 ? $0 : nil },
            expiryMonth: method.json["exp_month"]?.integerValue.flatMap { Int(exactly: $0) },
            expiryYear: method.json["exp_year"]?.integerValue.flatMap { Int(exactly: $0) },
            fingerprint: method.word("fingerprint"),
            funding: method.word("funding"),
            country: method.word("country")
        )
    }

    /// `details`: their own words, as far as they are plain; at most 40 members.
    var details: String? {
        guard let members = json["details"]?.objectValue?.members, !members.isEmpty else {
            return nil
        }
        return VendorDetails.text { writer in
            for member in members.prefix(40) where Self.isName(member.name) {
                writer.word(member.name, member.value)
                writer.number(member.name, member.value)
                writer.flag(member.name, member.value)
            }
        }
    }

    private static func isName(_ name: String) -> Bool {
        (1...40).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
            }
    }
}
