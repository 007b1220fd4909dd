import JSON
import PaymentCore

extension Payme {
    /// What Payme is answered. Its members stand in the order of the sheet's examples.
    enum Answer {
        case allowed(order: String?, detail: FiscalDetail?)
        case created(Transaction)
        case performed(Transaction)
        case cancelled(Transaction)
        case checked(Transaction)
        case statement([Transaction])
        case kept
        case failure(Failure)

        /// Always 200: Payme takes any other status for our failure.
        func reply(to id: JSONValue) -> QuestionReply {
            var writer = JSONWriter(capacity: 512)
            writer.object { writer in
                writer.member("jsonrpc", "2.0")
                writer.member("id", id)
                if case .failure(let failure) = self {
                    writer.object("error") { $0.write(failure) }
                } else {
                    writer.object("result") { write(to: &$0) }
                }
            }
            return QuestionReply(body: writer.bytes)
        }

        private func write(to writer: inout JSONWriter) {
            switch self {
            case .allowed(let order, let detail):
                writer.member("allow", true)
                if let order { writer.object("additional") { $0.member("order", order) } }
                if let detail { writer.member("detail", detail.json) }
            case .created(let transaction):
                writer.member("create_time", transaction.createTime)
                writer.member("transaction", transaction.name)
                writer.member("state", transaction.state.rawValue)
                writer.null("receivers")
            case .performed(let transaction):
                writer.member("transaction", transaction.name)
                writer.member("perform_time", transaction.performTime)
                writer.member("state", transaction.state.rawValue)
            case .cancelled(let transaction):
                writer.member("transaction", transaction.name)
                writer.member("cancel_time", transaction.cancelTime)
                writer.member("state", transaction.state.rawValue)
            case .checked(let transaction):
                writer.times(of: transaction)
                writer.outcome(of: transaction)
            case .statement(let transactions):
                writer.array("transactions") { list in
                    for transaction in transactions {
                        list.object { $0.line(of: transaction) }
                    }
                }
            case .kept: writer.member("success", true)
            case .failure: break
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ failure: Payme.Failure) {
        member("code", failure.code)
        object("message") { message in
            for language in [Language.russian, .uzbek, .english] {
                message.member(language.rawValue, failure.text(language))
            }
        }
        member("data", failure.data)
    }

    fileprivate mutating func times(of transaction: Payme.Transaction) {
        member("create_time", transaction.createTime)
        member("perform_time", transaction.performTime)
        member("cancel_time", transaction.cancelTime)
    }

    fileprivate mutating func outcome(of transaction: Payme.Transaction) {
        member("transaction", transaction.name)
        member("state", transaction.state.rawValue)
        member("reason", transaction.reason)
    }

    fileprivate mutating func line(of transaction: Payme.Transaction) {
        member("id", transaction.id)
        member("time", transaction.time)
        member("amount", transaction.amount)
        member("account", transaction.account)
        times(of: transaction)
        outcome(of: transaction)
        null("receivers")
    }
}
