internal import JSON

// The shop's statement is held against what Payme knows (section 3.9).
extension Payme.World {
    /// - Returns: the question's number.
    mutating func askForStatement(
        _ cashbox: String,
        from start: SimulatedTime,
        to end: SimulatedTime
    ) -> Int64 {
        ask(
            Payme.Method.statement.rawValue,
            Payme.Method.params(from: start, to: end),
            of: cashbox,
            for: .statement(from: start, to: end)
        )
    }

    mutating func compare(
        _ answer: Payme.Answer,
        _ inquiry: String,
        from start: SimulatedTime,
        to end: SimulatedTime
    ) {
        guard let cashbox = inquiries[inquiry]?.cashbox else { return }
        guard let rows = answer.result?["transactions"]?.arrayValue else {
            inquiries[inquiry]?.differences = ["there is no statement"]
            return
        }
        var differences: [String] = []
        let times = rows.compactMap { $0["time"]?.integerValue }
        if times != times.sorted() { differences.append("the rows are not in the order of time") }
        let ids = rows.map { $0["id"]?.stringValue ?? "" }
        if Set(ids).count < ids.count { differences.append("a transaction is listed twice") }
        let expected = transactions.newestFirst.filter { transaction in
            transaction.link.merchant == cashbox && transaction.isKnownToShop
                && (start...end).contains(transaction.time)
        }
        for transaction in expected.reversed() {
            guard let row = rows.first(where: { $0["id"]?.stringValue == transaction.id }) else {
                differences.append("\(transaction.id) is missing")
                continue
            }
            differences += transaction.differences(from: row)
        }
        let known = Set(transactions.newestFirst.map(\.id))
        differences += ids.filter { !known.contains($0) }.map { "\($0) is nothing of Payme's" }
        inquiries[inquiry]?.differences = differences
    }
}

extension Payme.Transaction {
    /// The state that the shop must show.
    var shopState: Int64? {
        switch stage {
        case .checking, .creating, .refused: nil
        case .created: 1
        // What the shop did when it did not answer is unknown.
        case .debited: answered[.perform] == nil ? nil : 1
        case .performed: 2
        case .cancelled: -1
        case .refunded: -2
        }
    }

    fileprivate func differences(from row: JSONValue) -> [String] {
        var differences: [String] = []
        func expect(_ name: String, _ value: JSONValue?) {
            guard let value, row[name] != value else { return }
            differences.append("\(id): \(name) is \(row[name]?.text ?? "missing")")
        }
        expect("time", .integer(time.milliseconds))
        expect("amount", .integer(link.amount))
        expect("state", shopState.map(JSONValue.integer))
        expect("create_time", results[.create]?["create_time"])
        expect("transaction", results[.create]?["transaction"])
        expect("perform_time", results[.perform]?["perform_time"] ?? .integer(0))
        expect("cancel_time", results[.cancel]?["cancel_time"] ?? .integer(0))
        // Values may come as text or number (section 10).
        for field in link.account {
            let value = row["account"]?[field.name]
            guard value?.stringValue ?? value?.text != field.value else { continue }
            differences.append("\(id): account.\(field.name) is \(value?.text ?? "missing")")
        }
        return differences
    }
}
