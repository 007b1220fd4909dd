internal import JSON

// What the simulator reports of its exchanges with shops.
extension Payme.Vendor {
    func report(_ transaction: Payme.Transaction) -> ControlReply {
        ControlReply { reply in
            reply.member("id", transaction.id)
            reply.member("stage", transaction.stage.rawValue)
            reply.member("time", transaction.time.milliseconds)
            reply.member("reason", transaction.reason)
            reply.member("card", transaction.plan.card.mask)
            reply.member("return_url", transaction.link.returnURL(transaction: transaction.id))
            if let error = transaction.error {
                reply.object("error") { $0.write(error) }
            } else {
                reply.null("error")
            }
            reply.member("violations", transaction.violations)
            reply.array("questions") { list in
                for number in transaction.questions {
                    guard let inquiry = world.inquiries["\(number)"] else { continue }
                    list.object { inquiry.write(to: &$0) }
                }
            }
        }
    }
}

extension Payme.Inquiry {
    func write(to object: inout JSONWriter) {
        object.member("id", question.id)
        object.member("method", question.name)
        object.member("params", question.params)
        object.member("status", status)
        object.member("answer", String(decoding: body, as: UTF8.self))
        object.member("violations", answer?.violations ?? [])
        object.member("differences", differences)
    }
}

extension Payme.Checklist {
    func write(to object: inout JSONWriter) {
        object.member("is_over", isOver)
        object.member("passed", isOver && findings.allSatisfy { $0.complaints.isEmpty })
        object.member("waits_until", asked.isEmpty ? next?.notBefore?.milliseconds : nil)
        object.array("checks") { list in
            for finding in findings {
                list.object { check in
                    check.member("name", finding.name)
                    check.member("passed", finding.complaints.isEmpty)
                    check.member("complaints", finding.complaints)
                }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ error: Payme.Answer.ShopError) {
        member("code", error.code)
        object("message") { message in
            for (language, text) in error.message.sorted(by: { $0.key < $1.key }) {
                message.member(language, text)
            }
        }
        member("data", error.data)
    }
}
