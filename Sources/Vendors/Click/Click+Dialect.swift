package import HTTP
package import PaymentCore

extension Click {
    /// How we ask Click for one service: payment links, invoices, stored cards, CLICK Pass, reversals.
    package struct Dialect: SilentDialect {
        let service: Service

        package init(_ account: MerchantAccount) throws(VendorRejection) {
            service = try Service(account)
        }
    }
}

extension Click.Dialect {
    package func narrowed(_ capabilities: Capabilities) -> Capabilities {
        var own = capabilities
        own.partialRefund = service.refundsParts
        own.offSession = service.takesTokens
        if !service.takesPass { own.oneTimeTokens = [] }
        if service.taxes == nil { own.operations.remove(.registerSale) }
        if !service.takesTokens { own.operations.subtract([.tokenize, .detach]) }
        return own
    }

    package func step(
        _ operation: VendorOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        let replies = answers.map { Click.Reply($0) }
        switch operation {
        case .authorize(let authorize): return try authorized(authorize, answers)
        case .capture: throw .unsupported(.capture, by: Click.descriptor.id)
        // Click takes money at once; it waits for no last word.
        case .complete: throw .unsupported(.authorize, by: Click.descriptor.id)
        case .void(let void): return try release(void)
        case .refund(let refund): return try reverse(refund, replies)
        case .lookUp(let lookUp): return try find(lookUp, replies)
        }
    }
}

extension Click {
    /// What we call a payment by, as Click's part of it becomes known.
    enum Reference {
        /// A link: nobody has begun to pay.
        case page
        /// An invoice that waits in the payer's app.
        case invoice(Int64)
        /// The Merchant API's `payment_id`, which is the SHOP API's `click_paydoc_id`.
        case payment(Int64)

        init?(_ text: String) {
            if AttemptID(text) != nil {
                self = .page
            } else if text.hasPrefix(Self.invoicePrefix) {
                guard let id = Int64(text.dropFirst(Self.invoicePrefix.utf8.count)) else {
                    return nil
                }
                self = .invoice(id)
            } else if let id = Int64(text), id > 0 {
                self = .payment(id)
            } else {
                return nil
            }
        }

        static let invoicePrefix = "invoice-"
    }
}

extension VendorRejection {
    static let unknownReference = VendorRejection(
        .notFound,
        code: "malformed_identifier",
        message: "this is no payment of Click's"
    )
}
