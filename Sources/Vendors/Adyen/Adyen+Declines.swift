import PaymentCore

extension Adyen {
    /// Section 4: what a refusal means for the payer's next step.
    enum Declines {
        /// - Parameters:
        ///   - code: `refusalReasonCode`; `0` and what is not in the table is soft.
        ///   - brand: of the card, as Adyen spells it.
        static func decline(
            _ code: String,
            _ additional: AdditionalData,
            brand: String?
        ) -> Decline {
            let network = additional.networkCode
            let advice = additional.adviceCode
            var vendorClass = byCode[code]?.class ?? .soft
            // A blocked card that the network calls lost or stolen.
            if code == "5", network == "41" || network == "43" { vendorClass = .fraud }
            // The network's advice wins, but suspected fraud stays so.
            if vendorClass != .fraud, let advised = advice.flatMap({ byAdvice[$0] }) {
                vendorClass = advised
            }
            return CardNetworkRules.applied(
                to: Decline(vendorClass, code: code, networkCode: network, adviceCode: advice),
                brand: brand
            )
        }

        /// The code of a refusal that a notification gives by its text alone; `0` when the text is
        /// not in the table.
        static func code(of reason: String) -> String { byReason[reason.lowercased()] ?? "0" }

        private static let byAdvice: [String: Decline.Class] = {
            var classes: [String: Decline.Class] = [
                "01": .hard, "02": .soft, "03": .hard, "04": .hard, "21": .hard,
            ]
            for advice in 24...30 { classes[String(advice)] = .soft }
            return classes
        }()

        private static let byReason = Dictionary(
            byCode.map { ($1.reason.lowercased(), $0) },
            uniquingKeysWith: { first, _ in first }
        )

        /// 15 and 16 are not declines: a payment that ends so is rejected where that can be said.
        static let byCode: [String: (reason: String, class: Decline.Class)] = [
            "2": ("Refused", .soft),
            "3": ("Referral", .soft),
            "4": ("Acquirer Error", .temporary),
            "5": ("Blocked Card", .hard),
            "6": ("Expired Card", .hard),
            "7": ("Invalid Amount", .hard),
            "8": ("Invalid Card Number", .hard),
            "9": ("Issuer Unavailable", .temporary),
            "10": ("Not supported", .hard),
            "11": ("3D Not Authenticated", .authenticationRequired),
            "12": ("Not enough balance", .soft),
            "14": ("Acquirer Fraud", .fraud),
            "15": ("Cancelled", .soft),
            "16": ("Shopper Cancelled", .soft),
            "17": ("Invalid Pin", .hard),
            "18": ("Pin tries exceeded", .hard),
            "19": ("Pin validation not possible", .hard),
            "20": ("FRAUD", .fraud),
            "21": ("Not Submitted", .temporary),
            "22": ("FRAUD-CANCELLED", .fraud),
            "23": ("Transaction Not Permitted", .hard),
            "24": ("CVC Declined", .hard),
            "25": ("Restricted Card", .hard),
            "26": ("Revocation Of Auth", .hard),
            "27": ("Declined Non Generic", .soft),
            "28": ("Withdrawal amount exceeded", .soft),
            "29": ("Withdrawal count exceeded", .soft),
            "31": ("Issuer Suspected Fraud", .fraud),
            "32": ("AVS Declined", .hard),
            "33": ("Card requires online pin", .hard),
            "34": ("No checking account available on Card", .hard),
            "35": ("No savings account available on Card", .hard),
            "36": ("Mobile pin required", .hard),
            "37": ("Contactless fallback", .hard),
            "38": ("Authentication required", .authenticationRequired),
            "39": ("RReq not received from DS", .authenticationRequired),
            "40": ("Current AID is in Penalty Box", .temporary),
            "41": ("CVM Required Restart Payment", .hard),
            "42": ("3DS Authentication Error", .authenticationRequired),
            "43": ("Online PIN required", .hard),
            "44": ("Try another interface", .hard),
            "45": ("Chip downgrade mode", .hard),
            "46": (
                "Transaction blocked by Adyen to prevent excessive retry fees", .hard
            ),
        ]
    }
}
