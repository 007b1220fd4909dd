internal import HTTP
internal import JSON

extension PayPal {
    /// Which transactions are asked for (section 7.1).
    struct TransactionQuery: Sendable {
        let start: SimulatedTime
        let end: SimulatedTime
        let page: Int
        let size: Int
        /// Holds are shown, too.
        let showsHolds: Bool
    }

    /// Money that moved or was held, as it is written down afterwards.
    struct Transaction: Sendable {
        enum Parent: String {
            case order = "ODR"
            case transaction = "TXN"
        }

        let id: String
        let created: SimulatedTime
        let parent: (type: Parent, id: String)
        let code: String
        /// Negative: from the merchant.
        let amount: Money
        let status: String
        let customID: String?
        let invoiceID: String?
    }
}

// `GET /v1/reporting/transactions`
extension PayPal.World {
    func transactionQuery(
        _ request: PayPal.Request
    ) throws(PayPal.Failure) -> PayPal.TransactionQuery {
        func time(_ name: String) throws(PayPal.Failure) -> SimulatedTime {
            guard let text = request.query[name] else {
                throw .issue("MISSING_REQUIRED_PARAMETER", at: "/\(name)")
            }
            guard let time = SimulatedTime(rfc3339: text) else {
                throw .issue("INVALID_PARAMETER_SYNTAX", at: "/\(name)")
            }
            return time
        }
        let start = try time("start_date")
        let end = try time("end_date")
        guard start <= end, end <= start + Terms.longestSearch else {
            throw .issue("INVALID_PARAMETER_VALUE", at: "/end_date")
        }
        let size = Int(request.query["page_size"] ?? "100") ?? 0
        let page = Int(request.query["page"] ?? "1") ?? 0
        guard (1...500).contains(size), page >= 1 else {
            throw .issue("INVALID_PARAMETER_VALUE", at: "/page_size")
        }
        return PayPal.TransactionQuery(
            start: start,
            end: end,
            page: page,
            size: size,
            showsHolds: request.query["balance_affecting_records_only"] == "N"
        )
    }

    func write(transactions query: PayPal.TransactionQuery, to object: inout JSONWriter) {
        let all = transactions(query)
        object.array("transaction_details") { list in
            for transaction in all.dropFirst((query.page - 1) * query.size).prefix(query.size) {
                list.object { row in
                    row.object("transaction_info") { write(transaction, to: &$0) }
                }
            }
        }
        object.member("start_date", Self.text(query.start))
        object.member("end_date", Self.text(query.end))
        object.member("last_refreshed_datetime", Self.text(writtenUntil))
        object.member("page", query.page)
        object.member("total_items", all.count)
        object.member("total_pages", max(1, (all.count + query.size - 1) / query.size))
    }

    /// What has happened since shows later.
    private var writtenUntil: SimulatedTime { now + (.zero - settings.reportingLag) }

    /// The newest first.
    private func transactions(_ query: PayPal.TransactionQuery) -> [PayPal.Transaction] {
        var all = captures.newestFirst.map(transaction(of:))
        all += refunds.newestFirst.map(transaction(of:))
        if query.showsHolds { all += authorizations.newestFirst.map(transaction(of:)) }
        return all.filter { query.start <= $0.created && $0.created <= query.end }
            .filter { $0.created <= writtenUntil }
            .sorted { $1.created < $0.created }
    }

    private func transaction(of capture: PayPal.Capture) -> PayPal.Transaction {
        let status =
            switch capture.status {
            case .pending: "P"
            case .declined, .failed: "D"
            case .completed, .partiallyRefunded, .refunded: "S"
            }
        let unit = orders[capture.order]?.units[capture.unit]
        return PayPal.Transaction(
            id: capture.id,
            created: capture.created,
            parent: (.order, capture.order),
            code: "T0006",
            amount: capture.amount,
            status: status,
            customID: unit?.customID,
            invoiceID: capture.invoiceID ?? unit?.invoiceID
        )
    }

    private func transaction(of refund: PayPal.Refund) -> PayPal.Transaction {
        let status =
            switch refund.status {
            case .pending: "P"
            case .failed, .cancelled: "D"
            case .completed: "S"
            }
        return PayPal.Transaction(
            id: refund.id,
            created: refund.created,
            parent: (.transaction, refund.capture),
            code: "T1107",
            amount: refund.amount.with(-refund.amount.amount),
            status: status,
            // The payment's, where the refund has none of its own.
            customID: refund.customID ?? orders[refund.order]?.customID,
            invoiceID: refund.invoiceID
        )
    }

    private func transaction(of hold: PayPal.Authorization) -> PayPal.Transaction {
        let status =
            switch hold.status {
            case .pending: "P"
            case .denied: "D"
            case .voided: "V"
            case .created, .partiallyCaptured, .captured: "S"
            }
        let unit = orders[hold.order]?.units[hold.unit]
        return PayPal.Transaction(
            id: hold.id,
            created: hold.created,
            parent: (.order, hold.order),
            code: hold.original == nil ? "T1300" : "T1301",
            amount: hold.amount,
            status: status,
            customID: unit?.customID,
            invoiceID: unit?.invoiceID
        )
    }

    private func write(_ transaction: PayPal.Transaction, to row: inout JSONWriter) {
        row.member("transaction_id", transaction.id)
        row.member("paypal_reference_id", transaction.parent.id)
        row.member("paypal_reference_id_type", transaction.parent.type.rawValue)
        row.member("transaction_event_code", transaction.code)
        row.member("transaction_initiation_date", Self.text(transaction.created))
        row.member("transaction_amount", transaction.amount)
        row.member("transaction_status", transaction.status)
        if let text = transaction.invoiceID { row.member("invoice_id", text) }
        if let text = transaction.customID { row.member("custom_field", text) }
    }

    /// Reports write the offset without a colon.
    private static func text(_ time: SimulatedTime) -> String {
        "\(time.rfc3339().dropLast())+0000"
    }
}
