import Cryptography
import HTTP
import JSON
import PaymentCore

// Calls of the Subscribe API (section 4.2).
extension Payme.Dialect {
    /// The call of a conversation's `step`, counted from 1, which is also its id.
    func call(
        _ method: String,
        step: Int,
        _ parameters: (inout JSONWriter) -> Void
    ) -> HTTPRequest {
        var writer = JSONWriter(capacity: 256)
        writer.object { writer in
            writer.member("jsonrpc", "2.0")
            writer.member("id", step)
            writer.member("method", method)
            writer.object("params", parameters)
        }
        let key = cashbox.keys.first?.revealText() ?? ""
        return HTTPRequest(
            method: .post,
            url: cashbox.api.text,
            fields: [
                "X-Auth": "\(cashbox.merchantID):\(key)",
                .contentType: "application/json",
                .cacheControl: "no-cache",
                // The texts of declines are read.
                .acceptLanguage: "en",
            ],
            body: writer.bytes
        )
    }

    func create(_ asked: VendorOperation.Authorize, step: Int) -> HTTPRequest {
        call("receipts.create", step: step) { writer in
            writer.member("amount", asked.amount.minorUnits)
            writer.object("account") {
                $0.member(cashbox.accountField, asked.attempt.description)
            }
            if let order = asked.orderReference { writer.member("description", order) }
            let detail = Payme.FiscalDetail(
                asked.items,
                of: asked.amount.minorUnits,
                cashbox.taxes
            )
            if let detail { writer.member("detail", detail.json) }
            if asked.manualCapture { writer.member("hold", true) }
        }
    }

    func pay(
        _ receipt: String,
        _ asked: VendorOperation.Authorize,
        with token: VendorToken,
        step: Int
    ) -> HTTPRequest {
        call("receipts.pay", step: step) { writer in
            writer.member("id", receipt)
            writer.member("token", token.value)
            if let payer = asked.payer {
                writer.object("payer") { writer in
                    if let name = payer.name { writer.member("name", name) }
                    if let email = payer.email { writer.member("email", email) }
                    if let phone = payer.phone { writer.member("phone", phone) }
                }
            }
            if asked.manualCapture { writer.member("hold", true) }
        }
    }

    func send(_ receipt: String, to phone: String, step: Int) -> HTTPRequest {
        call("receipts.send", step: step) { writer in
            writer.member("id", receipt)
            writer.member("phone", phone)
        }
    }

    /// A call about one receipt.
    func about(_ receipt: String, _ method: String, step: Int) -> HTTPRequest {
        call("receipts.\(method)", step: step) { $0.member("id", receipt) }
    }

    func list(from: Timestamp, to: Timestamp, skipping offset: Int, step: Int) -> HTTPRequest {
        call("receipts.get_all", step: step) { writer in
            writer.member("count", Self.pageSize)
            writer.member("from", from.milliseconds)
            writer.member("to", to.milliseconds)
            writer.member("offset", offset)
        }
    }

    /// The most that Payme gives at once.
    static let pageSize = 50

    func requireSubscribe(_ what: String) throws(VendorRejection) {
        guard cashbox.usesSubscribe else {
            throw VendorRejection(
                .invalidRequest,
                code: "subscribe_off",
                message: "\(what) needs Payme's Subscribe API, which this account does not use"
            )
        }
    }

    /// A receipt that can be asked about.
    static func receiptID(_ reference: String) throws(VendorRejection) -> String {
        guard reference.isPaymeID else {
            throw VendorRejection(
                .notFound,
                code: "malformed_identifier",
                message: "this is no receipt of Payme's"
            )
        }
        return reference
    }
}
