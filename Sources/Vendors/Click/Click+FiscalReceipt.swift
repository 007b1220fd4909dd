import HTTP
import JSON
import PaymentCore

extension Click {
    /// What was bought, for the tax authority (section 4.3): `submit_items` of a paid payment.
    struct FiscalReceipt {
        /// What the merchant's account says about items that do not say it themselves.
        struct Taxes: Sendable {
            let code: String?
            let packageCode: String
            let vatPercent: Int64
            /// TIN or PINFL.
            let seller: String

            /// Nil when the account is not set up for fiscal receipts.
            init?(_ credentials: Credentials) {
                guard let package = Fields.fiscalPackage.value(in: credentials),
                    let seller = Fields.fiscalTIN.value(in: credentials),
                    seller.isDecimal(9) || seller.isDecimal(14),
                    let percent = Fields.fiscalVAT.value(in: credentials).flatMap(Int64.init)
                else { return nil }
                code = Fields.fiscalCode.value(in: credentials)
                packageCode = package
                vatPercent = percent
                self.seller = seller
            }

            fileprivate var commission: JSONValue {
                [seller.isDecimal(9) ? "TIN" : "PINFL": .string(seller)]
            }

            /// The part of a price that is VAT, to the nearest tiyin. The price includes it.
            fileprivate func vat(in price: Int64) -> Int64? {
                let (product, overflow) = price.multipliedReportingOverflow(by: vatPercent)
                let rate = 100 + vatPercent
                return overflow ? nil : (product + rate / 2) / rate
            }
        }

        private let items: [JSONValue]
        private let amount: Int64

        /// Nil where no receipt can be right.
        init?(_ items: [Order.Item], of amount: Int64, _ taxes: Taxes?) {
            guard let taxes,
                let lines = FiscalLine.lines(
                    of: items,
                    addingUpTo: amount,
                    otherwise: taxes.code
                )
            else { return nil }
            var all: [JSONValue] = []
            for line in lines {
                guard let vat = taxes.vat(in: line.price) else { return nil }
                all.append([
                    "Name": .string(String(line.item.description.prefix(63))),
                    "SPIC": .string(line.code), "PackageCode": .string(taxes.packageCode),
                    "GoodPrice": .integer(line.item.unitAmount), "Price": .integer(line.price),
                    "Amount": .integer(line.item.quantity), "VAT": .integer(vat),
                    "VATPercent": .integer(taxes.vatPercent),
                    "CommissionInfo": taxes.commission,
                ])
            }
            self.items = all
            self.amount = amount
        }

        /// The body of `submit_items`. Payments without cash count as electronic.
        func body(of payment: Int64, at service: Service) -> [UInt8] {
            var writer = JSONWriter(capacity: 512)
            writer.object { writer in
                writer.member("service_id", Int64(service.id) ?? 0)
                writer.member("payment_id", payment)
                writer.member("items", .array(items))
                writer.member("received_ecash", amount)
                writer.member("received_cash", 0)
                writer.member("received_card", 0)
            }
            return writer.bytes
        }
    }
}

extension Click.FiscalReceipt {
    /// Where the receipt of a payment is shown; nil while Click has none.
    static func address(in answer: HTTPResponse, of payment: Int64) -> String? {
        // Silence is right: a payment without its receipt's address is a payment all the same.
        guard answer.status.code == 200, let json = try? JSONValue.parse(answer.body),
            json["paymentId"]?.plainText == String(payment),
            let address = json["qrCodeURL"]?.stringValue, address.hasPrefix("https://"),
            // Cut short, it would lead nowhere.
            address.utf8.count <= 500
        else { return nil }
        return address
    }
}
