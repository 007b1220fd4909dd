import JSON
import PaymentCore

extension Payme {
    /// What is bought, as the tax authority's receipt wants it (section 6).
    struct FiscalDetail: Sendable {
        /// What the merchant's account says about items that do not say it themselves.
        struct Taxes: Sendable {
            let code: String?
            let packageCode: String
            let vatPercent: Int64

            /// Nil when the account is not set up for fiscal receipts.
            init?(_ credentials: Credentials) {
                guard let package = Fields.fiscalPackage.value(in: credentials),
                    let percent = Fields.fiscalVAT.value(in: credentials).flatMap(Int64.init)
                else { return nil }
                code = Fields.fiscalCode.value(in: credentials)
                packageCode = package
                vatPercent = percent
            }
        }

        let json: JSONValue

        /// Nil where no receipt can be right; Payme then uses the cashbox's own settings.
        init?(_ items: [Order.Item], of amount: Int64, _ taxes: Taxes?) {
            guard let taxes,
                let lines = FiscalLine.lines(
                    of: items,
                    addingUpTo: amount,
                    otherwise: taxes.code
                )
            else { return nil }
            let all = lines.map { line -> JSONValue in
                [
                    "title": .string(line.item.description),
                    "price": .integer(line.item.unitAmount),
                    "count": .integer(line.item.quantity), "code": .string(line.code),
                    "package_code": .string(taxes.packageCode),
                    "vat_percent": .integer(taxes.vatPercent),
                ]
            }
            json = ["receipt_type": 0, "items": .array(all)]
        }
    }
}
