import Cryptography
import HTTP
import JSON
import PaymentCore

// Every request that is sent.
extension HesabPay.Dialect {
    /// Section 3.1. The amount is the sum of the prices; there is no key that would identify a
    /// repetition.
    func createSession(_ authorize: VendorOperation.Authorize) -> HTTPRequest {
        let names = wire.names
        let reference = authorize.attempt.description
        return post(wire.paths.createSession) { body in
            if let email = authorize.payer?.email { body.member(names.email, email) }
            body.member(names.reference, reference)
            body.array(names.items) { list in
                for line in lines(of: authorize) {
                    list.object { item in
                        item.member(names.itemID, line.id)
                        item.member(names.itemName, String(line.name.prefix(500)))
                        item.member(names.itemPrice, DecimalAmount.json(line.price))
                    }
                }
            }
            if let page = authorize.returnURL {
                body.member(names.successURL, page)
                body.member(names.failureURL, page)
            }
        }
    }

    private struct Line {
        let id: String
        let name: String
        let price: Money
    }

    /// One line with the exact total, or the order's items where they add up to it. The first line
    /// bears our reference: some webhooks bring no other.
    private func lines(of authorize: VendorOperation.Authorize) -> [Line] {
        let reference = authorize.attempt.description
        let summary = Line(
            id: reference,
            name: authorize.orderReference ?? authorize.intent.description,
            price: authorize.amount
        )
        guard wire.itemsMode == .itemised else { return [summary] }
        var sum: Int64 = 0
        var lines: [Line] = []
        for (index, item) in authorize.items.enumerated() {
            // No quantity on the wire, and no word on what a negative price would do.
            let (price, over) = item.quantity.multipliedReportingOverflow(by: item.unitAmount)
            let (next, overflow) = sum.addingReportingOverflow(price)
            guard !over, !overflow, price > 0 else { return [summary] }
            sum = next
            lines.append(
                Line(
                    id: index == 0 ? reference : "\(reference)-\(index + 1)",
                    name: item.description,
                    price: Money(price, authorize.amount.currency)
                )
            )
        }
        return sum == authorize.amount.minorUnits ? lines : [summary]
    }

    /// Section 2.2: whether a webhook's signature is genuine.
    func verify(_ signature: String, _ timestamp: String) -> HTTPRequest {
        post(wire.paths.verifySignature) { body in
            body.member(wire.names.signature, signature)
            body.member(wire.names.timestamp, timestamp)
        }
    }

    /// Only where it is configured.
    func status(of attempt: AttemptID, at path: String) -> HTTPRequest {
        post(path) { $0.member(wire.names.reference, attempt.description) }
    }

    /// Only where it is configured.
    func refund(
        _ refund: VendorOperation.Refund,
        of transaction: String,
        at path: String
    ) -> HTTPRequest {
        post(path) { body in
            body.member(wire.names.transactionID, transaction)
            body.member(wire.names.amount, DecimalAmount.json(refund.amount))
        }
    }

    func post(_ path: String, _ members: (inout JSONWriter) -> Void) -> HTTPRequest {
        var writer = JSONWriter(capacity: 512)
        writer.object(members)
        return HTTPRequest(
            method: .post,
            url: base.text + path,
            fields: [
                wire.authorizationField: "\(wire.authorizationScheme) \(apiKey.revealText())",
                .contentType: "application/json",
                .accept: "application/json",
            ],
            body: writer.bytes
        )
    }
}
