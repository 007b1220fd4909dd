internal import HTTP
internal import JSON

// What the simulator knows, for people and checkers.
extension Stripe.Control {
    /// `?totals=true` leaves the payments out; `?metadata[attempt]=att_…` picks payments.
    static func book(_ book: Book, _ query: QueryItems) -> Reply {
        let wanted = query.all.compactMap { item -> (key: String, value: String)? in
            guard item.name.hasPrefix("metadata["), item.name.hasSuffix("]") else { return nil }
            return (String(item.name.dropFirst("metadata[".count).dropLast()), item.value)
        }
        let entries = query["totals"] == "true" ? [] : book.newestFirst
        return Reply { reply in
            reply.object("totals") { totals in
                for (currency, sums) in book.totals.sorted(by: { $0.key < $1.key }) {
                    totals.object(currency) { write(sums, to: &$0) }
                }
            }
            reply.array("payments") { payments in
                for entry in entries where wanted.allSatisfy({ entry.metadata[$0.key] == $0.value })
                {
                    payments.object { write(entry, to: &$0) }
                }
            }
        }
    }

    static func write(_ entry: Book.Entry, to object: inout JSONWriter) {
        object.member("id", entry.payment)
        object.member("currency", entry.currency)
        object.member("status", entry.status)
        object.member("authorized", entry.authorized)
        object.member("captured", entry.captured)
        object.member("released", entry.released)
        object.member("refunded", entry.refunded)
        object.member("held", entry.held)
        object.member("approvals", entry.approvals)
        object.member("captures", entry.captures)
        object.member("refunds", entry.refunds)
        object.array("idempotency_keys") { keys in
            for key in entry.keys { keys.element(key) }
        }
        object.object("metadata") { metadata in
            for (key, value) in entry.metadata.sorted(by: { $0.key < $1.key }) {
                metadata.member(key, value)
            }
        }
    }

    private static func write(_ sums: Book.Totals, to object: inout JSONWriter) {
        object.member("payments", sums.payments)
        object.member("authorized", sums.authorized)
        object.member("captured", sums.captured)
        object.member("released", sums.released)
        object.member("refunded", sums.refunded)
    }

    /// `?operation=payment_intents.create` and `?idempotency_key=…` pick calls.
    static func requests(_ journal: Journal, _ query: QueryItems) -> Reply {
        let entries = journal.all.filter { entry in
            (query["operation"] == nil || entry.operation == query["operation"])
                && (query["idempotency_key"] == nil
                    || entry.idempotencyKey == query["idempotency_key"])
        }
        return Reply { reply in
            reply.member("count", journal.count)
            reply.array("requests") { requests in
                for entry in entries { requests.object { write(entry, to: &$0) } }
            }
        }
    }

    private static func write(_ entry: Journal.Entry, to object: inout JSONWriter) {
        object.member("number", entry.number)
        object.member("at", entry.at.seconds)
        object.member("method", entry.method)
        object.member("path", entry.path)
        object.member("operation", entry.operation)
        object.member("idempotency_key", entry.idempotencyKey)
        object.object("parameters") { parameters in
            for parameter in entry.parameters {
                parameters.member(parameter.name, parameter.value)
            }
        }
        object.member("status", entry.status)
        object.member("replayed", entry.isReplay)
        object.array("faults") { faults in
            for fault in entry.faults { faults.element("\(fault)") }
        }
    }
}
