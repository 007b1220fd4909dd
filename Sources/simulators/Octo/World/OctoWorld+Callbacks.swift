internal import HTTP
internal import JSON

// What shops are told, and what they answer (sections 3.3 and 3.5).
extension Octo.World {
    /// Notifies the payment's shop of a status.
    ///
    /// - Parameter members: what the callback says besides what all say.
    mutating func tell(
        _ uuid: String,
        _ status: String,
        previous: String,
        _ members: JSONObject? = nil
    ) {
        guard let payment = payments[uuid] else { return }
        let callback = Octo.Callback(
            payment: uuid,
            status: status,
            previous: previous,
            members: members ?? payment.callbackMembers(settings),
            hashKey: self.uuid()
        )
        callbackCount += 1
        callbacks.insert(callback, id: "\(callbackCount)")
        payments[uuid]?.callbacks.append(callbackCount)
        outbox.append(
            Notice(
                event: "\(callbackCount)",
                type: status,
                parameters: ["shop_transaction_id": payment.order.transaction]
            )
        )
    }

    /// - Parameter signature: a bad one is another key's; a stale one has the status before this.
    func request(
        _ callback: Octo.Callback,
        to shop: Octo.Shop,
        _ signature: WebhookQueue.Signature
    ) -> HTTPRequest? {
        guard let payment = payments[callback.payment], payment.order.shop == shop.id else {
            return nil
        }
        var shop = shop
        if signature == .bad { (shop.uniqueKey, shop.secret) = ("another", "another") }
        let status = signature == .stale ? callback.previous : callback.status
        var body = JSONObject([
            ("shop_transaction_id", .string(payment.order.transaction)),
            ("octo_payment_UUID", .string(payment.uuid)), ("status", .string(status)),
            (
                "signature",
                .string(
                    shop.signature(
                        uuid: payment.uuid,
                        status: status,
                        hashKey: callback.hashKey
                    )
                )
            ),
            ("hash_key", .string(callback.hashKey)),
        ])
        for member in callback.members.members { body[member.name] = member.value }
        return HTTPRequest(
            method: .post,
            url: payment.order.notifyURL,
            fields: [.contentType: "application/json"],
            body: JSONValue.object(body).bytes()
        )
    }

    /// Reads what the shop says to a callback.
    ///
    /// - Returns: whether the shop is not notified of it again.
    mutating func take(
        _ response: HTTPResponse?,
        to event: String,
        tries: Int
    ) -> Bool {
        guard let callback = callbacks[event] else { return true }
        callbacks[event]?.answerStatus = response?.status.code
        callbacks[event]?.answer = response?.body ?? []
        let uuid = callback.payment
        guard let response, response.status == .ok else {
            complain("\(callback.status): not answered with 200", uuid)
            // A hold is asked about until it is decided; the rest is sent four times at most.
            return callback.status != "waiting_for_capture" && tries >= 4
        }
        let json = (try? JSONValue.parse(response.body)) ?? .null  // Judged as no answer.
        guard callback.status == "waiting_for_capture" else {
            if json["accept_status"] != nil {
                complain("\(callback.status): answered with an accept_status", uuid)
            }
            return true
        }
        return decide(uuid, json)
    }

    private mutating func decide(_ uuid: String, _ json: JSONValue) -> Bool {
        guard let payment = payments[uuid] else { return true }
        let isOpen = payment.status == .waitsForCapture
        switch json["accept_status"]?.stringValue {
        case "capture":
            guard isOpen else { return true }
            let amount: Hundredths? =
                switch json["final_amount"] {
                case .integer(let value)?: Hundredths("\(value)")
                case .number(let digits)?: Hundredths(digits)
                case nil, .null?, .bool?, .string?, .array?, .object?: nil
                }
            guard let amount, (1...payment.order.total.minor).contains(amount.minor) else {
                let shown = json["final_amount"]?.text ?? "missing"
                complain("capture: final_amount is \(shown)", uuid)
                return false
            }
            take(amount.minor, of: uuid)
            return true
        case "cancel":
            if isOpen { cancel(uuid) }
            return true
        case "waiting_user_action": return true
        default:  // Any other word is no answer.
            complain("accept_status is \(json["accept_status"]?.text ?? "missing")", uuid)
            return false
        }
    }

    private mutating func complain(_ violation: String, _ uuid: String) {
        payments[uuid]?.violations.append(violation)
    }
}

extension Octo.Payment {
    /// The fields of a callback that are not signed (section 3.5).
    fileprivate func callbackMembers(_ settings: Octo.Settings) -> JSONObject {
        var members = JSONObject([
            ("total_sum", order.total.json), ("refunded_sum", .sum(shownRefund)),
            ("currency", .string(order.currency.rawValue)),
        ])
        if let card {
            members["card_country"] = .string(card.country)
            members["maskedPan"] = .string(card.mask)
            members["riskLevel"] = .integer(card.riskLevel)
            members["card_type"] = .string(card.vendor)
            members["card_vendor"] = .string(card.vendor)
        }
        if status == .succeeded {
            members["transfer_sum"] = transferSum(settings)
            members["rrn"] = reference.map(JSONValue.string) ?? .null
            members["payed_time"] = paidTime
            members["is_physical_card"] = true
        }
        return members
    }

    /// Net of the vendor's commission.
    func transferSum(_ settings: Octo.Settings) -> JSONValue {
        let commission = captured * settings.commissionBasisPoints / 10_000
        return Hundredths(minor: captured - commission).json
    }

    var paidTime: JSONValue {
        paidAt.map { .string($0.dateAndTime(offset: Octo.zone)) } ?? .null
    }
}

extension JSONValue {
    /// A sum as the vendor writes it: zero has no decimals.
    static func sum(_ minor: Int64) -> JSONValue {
        minor == 0 ? 0 : Hundredths(minor: minor).json
    }
}
