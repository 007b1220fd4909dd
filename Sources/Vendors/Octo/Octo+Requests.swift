import Cryptography
import HTTP
import JSON
import PaymentCore

// Every request that is sent. Amounts are decimal literals; our attempt's id is Octo's key.
extension Octo.Dialect {
    /// Section 3.1. The first call fixes everything; a repetition only finds the payment again.
    func prepare(_ authorize: VendorOperation.Authorize) throws(VendorRejection) -> HTTPRequest {
        guard let notifications = authorize.notificationURL else {
            throw .configuration("the service's public address is not set")
        }
        let basket = try basket(of: authorize)
        return post("prepare_payment") { body in
            body.member("shop_transaction_id", authorize.attempt.description)
            body.member("auto_capture", !authorize.manualCapture)
            body.member("test", isTest)
            // When it was asked, so that a repetition says the same.
            body.member("init_time", LocalTime.text(authorize.askedAt, offset: clockOffset))
            body.member("total_sum", DecimalAmount.json(authorize.amount))
            body.member("currency", authorize.amount.currency.code)
            body.member("description", authorize.orderReference ?? authorize.intent.description)
            body.member("notify_url", notifications)
            if let page = authorize.returnURL { body.member("return_url", page) }
            body.member("language", language)
            body.member("ttl", pageMinutes)
            if let basket { body.write(basket, for: authorize) }
            body.array("payment_methods") { list in
                for method in paymentMethods {
                    list.object { $0.member("method", method) }
                }
            }
            if let tspID { body.member("tsp_id", tspID) }
        }
    }

    /// Section 3.2: the same call with exactly three fields; any other would create a payment.
    func status(of attempt: AttemptID) -> HTTPRequest {
        post("prepare_payment") { $0.member("shop_transaction_id", attempt.description) }
    }

    /// Section 3.3.
    func capture(_ amount: Money, of payment: String) -> HTTPRequest {
        post("set_accept") { body in
            body.member("octo_payment_UUID", payment)
            body.member("accept_status", "capture")
            body.member("final_amount", DecimalAmount.json(amount))
        }
    }

    func cancel(_ payment: String) -> HTTPRequest {
        post("set_accept") { body in
            body.member("octo_payment_UUID", payment)
            body.member("accept_status", "cancel")
        }
    }

    /// Section 3.4. `id` is ours: a repetition does not refund twice.
    func refund(_ amount: Money, of payment: String, id: String) -> HTTPRequest {
        post("refund") { body in
            body.member("octo_payment_UUID", payment)
            body.member("shop_refund_id", id)
            body.member("amount", DecimalAmount.json(amount))
            if let supplierShopID { body.member("supplier_shop_id", supplierShopID) }
        }
    }

    /// Section 3.6. Charges a saved card; never one by its number.
    func pay(
        _ payment: String,
        with token: Octo.Token,
        email: String?
    ) throws(VendorRejection) -> HTTPRequest {
        // A card's number that was imported as a token must not be sent.
        guard !token.looksLikeNumber else {
            throw VendorRejection(
                .methodNotUsable,
                code: "card_number",
                message: "this is a card's number, not a token of one"
            )
        }
        let segment = try PathSegment.checked(payment, of: Octo.descriptor.name)
        return post("pay/\(segment)") { body in
            body.member("card_token", token.card)
            body.member("method", token.method)
            if let email { body.member("email", email) }
        }
    }

    func block(_ token: Octo.Token) -> HTTPRequest {
        post("block_card_token") { $0.member("card_token", token.card) }
    }

    /// Section 3.7.
    func fiscalData(of payment: String) -> HTTPRequest {
        post("fiscal-data") { $0.member("payment_uuid", payment) }
    }

    /// Credentials travel in the body: it must never be logged.
    private func post(_ path: String, _ members: (inout JSONWriter) -> Void) -> HTTPRequest {
        var writer = JSONWriter(capacity: 768)
        writer.object { body in
            body.member("octo_shop_id", shopID)
            body.member("octo_secret", secret.revealText())
            members(&body)
        }
        return HTTPRequest(
            method: .post,
            url: "\(base.text)/\(path)",
            fields: [.contentType: "application/json", .accept: "application/json"],
            body: writer.bytes
        )
    }
}

extension VendorOperation.Authorize {
    /// When the attempt was made, as its identifier shows.
    var askedAt: Timestamp { attempt.askedAt }
}

extension AttemptID {
    fileprivate var askedAt: Timestamp {
        Timestamp(microseconds: Int64(uuid.high >> 16) * 1_000)
    }
}
