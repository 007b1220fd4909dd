package import HTTP
package import PaymentCore

extension Payme {
    /// How we ask Payme for one cashbox: the payment link, and the Subscribe API where it is used
    /// (sections 2.3 and 4).
    package struct Dialect: SilentDialect {
        let cashbox: Cashbox

        package init(_ account: MerchantAccount) throws(VendorRejection) {
            cashbox = try Cashbox(account)
        }
    }
}

extension Payme.Dialect {
    /// Without the Subscribe API there are links alone. Refunds stay, to be refused with the reason.
    package func narrowed(_ capabilities: Capabilities) -> Capabilities {
        var own = capabilities
        own.manualCapture = cashbox.usesSubscribe && cashbox.holds
        own.offSession = cashbox.usesSubscribe
        if !cashbox.sendsLinks { own.methodKinds.remove(.mobileMoney) }
        if !cashbox.usesSubscribe { own.operations.subtract([.tokenize, .detach]) }
        return own
    }

    package func step(
        _ operation: VendorOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        let replies = answers.enumerated().map { Payme.Reply($1, to: $0 + 1) }
        switch operation {
        case .authorize(let authorize):
            guard let token = authorize.token else {
                return authorize.method == .mobileMoney
                    ? try sendLink(authorize, replies) : try open(authorize)
            }
            return try pay(authorize, with: token, replies)
        case .capture(let capture): return try confirm(capture, replies)
        case .void(let void): return try release(void, replies)
        case .refund(let refund): return try giveBack(refund, replies)
        // Payme performs by itself, or when a hold is confirmed; it waits for no last word.
        case .complete: throw .unsupported(.authorize, by: Payme.descriptor.id)
        case .lookUp(let lookUp): return try find(lookUp, replies, answers.last?.fields.madeAt)
        }
    }
}
