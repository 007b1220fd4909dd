import JSON
import PaymentCore

// Links that Payme sends by SMS (section 4.2): `receipts.create`, then `receipts.send`.
extension Payme.Dialect {
    /// A receipt that waits for its payer, who gets a link to it by SMS. The page's link stands
    /// beside it: both name one order, and Payme asks us before it takes money a second time.
    ///
    /// Nobody can pay a receipt that was not sent, so one whose making is not answered is let go.
    /// Whether the SMS went out is not worth a doubt: the receipt is looked up either way, and
    /// closed when its time is over.
    func sendLink(
        _ asked: VendorOperation.Authorize,
        _ replies: [Payme.Reply]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        guard cashbox.sendsLinks else {
            throw .methodUnusable("links by SMS are not enabled for this account")
        }
        try admitPage(asked)
        guard let phone = asked.payer?.uzbekPhone else {
            throw .methodUnusable("a link by SMS needs the payer's phone, as 998 and nine digits")
        }
        guard let made = replies.first else { return .ask(create(asked, step: 1), .opensPage) }
        guard let receipt = made.receipt() else { return .finished(made.refusedPage) }
        guard receipt.state == .created, receipt.amount == asked.amount else {
            return .finished(.abandoned(.unrecognizedStatus))
        }
        guard replies.count > 1 else {
            return .ask(send(receipt.id, to: phone, step: 2), .addition)
        }
        if case .failure(let fault) = replies[1], let verdict = fault.verdict {
            return .finished(verdict)
        }
        let page = link(asked, asked.attempt.description)
        return .finished(.requiresAction(.redirect(url: page), receipt.told))
    }
}

extension Payme.Reply {
    /// What is known when no receipt came that somebody could pay.
    fileprivate var refusedPage: VendorOutcome {
        switch refusedCreation {
        case .unknown(let reason): .abandoned(reason)
        case let verdict: verdict
        }
    }
}
