internal import JSON

// What the simulator reports of its exchanges with shops.
extension Click.Vendor {
    func report(_ payment: Click.Payment) -> ControlReply {
        ControlReply { reply in
            reply.member("id", payment.id)
            reply.member("click_trans_id", payment.transaction)
            reply.member("stage", payment.stage.rawValue)
            reply.member("card", payment.plan.card.mask)
            reply.member("merchant_prepare_id", payment.prepareID)
            reply.member("shop_error", payment.shopError)
            reply.member("return_url", payment.returnURL)
            reply.member("violations", payment.violations)
            reply.array("questions") { list in
                for number in payment.questions {
                    guard let inquiry = world.inquiries["\(number)"] else { continue }
                    list.object { inquiry.write(to: &$0) }
                }
            }
        }
    }
}

extension Click.Inquiry {
    func write(to object: inout JSONWriter) {
        object.member("number", question.number)
        object.member("action", question.action.name)
        object.member("error", question.error)
        object.member("status", status)
        object.member("answer", String(decoding: body, as: UTF8.self))
        object.member("violations", answer?.violations ?? [])
    }
}

extension Click.Matrix {
    func write(to object: inout JSONWriter) {
        object.member("is_over", isOver)
        object.member("passed", isOver && findings.allSatisfy { $0.complaints.isEmpty })
        object.array("cases") { list in
            for finding in findings {
                list.object { row in
                    row.member("name", finding.name)
                    row.member("expected", finding.expected)
                    row.member("error", finding.answer.error)
                    row.member("passed", finding.complaints.isEmpty)
                    row.member("complaints", finding.complaints)
                }
            }
        }
    }
}
