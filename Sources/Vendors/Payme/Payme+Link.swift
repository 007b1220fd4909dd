import Cryptography
import JSON
import PaymentCore

extension Payme.Dialect {
    /// A link to Payme's page, where the payer chooses. Nothing is sent: Payme asks us about the
    /// order once somebody pays.
    func open(
        _ asked: VendorOperation.Authorize
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        try admitPage(asked)
        let order = asked.attempt.description
        let receipt = VendorReceipt(
            reference: order,
            details: VendorDetails.text { $0.member("order", order) }
        )
        return .finished(.requiresAction(.redirect(url: link(asked, order)), receipt))
    }

    /// What its payer pays, without a stored card.
    func admitPage(_ asked: VendorOperation.Authorize) throws(VendorRejection) {
        guard asked.amount.currency.code == "UZS" else { throw .notSoum }
        guard !asked.manualCapture else { throw .methodNeeded("Payme holds stored cards only") }
        guard !asked.offSession else {
            throw .methodNeeded("a payment without the payer needs a stored card")
        }
    }

    func link(_ asked: VendorOperation.Authorize, _ order: String) -> String {
        var parameters = [
            ("m", cashbox.merchantID), ("ac.\(cashbox.accountField)", order),
            ("a", String(asked.amount.minorUnits)), ("l", cashbox.language),
        ]
        if let page = asked.returnURL {
            parameters.append(("c", page))
            if let wait = cashbox.returnWait { parameters.append(("ct", wait)) }
        }
        parameters.append(("cr", "860"))
        let text = parameters.map { "\($0)=\($1.withoutSemicolons)" }.joined(separator: ";")
        return "\(cashbox.checkout.text)/\(Base64.encode(Array(text.utf8)))"
    }

    /// Whether it is a link's, not one of Payme's: nobody has begun to pay.
    static func isLink(_ reference: String) -> Bool { AttemptID(reference) != nil }
}

extension String {
    /// A `;` would end the value. A `=` may stand, since only the first of a parameter separates.
    fileprivate var withoutSemicolons: String {
        split(separator: ";", omittingEmptySubsequences: false).joined(separator: "%3B")
    }
}

extension VendorRejection {
    static let notSoum = VendorRejection.amount("currency", "Payme takes UZS only")

    static func methodNeeded(_ message: String) -> VendorRejection {
        VendorRejection(.methodNotUsable, code: "stored_card_needed", message: message)
    }
}
