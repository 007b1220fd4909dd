package import PaymentCore

extension Click {
    /// The SHOP API: Click asks, we answer (sections 3.2 to 3.5).
    package struct Questions: VendorQuestions {
        package init() {}
    }
}

extension Click.Questions {
    /// Refuses what is malformed, of an unknown action, not signed or another service's, in this
    /// order, before anything is looked up.
    package func read(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) -> QuestionReading {
        let form = Click.Form(delivery.body)
        do throws(Click.Verdict) {
            let service = try service(of: account)
            guard service.dialogue == .shop else {
                return readInquiry(delivery, account, service)
            }
            guard delivery.method == "POST" else { throw .malformed }
            let call = try Click.Call(form, service)
            return .question(
                VendorQuestion(
                    subject: .record(
                        kind: Click.Preparation.kind,
                        vendorID: String(call.transaction),
                        otherwise: AttemptID(call.order)
                    ),
                    account: account,
                    name: call.action == .prepare ? "Prepare" : "Complete",
                    delivery: delivery
                )
            )
        } catch {
            return .reply(Click.Answer(verdict: error, echo: form.echo).reply)
        }
    }

    package func decide(
        _ question: VendorQuestion,
        given facts: QuestionFacts
    ) -> QuestionDecision {
        let form = Click.Form(question.delivery.body)
        do throws(Click.Verdict) {
            let service = try service(of: question.account)
            guard service.dialogue == .shop else {
                return decideInquiry(question, facts, service)
            }
            let call = try Click.Call(form, service)
            return try Click.Desk(facts).ruling(on: call, service).decision(on: call)
        } catch {
            return QuestionDecision(
                reply: Click.Answer(verdict: error, echo: form.echo).reply
            )
        }
    }

    package func unavailable(_ question: VendorQuestion?) -> QuestionReply {
        // Silence is right: an account that cannot be used is answered as a plain shop.
        if let question, let service = try? service(of: question.account),
            service.dialogue != .shop
        {
            return Click.InquiryBody(question.delivery.body).answer(.unavailable)
        }
        let form = Click.Form(question?.delivery.body ?? [])
        return Click.Answer(verdict: .unavailable, echo: form.echo).reply
    }

    /// Closes links past their time that nobody began to pay.
    package func sweep(_ facts: QuestionFacts) -> QuestionDecision? {
        // Silence is right: a record that cannot be read is reported when Click asks about it.
        guard let expired = (try? Click.Desk(facts))?.expired else { return nil }
        return QuestionDecision(snapshots: [expired], reply: QuestionReply(body: []))
    }

    /// An account that cannot be used is our fault, and Click repeats.
    private func service(of account: MerchantAccount) throws(Click.Verdict) -> Click.Service {
        do throws(VendorRejection) {
            return try Click.Service(account)
        } catch {
            throw .unavailable
        }
    }
}

extension Click.Desk.Ruling {
    fileprivate func decision(on call: Click.Call) -> QuestionDecision {
        let answer = Click.Answer(
            verdict: verdict,
            echo: call.echo,
            action: call.action,
            number: number
        )
        return QuestionDecision(
            records: changed.map(\.record),
            snapshots: snapshots,
            reply: answer.reply,
            asksVendor: asksVendor
        )
    }
}
