internal import HTTP
internal import JSON

// What a simulator knows, for people and checkers.
extension ControlReply {
    /// `?totals=true` leaves the payments out; `?metadata[attempt]=att_…` picks payments.
    init(_ book: Book, _ query: QueryItems) {
        let wanted = query.all.compactMap { item -> (key: String, value: String)? in
            guard item.name.hasPrefix("metadata["), item.name.hasSuffix("]") else { return nil }
            return (String(item.name.dropFirst("metadata[".count).dropLast()), item.value)
        }
        let entries = query["totals"] == "true" ? [] : book.newestFirst
        self.init { reply in
            reply.object("totals") { totals in
                for (currency, sums) in book.totals.sorted(by: { $0.key < $1.key }) {
                    totals.object(currency) { sums.write(to: &$0) }
                }
            }
            reply.array("payments") { payments in
                for entry in entries where wanted.allSatisfy({ entry.metadata[$0.key] == $0.value })
                {
                    payments.object { entry.write(to: &$0) }
                }
            }
        }
    }

    /// `?operation=payment_intents.create` and `?idempotency_key=…` pick calls.
    init(_ journal: Journal, _ query: QueryItems) {
        let entries = journal.all.filter { entry in
            (query["operation"] == nil || entry.operation == query["operation"])
                && (query["idempotency_key"] == nil
                    || entry.idempotencyKey == query["idempotency_key"])
        }
        self.init { reply in
            reply.member("count", journal.count)
            reply.array("requests") { requests in
                for entry in entries { requests.object { entry.write(to: &$0) } }
            }
        }
    }
}

extension Book.Entry {
    func write(to object: inout JSONWriter) {
        object.member("id", payment)
        object.member("currency", currency)
        object.member("status", status)
        object.member("authorized", authorized)
        object.member("captured", captured)
        object.member("released", released)
        object.member("refunded", refunded)
        object.member("held", held)
        object.member("approvals", approvals)
        object.member("captures", captures)
        object.member("refunds", refunds)
        object.array("idempotency_keys") { keys in
            for key in self.keys { keys.element(key) }
        }
        object.object("metadata") { metadata in
            for (key, value) in self.metadata.sorted(by: { $0.key < $1.key }) {
                metadata.member(key, value)
            }
        }
    }
}

extension Book.Totals {
    fileprivate func write(to object: inout JSONWriter) {
        object.member("payments", payments)
        object.member("authorized", authorized)
        object.member("captured", captured)
        object.member("released", released)
        object.member("refunded", refunded)
    }
}

extension Journal.Entry {
    fileprivate func write(to object: inout JSONWriter) {
        object.member("number", number)
        object.member("at", at.seconds)
        object.member("method", method)
        object.member("path", path)
        object.member("operation", operation)
        object.member("idempotency_key", idempotencyKey)
        object.object("parameters") { parameters in
            for parameter in self.parameters {
                parameters.member(parameter.name, parameter.value)
            }
        }
        object.member("status", status)
        object.member("replayed", isReplay)
        object.array("faults") { faults in
            for fault in self.faults { faults.element("\(fault)") }
        }
    }
}
