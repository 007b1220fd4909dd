extension Adyen {
    /// Why a payment fails (section 4).
    struct Refusal: Hashable, Sendable {
        let code: Int
        /// What the issuer said, with its own number.
        var raw: String
        var advice: String?

        /// Nil for a code that the reference does not have.
        init?(code: Int) {
            guard Self.reasons[code] != nil else { return nil }
            self.code = code
            raw = Self.raws[code] ?? "05 : Do not honor"
            if code == 12 { advice = "02 : Try again later" }
        }

        /// A refusal by the vendor's word in a holder's name or a request.
        init?(trigger: String) {
            guard let code = Self.triggers[trigger] else { return nil }
            self.init(code: code)
        }

        fileprivate init(known code: Int) {
            self.code = code
            raw = Self.raws[code] ?? "05 : Do not honor"
        }

        var reason: String { Self.reasons[code] ?? "Refused" }

        var resultCode: String {
            switch code {
            case 4, 21: "Error"
            case 15, 16: "Cancelled"
            default: "Refused"
            }
        }

        static let notAuthenticated = Refusal(known: 11)
        static let shopperCancelled = Refusal(known: 16)
        static let authenticationRequired = Refusal(known: 38)
        static let noAnswer = Refusal(known: 39)
        static let authenticationError = Refusal(known: 42)

        static var codes: [Int] { reasons.keys.sorted() }

        private static let raws: [Int: String] = [
            5: "62 : Restricted card", 6: "54 : Expired card",
            12: "51 : Insufficient funds/over credit limit", 20: "59 : Suspected fraud",
            24: "82 : Policy, CVV failure", 31: "59 : Suspected fraud", 38: "65 : SCA required",
        ]

        private static let reasons: [Int: String] = [
            2: "Refused", 3: "Referral", 4: "Acquirer Error", 5: "Blocked Card",
            6: "Expired Card", 7: "Invalid Amount", 8: "Invalid Card Number",
            9: "Issuer Unavailable", 10: "Not supported", 11: "3D Not Authenticated",
            12: "Not enough balance", 14: "Acquirer Fraud", 15: "Cancelled",
            16: "Shopper Cancelled", 17: "Invalid Pin", 18: "Pin tries exceeded",
            19: "Pin validation not possible", 20: "FRAUD", 21: "Not Submitted",
            22: "FRAUD-CANCELLED", 23: "Transaction Not Permitted", 24: "CVC Declined",
            25: "Restricted Card", 26: "Revocation Of Auth", 27: "Declined Non Generic",
            28: "Withdrawal amount exceeded", 29: "Withdrawal count exceeded",
            31: "Issuer Suspected Fraud", 32: "AVS Declined", 33: "Card requires online pin",
            34: "No checking account available on Card",
            35: "No savings account available on Card", 36: "Mobile pin required",
            37: "Contactless fallback", 38: "Authentication required",
            39: "RReq not received from DS", 40: "Current AID is in Penalty Box",
            41: "CVM Required Restart Payment", 42: "3DS Authentication Error",
            43: "Online PIN required", 44: "Try another interface", 45: "Chip downgrade mode",
            46: "Transaction blocked by Adyen to prevent excessive retry fees",
        ]

        static let triggers: [String: Int] = [
            "DECLINED": 2, "REFERRAL": 3, "ERROR": 4, "BLOCK_CARD": 5, "CARD_EXPIRED": 6,
            "INVALID_AMOUNT": 7, "INVALID_CARD": 8, "ISSUER_UNAVAILABLE": 9,
            "NOT_ENOUGH_BALANCE": 12, "FRAUD": 20, "CVC_DECLINED": 24, "ERPS_BLOCK": 46,
        ]
    }
}
