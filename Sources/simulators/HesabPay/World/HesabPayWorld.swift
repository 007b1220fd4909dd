internal import Cryptography
internal import JSON

extension HesabPay {
    /// The vendor's whole state: accounts, sessions, payments, webhooks.
    ///
    /// Pure: time comes with each call, randomness from the seed, and webhooks are taken out.
    struct World: Sendable {
        let settings: Settings
        /// Where payers' browsers find the simulator; no slash at the end.
        var publicURL = ""
        var now = SimulatedTime(seconds: 0)
        var identifiers: IdentifierSource
        var book: Book
        var accounts: [Account] = []
        var sessions: Table<Session>
        var transactions: Table<Transaction>
        var payouts: Table<Payout>
        /// By number, from 1.
        var webhooks: Table<Webhook>
        var webhookCount = 0
        /// Webhooks since they were last taken.
        var outbox: [Notice] = []

        /// - Parameter limit: payments kept; nil keeps all.
        init(_ settings: Settings, seed: UInt64, limit: Int?) {
            self.settings = settings
            identifiers = IdentifierSource(seed: seed)
            book = Book(limit: limit)
            sessions = Table(limit: limit)
            transactions = Table(limit: limit)
            payouts = Table(limit: limit)
            webhooks = Table(limit: limit.map { $0 * 2 })
        }

        mutating func advance(to time: SimulatedTime) {
            now = max(now, time)  // Nothing happens by itself: a session only ends.
        }

        /// By the vendor's id or the merchant's reference, the latest first.
        func session(_ name: String) -> Session? {
            sessions[name] ?? sessions.newestFirst.first { $0.order.reference == name }
        }
    }
}

// What payers do.
extension HesabPay.World {
    mutating func create(_ order: HesabPay.SessionOrder, apiKey: String) -> HesabPay.Session {
        let session = HesabPay.Session(
            id: identifiers.next(digits: 12, of: .hexadecimal),
            apiKey: apiKey,
            order: order,
            created: now,
            expires: now + settings.sessionTime
        )
        sessions.insert(session, id: session.id)
        return session
    }

    /// A payer pays; the vendor does not mind if they did so before.
    ///
    /// - Parameter amount: another than the session's, if there is one.
    mutating func pay(_ id: String, payer: String, amount: Int64? = nil) {
        guard let session = sessions[id] else { return }
        let amount = amount ?? session.order.total
        let transaction = HesabPay.Transaction(
            id: transactionID(),
            session: id,
            apiKey: session.apiKey,
            amount: amount,
            payer: payer
        )
        transactions.insert(transaction, id: transaction.id)
        sessions[id]?.transactions.append(transaction.id)
        book.open(transaction.id, currency: HesabPay.currency)
        book.move(.authorized, amount, of: transaction.id, key: nil)
        book.move(.captured, amount, of: transaction.id, key: nil)
        note(transaction, "paid")
        tell(
            session,
            "payment_success",
            JSONObject([
                ("status_code", .integer(HesabPay.good)), ("success", true),
                ("message", "Payment successful"), ("sender_account", .string(payer)),
                ("transaction_id", .string(transaction.id)), ("amount", shown(amount)),
            ])
        )
    }

    /// A payer cannot or will not pay.
    mutating func fail(_ id: String, payer: String, _ message: String) {
        guard let session = sessions[id] else { return }
        sessions[id]?.failure = message
        tell(
            session,
            "payment_failure",
            JSONObject([
                ("status_code", 0), ("success", false), ("message", .string(message)),
                ("sender_account", .string(payer)), ("transaction_id", ""),
                ("amount", shown(session.order.total)),
            ])
        )
    }

    mutating func refund(_ id: String, _ amount: Int64) {
        guard let transaction = transactions[id] else { return }
        transactions[id]?.refunded += amount
        book.move(.refunded, amount, of: id, key: nil)
        note(transaction, "refunded")
    }

    /// The merchant sends money to a wallet. The book counts it as given back where that wallet
    /// had paid as much; only the merchant knows what it was for.
    mutating func send(_ amount: Int64, to payee: String, apiKey: String) -> String {
        let payout = HesabPay.Payout(
            id: transactionID(),
            apiKey: apiKey,
            payee: payee,
            amount: amount
        )
        payouts.insert(payout, id: payout.id)
        let paid = transactions.newestFirst.first {
            $0.apiKey == apiKey && $0.payer == payee && $0.refunded + amount <= $0.amount
        }
        if let paid { refund(paid.id, amount) }
        return payout.id
    }

    /// A number, with its zeros.
    private mutating func transactionID() -> String {
        "0" + identifiers.next(digits: 18, of: .decimal)
    }

    private mutating func note(_ transaction: HesabPay.Transaction, _ status: String) {
        let order = sessions[transaction.session]?.order
        var metadata = ["session": transaction.session]
        metadata["user_id"] = order?.reference
        metadata["item_id"] = order?.items.first?["id"]?.stringValue
        book.note(transaction.id, status: status, metadata: metadata)
    }

    private func shown(_ amount: Int64) -> JSONValue {
        amount % 100 == 0 && !settings.writesDecimals
            ? .integer(amount / 100) : Hundredths(minor: amount).json
    }

    // MARK: Webhooks

    mutating func tell(_ session: HesabPay.Session, _ type: String, _ members: JSONObject) {
        var members = members
        if !settings.leavesReferenceOut, let reference = session.order.reference {
            members["user_id"] = .string(reference)
        }
        members["memo"] = session.order.items.first?["name"]
        members["transaction_date"] = .string(now.dateAndTime(offset: HesabPay.zone))
        members["items"] = .array(session.order.items)
        members["email"] = session.order.email.map(JSONValue.string)
        if settings.namesSessions { members["session_id"] = .string(session.id) }
        webhookCount += 1
        let webhook = HesabPay.Webhook(
            apiKey: session.apiKey,
            type: type,
            session: session.id,
            members: members,
            // The number leads back to the webhook when the vendor is asked to vouch for it.
            signature: Base64.encode(Array("\(webhookCount) \(identifiers.secret())".utf8)),
            time: now
        )
        webhooks.insert(webhook, id: "\(webhookCount)")
        sessions[session.id]?.webhooks.append(webhookCount)
        var parameters: [String: String] = [:]
        parameters["user_id"] = session.order.reference
        outbox.append(Notice(event: "\(webhookCount)", type: type, parameters: parameters))
    }

    /// Whether the vendor gave this pair to this merchant.
    func vouches(signature: String, timestamp: String, apiKey: String) -> Bool {
        guard let bytes = Base64.decode(signature),
            let number = String(decoding: bytes, as: UTF8.self).split(separator: " ").first,
            let webhook = webhooks[String(number)]
        else { return false }
        let times = [webhook.time, webhook.staleTime].map { "\($0.seconds)" }
        return webhook.apiKey == apiKey && webhook.signature == signature
            && times.contains(timestamp)
    }
}

extension HesabPay.Webhook {
    /// Longer ago than anybody should believe.
    var staleTime: SimulatedTime { time + .seconds(-172_800) }
}
