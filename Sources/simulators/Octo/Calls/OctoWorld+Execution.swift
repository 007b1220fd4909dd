internal import JSON

extension Octo.World {
    /// - Parameter shop: nil for a call that showed no secret.
    /// - Returns: the `data` of a good answer.
    mutating func execute(
        _ route: Octo.Route,
        _ body: JSONObject,
        _ shop: Octo.Shop?
    ) throws(Octo.Failure) -> JSONValue {
        switch route.operation {
        case .prepare: return try prepare(body)
        case .readStatus: return try readStatus(body)
        case .setAccept: return try setAccept(body)
        case .refund: return try refund(body)
        case .fiscalData: return try fiscalData(body)
        case .pay: return try payByToken(route.uuid, body, shop)
        case .verificationInfo: return try verificationInfo(route.uuid)
        case .checkSMSKey: return try checkCode(body)
        case .blockToken: return try blockToken(body)
        }
    }

    /// The first call fixes everything: a repeat gets the payment, whatever else it says.
    private mutating func prepare(_ body: JSONObject) throws(Octo.Failure) -> JSONValue {
        if let shop = body["octo_shop_id"]?.integerValue,
            let transaction = body["shop_transaction_id"]?.stringValue,
            let known = payment(transaction, of: shop)
        {
            return render(known)
        }
        let uuid = try create(Octo.PaymentOrder(body))
        return payments[uuid].map { render($0) } ?? .null
    }

    /// The same call without anything to create a payment from (section 3.2).
    private mutating func readStatus(_ body: JSONObject) throws(Octo.Failure) -> JSONValue {
        let shop = body["octo_shop_id"]?.integerValue
        let transaction = body["shop_transaction_id"]?.stringValue ?? ""
        guard let payment = payment(transaction, of: shop) else {
            throw .blank(["init_time", "total_sum", "currency", "description", "notify_url"])
        }
        if let read = payment.read, now < read + settings.readInterval { throw .tooOften }
        payments[payment.uuid]?.read = now
        return render(payment)
    }

    private mutating func setAccept(_ body: JSONObject) throws(Octo.Failure) -> JSONValue {
        let (shop, uuid, verdict, amount) = try Self.reading(body) {
            fields throws(JSONFieldErrors) in
            let shop = fields.required("octo_shop_id", .int64)
            let uuid = fields.required("octo_payment_UUID", .string)
            let verdict = fields.required("accept_status", .oneOf(AcceptStatus.self))
            let amount = fields.optional("final_amount", .hundredths)
            let read = try fields.finish(shop, uuid, verdict)
            return (read.0, read.1, read.2, amount)
        }
        guard let payment = payment(uuid), payment.order.shop == shop else { throw .noPayment }
        guard payment.status == .waitsForCapture else { throw .wrongStatus }
        switch verdict {
        case .cancel: cancel(uuid)
        case .capture:
            guard let amount else { throw .blank(["final_amount"]) }
            guard (1...payment.order.total.minor).contains(amount.minor) else {
                throw .format("Wrong params: [final_amount] must be within total_sum")
            }
            take(amount.minor, of: uuid)
        }
        guard let after = payments[uuid] else { throw .noPayment }
        var data = JSONObject([
            ("shop_transaction_id", .string(after.order.transaction)),
            ("octo_payment_UUID", .string(uuid)), ("status", .string(after.status.rawValue)),
        ])
        if verdict == .capture { data["transfer_sum"] = after.transferSum(settings) }
        data["refunded_sum"] = .sum(after.shownRefund)
        data["total_sum"] = after.order.total.json
        data["payed_time"] = after.paidTime
        return .object(data)
    }

    private enum AcceptStatus: String, CaseIterable {
        case capture
        case cancel
    }

    private mutating func refund(_ body: JSONObject) throws(Octo.Failure) -> JSONValue {
        let (shop, uuid, id, amount) = try Self.reading(body) { fields throws(JSONFieldErrors) in
            let shop = fields.required("octo_shop_id", .int64)
            let uuid = fields.required("octo_payment_UUID", .string)
            let id = fields.required("shop_refund_id", .string(bytes: 1...255))
            let amount = fields.required("amount", .hundredths)
            _ = fields.optional("supplier_shop_id", .int64)
            return try fields.finish(shop, uuid, id, amount)
        }
        guard let payment = payment(uuid), payment.order.shop == shop else { throw .noPayment }
        let refund = try refund(payment, id: id, amount: amount)
        return [
            "octo_payment_UUID": .string(uuid), "refund_id": .string(refund.id),
            "refund_time": .string(refund.time.dateAndTime(offset: Octo.zone)),
            "status": .string(refund.status.rawValue),
        ]
    }

    private func fiscalData(_ body: JSONObject) throws(Octo.Failure) -> JSONValue {
        let (shop, uuid) = try Self.reading(body) { fields throws(JSONFieldErrors) in
            let shop = fields.required("octo_shop_id", .int64)
            let uuid = fields.required("payment_uuid", .string)
            return try fields.finish(shop, uuid)
        }
        guard let payment = payment(uuid), payment.order.shop == shop else { throw .noPayment }
        guard payment.status == .succeeded, let paid = payment.paidAt,
            !payment.order.goods.isEmpty
        else { throw .wrongStatus }
        return [
            "phone": "998901234567", "code": 0, "message": "accepted",
            "terminalID": "EP000000000117", "receiptId": .integer(payment.number),
            "dateTime": .string(paid.dateAndTime(offset: Octo.zone).filter(\.isWholeNumber)),
            "fiscalSign": "812345678901",
            "qrCodeURL": .string(
                "https://ofd.soliq.uz/epi?t=EP000000000117&r=\(payment.number)&s=812345678901"
            ),
        ]
    }

    /// Section 3.1: what a payment shows of itself.
    private func render(_ payment: Octo.Payment) -> JSONValue {
        var data = JSONObject([
            ("shop_transaction_id", .string(payment.order.transaction)),
            ("octo_payment_UUID", .string(payment.uuid)),
            ("status", .string(payment.status.rawValue)),
            ("octo_pay_url", .string(pageURL(payment))),
        ])
        data["refunded_sum"] = .sum(payment.shownRefund)
        data["total_sum"] = payment.order.total.json
        return .object(data)
    }

    func pageURL(_ payment: Octo.Payment) -> String {
        "\(publicURL)/page/\(payment.uuid)?language=\(payment.order.language)"
    }

    /// Reads a body behind its secret, which is checked already.
    static func reading<Value>(
        _ body: JSONObject,
        _ members: (inout JSONFields) throws(JSONFieldErrors) -> Value
    ) throws(Octo.Failure) -> Value {
        var body = body
        body["octo_secret"] = nil
        return try Octo.Failure.reading(body, members)
    }
}
