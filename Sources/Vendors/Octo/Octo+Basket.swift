import JSON
import PaymentCore

extension Octo {
    /// The fiscal codes of what an account sells (section 3.7): for item codes, and for everything
    /// else. Without them no basket is sent.
    ///
    /// `{"default":{"spic":"…","package_code":"…","nds":0,"inn":"…"},"items":{"ROOM":{…}}}`
    struct FiscalGoods {
        struct Codes {
            let spic: String
            let packageCode: String
            /// 1 when value-added tax is due.
            let vat: Int64
            /// The seller's `inn` or `pinfl`.
            let seller: (field: String, number: String)

            init?(_ json: JSONValue) {
                guard let object = json.objectValue,
                    Set(object.names).isSubset(of: ["spic", "package_code", "nds", "inn", "pinfl"]),
                    let spic = json["spic"]?.stringValue, !spic.isEmpty,
                    let packageCode = json["package_code"]?.stringValue, !packageCode.isEmpty,
                    let vat = json["nds"]?.integerValue, (0...1).contains(vat)
                else { return nil }
                switch (json["inn"]?.stringValue, json["pinfl"]?.stringValue) {
                case (let inn?, nil): seller = ("inn", inn)
                case (nil, let pinfl?): seller = ("pinfl", pinfl)
                case (.some, .some), (nil, nil): return nil
                }
                self.spic = spic
                self.packageCode = packageCode
                self.vat = vat
            }
        }

        private var usual: Codes?
        private var items: [String: Codes] = [:]

        private init?(_ text: String) {
            // Silence is right: that it cannot be read is all that is said.
            guard let json = try? JSONValue.parse(Array(text.utf8)), let object = json.objectValue
            else { return nil }
            for member in object.members {
                switch member.name {
                case "default":
                    guard let codes = Codes(member.value) else { return nil }
                    usual = codes
                case "items":
                    guard let object = member.value.objectValue else { return nil }
                    for item in object.members {
                        guard let codes = Codes(item.value) else { return nil }
                        items[item.name] = codes
                    }
                default: return nil
                }
            }
        }

        /// Nil when none are configured.
        init?(_ settings: AccountSettings) throws(VendorRejection) {
            guard let text = Fields.fiscalGoods.value(in: settings.credentials) else { return nil }
            guard let goods = FiscalGoods(text) else {
                throw .configuration("\(Fields.fiscalGoods.name) cannot be read")
            }
            guard goods.usual != nil || !goods.items.isEmpty else { return nil }
            self = goods
        }

        static func problems(in credentials: Credentials) -> [CredentialProblem] {
            guard let text = Fields.fiscalGoods.value(in: credentials), FiscalGoods(text) == nil
            else { return [] }
            return [CredentialProblem(field: Fields.fiscalGoods.name, code: .invalid)]
        }

        fileprivate func codes(of item: Order.Item) -> Codes? {
            item.sku.flatMap { items[$0] } ?? usual
        }

        fileprivate var usualCodes: Codes? { usual }
    }

    /// One line of a basket.
    struct BasketLine {
        let description: String
        let count: Int64
        let price: Money
        let codes: FiscalGoods.Codes
    }
}

extension Octo.Dialect {
    /// The basket of a payment; nil when the account keeps no fiscal codes. Its sum is the amount:
    /// a payment of anything but the whole order is one line.
    func basket(
        of authorize: VendorOperation.Authorize
    ) throws(VendorRejection) -> [Octo.BasketLine]? {
        guard let fiscalGoods else { return nil }
        if authorize.isOfAllItems {
            var lines: [Octo.BasketLine] = []
            for item in authorize.items {
                guard let codes = fiscalGoods.codes(of: item) else {
                    throw .basket("\(item.sku ?? "an item without a code") has no fiscal codes")
                }
                lines.append(
                    Octo.BasketLine(
                        description: item.description,
                        count: item.quantity,
                        price: Money(item.unitAmount, authorize.amount.currency),
                        codes: codes
                    )
                )
            }
            return lines
        }
        guard let codes = fiscalGoods.usualCodes else {
            throw .basket("the items do not add up to the amount, and there is no default")
        }
        return [
            Octo.BasketLine(
                description: authorize.orderReference ?? authorize.intent.description,
                count: 1,
                price: authorize.amount,
                codes: codes
            )
        ]
    }
}

extension JSONWriter {
    /// The basket, and how the payer gets the receipt.
    mutating func write(
        _ basket: [Octo.BasketLine],
        for authorize: VendorOperation.Authorize
    ) {
        let payer = authorize.payer
        // With a saved card Octo wants the e-mail once it was given a user.
        let isTold = payer?.email != nil || (payer?.phone != nil && authorize.token == nil)
        if let payer, isTold {
            object("user_data") { user in
                user.member("user_id", payer.customer.description)
                if let phone = payer.phone { user.member("phone", phone) }
                if let email = payer.email { user.member("email", email) }
            }
        }
        array("basket") { list in
            for line in basket {
                list.object { item in
                    item.member("position_desc", line.description)
                    item.member("count", line.count)
                    item.member("price", DecimalAmount.json(line.price))
                    item.member("spic", line.codes.spic)
                    item.member(line.codes.seller.field, line.codes.seller.number)
                    item.member("package_code", line.codes.packageCode)
                    item.member("nds", line.codes.vat)
                }
            }
        }
    }
}

extension VendorOperation.Authorize {
    /// Whether the items add up to the amount.
    fileprivate var isOfAllItems: Bool {
        var sum: Int64 = 0
        for item in items {
            let (price, over) = item.quantity.multipliedReportingOverflow(by: item.unitAmount)
            let (next, overflow) = sum.addingReportingOverflow(price)
            if over || overflow { return false }
            sum = next
        }
        return !items.isEmpty && sum == amount.minorUnits
    }
}

extension VendorRejection {
    fileprivate static func basket(_ message: String) -> VendorRejection {
        VendorRejection(.invalidRequest, code: "basket_incomplete", message: message)
    }
}
