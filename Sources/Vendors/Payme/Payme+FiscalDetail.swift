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

        /// Nil when the items lack a code, or do not add up to `amount`, as for a part of an order:
        /// no receipt is better than a wrong one, and Payme then uses the cashbox's own settings.
        init?(_ items: [Order.Item], of amount: Int64, _ taxes: Taxes?) {
            guard let taxes, !items.isEmpty else { return nil }
            var rest = amount
            var lines: [JSONValue] = []
            for item in items {
                // A code of the catalogue of goods and services has 17 digits.
                let own = item.sku.flatMap { $0.isDecimal(17) ? $0 : nil }
                let (price, overflow) = item.quantity.multipliedReportingOverflow(
                    by: item.unitAmount
                )
                guard let code = own ?? taxes.code, !overflow, (0...rest).contains(price) else {
                    return nil
                }
                rest -= price
                lines.append([
                    "title": .string(item.description), "price": .integer(item.unitAmount),
                    "count": .integer(item.quantity), "code": .string(code),
                    "package_code": .string(taxes.packageCode),
                    "vat_percent": .integer(taxes.vatPercent),
                ])
            }
            guard rest == 0 else { return nil }
            json = ["receipt_type": 0, "items": .array(lines)]
        }
    }
}
