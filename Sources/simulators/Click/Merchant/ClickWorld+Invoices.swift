internal import JSON

// Invoices (section 3.6).
extension Click.World {
    mutating func createInvoice(
        _ body: JSONObject,
        _ service: Click.Service
    ) throws(Click.Failure) -> JSONValue {
        let (amount, phone, reference) = try Self.reading(body) { fields throws(JSONFieldErrors) in
            let amount = fields.required("amount", .hundredths)
            let phone = fields.required("phone_number", .phone)
            let reference = fields.required("merchant_trans_id", .string(bytes: 1...64))
            return try fields.finish(amount, phone, reference)
        }
        guard amount.minor > 0 else { throw .malformed("/amount: This must be positive.") }
        let invoice = Click.Invoice(
            id: numbers.nextInvoice(),
            service: service.id,
            amount: amount,
            reference: reference,
            phone: phone
        )
        invoices.insert(invoice, id: "\(invoice.id)")
        return Self.success(["invoice_id": .integer(invoice.id)])
    }

    func invoiceStatus(
        _ id: String,
        _ service: Click.Service
    ) throws(Click.Failure) -> JSONValue {
        guard let invoice = invoices[id], invoice.service == service.id else {
            throw .noSuchInvoice
        }
        return Self.success([
            "invoice_status": .integer(invoice.status.rawValue),
            "invoice_status_note": .string(invoice.status.note),
        ])
    }
}

extension JSONReader<String> {
    /// `998` and nine digits.
    fileprivate static var phone: Self {
        JSONReader.string.map("This must be a number such as 998901234567.") { text in
            text.wholeMatch(of: /998\d{9}/) == nil ? nil : text
        }
    }
}
