import JSON
import PaymentCore

extension Adyen {
    /// What `/payments` and `/payments/details` answer. Fields of `additionalData` are there only
    /// when the account has them switched on: none of them is needed.
    struct Payment {
        enum Result: String {
            case authorised = "Authorised"
            case partiallyAuthorised = "PartiallyAuthorised"
            case refused = "Refused"
            case error = "Error"
            case cancelled = "Cancelled"
            case redirectShopper = "RedirectShopper"
            case identifyShopper = "IdentifyShopper"
            case challengeShopper = "ChallengeShopper"
            case presentToShopper = "PresentToShopper"
            case pending = "Pending"
            case received = "Received"
            case success = "Success"
        }

        let json: JSONValue
        let result: Result?

        /// Nil for what gives no result.
        init?(_ json: JSONValue) {
            guard let word = json["resultCode"]?.stringValue else { return nil }
            self.json = json
            result = Result(rawValue: word)
        }

        /// Absent while some methods redirect.
        var reference: String? {
            json["pspReference"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        }
        var amount: Money? { Amounts.money(json["amount"]) }
        /// False when an amount is given that we cannot hold.
        var hasReadableAmount: Bool { json["amount"].map(\.isNull) ?? true || amount != nil }
        var reasonCode: String? { json["refusalReasonCode"]?.stringValue }
        var additional: AdditionalData { AdditionalData(json["additionalData"]) }
        var brand: String? { json["paymentMethod"]?["brand"]?.stringValue }

        var decline: Decline {
            Declines.decline(reasonCode ?? "0", additional, brand: brand)
        }

        /// The payer is to act before anything is decided.
        var unauthenticated: Decline {
            Decline(.authenticationRequired, code: json["resultCode"]?.stringValue ?? "")
        }

        /// Section 4, codes 15 and 16: nobody said no.
        var cancellation: VendorRejection {
            VendorRejection(
                .wrongState,
                code: reasonCode ?? "cancelled",
                message: "the payment was canceled before it was authorised"
            )
        }

        /// - Parameter fallback: what stands for the reference while Adyen gives none.
        func receipt(orElse fallback: String) -> VendorReceipt {
            VendorReceipt(
                reference: reference ?? fallback,
                method: additional.method(brand: brand),
                details: details
            )
        }
    }

    /// The flat object of strings that answers and notifications carry.
    struct AdditionalData {
        let json: JSONValue?

        init(_ json: JSONValue?) {
            self.json = json
        }

        subscript(_ name: String) -> String? {
            json?[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        }

        /// `NN`, or the leading digits of `NN : text`.
        var adviceCode: String? { self["merchantAdviceCode"].flatMap { Self.leadingCode($0) } }
        /// The network's response code before the text of `51 : Insufficient funds`.
        var networkCode: String? { self["refusalReasonRaw"].flatMap { Self.leadingCode($0) } }
        /// `03/2030`.
        var expiry: (month: Int, year: Int)? {
            guard let parts = self["expiryDate"]?.split(separator: "/"), parts.count == 2,
                let month = Int(parts[0]), (1...12).contains(month), let year = Int(parts[1]),
                (2000...2999).contains(year)
            else { return nil }
            return (month, year)
        }

        /// Nil when nothing is said of a method.
        func method(brand: String?) -> MethodDetails? {
            let expiry = expiry
            let last4 = self["cardSummary"]
            guard brand != nil || last4 != nil || expiry != nil else { return nil }
            return MethodDetails(
                brand: brand,
                last4: last4,
                expiryMonth: expiry?.month,
                expiryYear: expiry?.year
            )
        }

        private static func leadingCode(_ text: String) -> String? {
            let code = text.prefix { $0.isASCII && ($0.isNumber || $0.isLetter) }
            guard code.count == 2, text.count == 2 || text.dropFirst(2).first == " " else {
                return nil
            }
            return String(code)
        }
    }
}
