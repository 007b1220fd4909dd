import JSON
import PaymentCore

// The Advanced and the Split Shop (section 3.7): the plain shop's rules under other names.
extension Click.Questions {
    func readInquiry(
        _ delivery: WebhookDelivery,
        _ account: MerchantAccount,
        _ service: Click.Service
    ) -> QuestionReading {
        let body = Click.InquiryBody(delivery.body)
        do throws(Click.Verdict) {
            guard delivery.method == "POST" else { throw .malformed }
            let inquiry = try Click.Inquiry(body, service)
            return .question(
                VendorQuestion(
                    subject: try inquiry.subject,
                    account: account,
                    name: inquiry.name,
                    delivery: delivery
                )
            )
        } catch {
            return .reply(body.answer(error))
        }
    }

    func decideInquiry(
        _ question: VendorQuestion,
        _ facts: QuestionFacts,
        _ service: Click.Service
    ) -> QuestionDecision {
        let body = Click.InquiryBody(question.delivery.body)
        do throws(Click.Verdict) {
            let inquiry = try Click.Inquiry(body, service)
            return try inquiry.decision(given: facts, body, service)
        } catch {
            return QuestionDecision(reply: body.answer(error))
        }
    }
}

extension Click.Inquiry {
    fileprivate var name: String {
        switch matter {
        case .information: "Getinfo"
        case .movement(let call): call.action == .prepare ? "Prepare" : "Complete"
        case .check: "Check"
        case .comparison: "Compare"
        }
    }

    fileprivate var subject: VendorQuestion.Subject {
        get throws(Click.Verdict) {
            switch matter {
            case .information(let order):
                guard let attempt = AttemptID(order) else { throw .unknownOrder }
                return .attempt(attempt)
            case .movement(let call):
                return .record(
                    kind: Click.Preparation.kind,
                    vendorID: String(call.transaction),
                    otherwise: AttemptID(call.order)
                )
            case .check:
                guard let document else { throw .malformed }
                return .record(
                    kind: Click.Preparation.kind,
                    vendorID: String(document),
                    otherwise: nil
                )
            case .comparison(let from, let through):
                return .statement(kind: Click.Preparation.kind, from: from, to: through)
            }
        }
    }

    fileprivate func decision(
        given facts: QuestionFacts,
        _ body: Click.InquiryBody,
        _ service: Click.Service
    ) throws(Click.Verdict) -> QuestionDecision {
        let desk = try Click.Desk(facts)
        switch matter {
        case .information(let order):
            let amount = try desk.due(for: order)
            let reply = body.answer(.success) { writer in
                writer.object("params") {
                    $0.member(service.orderParameter, order)
                    $0.member(service.amountParameter, DecimalAmount.json(amount))
                }
            }
            return QuestionDecision(reply: reply)
        case .movement(let call):
            let ruling = desk.ruling(on: call, service)
            let split = try ruling.split(of: call, facts, service)
            let reply = body.answer(ruling.verdict) { writer in
                let number = call.action == .prepare ? "merchant_prepare_id" : "merchant_confirm_id"
                writer.member(number, ruling.number)
                if let split { writer.shares(split) }
            }
            return QuestionDecision(
                records: ruling.changed.map(\.record),
                snapshots: ruling.snapshots,
                reply: reply,
                asksVendor: ruling.asksVendor
            )
        case .check:
            let preparation = try desk.preparation
            let reply = body.answer(.success) { $0.member("status", preparation.state.number) }
            return QuestionDecision(reply: reply)
        case .comparison:
            let reply = body.answer(.success) { writer in
                writer.object("requests") { requests in
                    for preparation in desk.statement { requests.line(of: preparation) }
                }
            }
            return QuestionDecision(reply: reply)
        }
    }
}

extension Click.Desk.Ruling {
    /// What each counterparty gets of a prepared payment; nil where nothing is split.
    fileprivate func split(
        of call: Click.Call,
        _ facts: QuestionFacts,
        _ service: Click.Service
    ) throws(Click.Verdict) -> [Click.Split.Share]? {
        guard service.dialogue == .split, call.action == .prepare, verdict == .success else {
            return nil
        }
        guard let split = service.split, let amount = facts.payment?.intent.amount else {
            throw .unavailable
        }
        return split.shares(of: amount)
    }
}

extension Click.Preparation.State {
    /// As Check reports it: Click retries, cancels, or marks the payment as paid.
    fileprivate var number: Int {
        switch self {
        case .prepared: 0
        case .cancelled: 1
        case .completed: 2
        }
    }
}

extension Click.InquiryBody {
    /// Always HTTP 200, with both of Click's identifiers as far as they are there.
    func answer(
        _ verdict: Click.Verdict,
        _ members: (inout JSONWriter) -> Void = { _ in }
    ) -> QuestionReply {
        var writer = JSONWriter(capacity: 256)
        writer.object { writer in
            if let document { writer.member("click_paydoc_id", document) }
            if let attempt { writer.member("attempt_trans_id", attempt) }
            members(&writer)
            writer.member("error", verdict.rawValue)
            writer.member("error_note", verdict.note)
        }
        return QuestionReply(body: writer.bytes)
    }
}

extension JSONWriter {
    fileprivate mutating func shares(_ shares: [Click.Split.Share]) {
        array("split") { list in
            for share in shares {
                list.object {
                    $0.member("cntrg_id", share.counterparty)
                    $0.member("amount", DecimalAmount.json(share.amount))
                }
            }
        }
    }

    fileprivate mutating func line(of preparation: Click.Preparation) {
        object(preparation.transaction) {
            $0.member("merchant_prepare_id", preparation.number)
            $0.member("merchant_trans_id", preparation.attempt.description)
            $0.member("status", preparation.state.number)
        }
    }
}
