internal import JSON

// Fiscal receipts; their amounts are in tiyin (section 4.3).
extension Click.World {
    mutating func submitItems(
        _ body: JSONObject,
        _ service: Click.Service
    ) throws(Click.Failure) -> JSONValue {
        let amounts = JSONReader.int64(in: 0...)
        let (id, items, received) = try Self.reading(body) { fields throws(JSONFieldErrors) in
            let id = fields.required("payment_id", .int64)
            let items = fields.required("items", .array(.fiscalItem, count: 1...1_000))
            let wallet = fields.required("received_ecash", amounts)
            let cash = fields.required("received_cash", amounts)
            let card = fields.required("received_card", amounts)
            let read = try fields.finish(id, items, wallet, cash, card)
            return (read.0, read.1, read.2 &+ read.3 &+ read.4)
        }
        let payment = try paid(id, service)
        let sum = items.reduce(0, &+)
        guard sum == payment.amount.minor, received == sum else {
            throw .fiscal("Items \(sum), received \(received), paid \(payment.amount.minor)")
        }
        change(id) { $0.fiscalURL = "https://ofd.soliq.uz/epi?t=EP000000000117&r=\(id)" }
        return Self.success()
    }

    mutating func submitQRCode(
        _ body: JSONObject,
        _ service: Click.Service
    ) throws(Click.Failure) -> JSONValue {
        let (id, address) = try Self.reading(body) { fields throws(JSONFieldErrors) in
            let id = fields.required("payment_id", .int64)
            let address = fields.required("qrcode", .string(bytes: 1...2_000))
            return try fields.finish(id, address)
        }
        _ = try paid(id, service)
        change(id) { $0.fiscalURL = address }
        return Self.success()
    }

    func fiscalData(of payment: Click.Payment) throws(Click.Failure) -> JSONValue {
        guard let address = payment.fiscalURL else { throw .fiscal("Nothing was submitted") }
        return ["paymentId": .integer(payment.id), "qrCodeURL": .string(address)]
    }

    private func paid(
        _ id: Int64,
        _ service: Click.Service
    ) throws(Click.Failure) -> Click.Payment {
        let payment = try payment("\(id)", of: service)
        guard payment.stage == .paid || payment.stage == .reversed else {
            throw .fiscal("Payment was not successful")
        }
        return payment
    }
}

extension JSONReader<Int64> {
    /// An item; its value is what it adds to the receipt.
    fileprivate static var fiscalItem: Self {
        .object { fields throws(JSONFieldErrors) in
            let amounts = JSONReader.int64(in: 0...)
            let name = fields.required("Name", .string(bytes: 1...252))
            let code = fields.required("SPIC", .digits(17))
            let package = fields.required("PackageCode", .string(bytes: 1...20))
            let unit = fields.required("GoodPrice", amounts)
            let price = fields.required("Price", amounts)
            let amount = fields.required("Amount", .int64(in: 1...))
            let tax = fields.required("VAT", amounts)
            let rate = fields.required("VATPercent", .int64(in: 0...100))
            let seller = fields.required("CommissionInfo", .any)
            _ = fields.optional("Barcode", .string(bytes: 1...13))
            _ = fields.optional("Labels", .array(.string(bytes: 1...21), count: 0...300))
            _ = fields.optional("Units", .int64)
            let discount = fields.optional("Discount", amounts) ?? 0
            let other = fields.optional("Other", amounts) ?? 0
            let read = try fields.finish(
                name,
                code,
                package,
                unit,
                price,
                amount,
                tax,
                rate,
                seller
            )
            if read.0.count > 63 {
                fields.reject("Name", .wrongLength, "This must have 63 characters at most.")
            }
            if read.3 &* read.5 != read.4 {
                fields.reject("Price", .invalid, "This must be GoodPrice times Amount.")
            }
            let info = read.8
            let number = info["TIN"]?.stringValue ?? info["PINFL"]?.stringValue ?? ""
            if number.count != (info["TIN"] == nil ? 14 : 9) {
                fields.reject("CommissionInfo", .invalid, "Name a TIN or PINFL.")
            }
            try fields.finish()
            return read.4 - discount - other
        }
    }
}

extension JSONReader<String> {
    /// So many decimal digits.
    fileprivate static func digits(_ count: Int) -> Self {
        JSONReader.string.map("This must have \(count) digits.") { text in
            text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
                ? text : nil
        }
    }
}
