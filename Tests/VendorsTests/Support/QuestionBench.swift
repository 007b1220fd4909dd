import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// One order at a vendor that asks us. Plays the core's part in memory: reads the question, gives
/// the facts, keeps what is decided. The lock is the core's, so questions come one by one.
final class QuestionBench {
    let questions: any VendorQuestions
    let account: MerchantAccount
    var now = Sample.now
    var order: Order?
    var nextNumber: Int64 = 900_117
    var pageLifetime = Duration.seconds(86_400)
    private(set) var payment: Payment
    private(set) var records: [VendorRecord] = []
    /// What was asked for besides, question by question.
    private(set) var asksVendor: [Bool] = []

    /// An order of `amount` whose authorization was asked, and not answered yet.
    init(
        _ vendor: VendorDescriptor,
        _ account: MerchantAccount,
        amount: Money,
        captureMethod: Intent.CaptureMethod = .automatic,
        capabilities: Capabilities? = nil
    ) throws {
        let method = Intent.Method(kind: .redirect)
        questions = try #require(vendor.questions)
        self.account = account
        payment = Payment(
            new: IntentDraft(amount: amount, captureMethod: captureMethod, method: method),
            id: Sample.intent,
            at: Sample.now
        )
        try payment.askAuthorization(
            asking,
            vendor: vendor.id,
            account: account.id,
            method: method,
            fx: nil,
            capabilities: capabilities ?? vendor.capabilities
        )
    }

    var attempt: AttemptID { Sample.attempt }
    var state: IntentState { payment.intent.state }

    private var asking: Asking {
        let own = UInt64(payment.attempts.count) * 1_000
        return Asking(
            attempt: own == 0 ? Sample.attempt : AttemptID(Sample.uuid(own)),
            movement: Sample.uuid(own + 500),
            actor: .system,
            now: now
        )
    }

    /// What the vendor answered, or a look-up found.
    func answer(_ outcome: VendorOutcome, to attempt: AttemptID = Sample.attempt) {
        payment.answer(attempt, with: outcome, capture: asking)
        store()
    }

    func askVoid(_ capabilities: Capabilities) throws -> AttemptID {
        let asking = asking
        _ = try payment.askVoid(asking, reason: nil, capabilities: capabilities)
        store()
        return asking.attempt
    }

    func askCapture(_ capabilities: Capabilities) throws {
        try payment.askCapture(asking, amount: nil, isFinal: true, capabilities: capabilities)
        store()
    }

    /// - Parameter amount: nil asks for all that is left.
    func askRefund(_ capabilities: Capabilities, amount: Int64? = nil) throws -> AttemptID {
        let asking = asking
        try payment.askRefund(asking, amount: amount, reason: nil, capabilities: capabilities)
        store()
        return asking.attempt
    }

    func ask(_ delivery: WebhookDelivery) throws -> QuestionReply {
        switch questions.read(delivery, account: account, now: now) {
        case .reply(let reply): return reply
        case .notification:
            Issue.record("the vendor's question was taken for a notification")
            return QuestionReply(body: [])
        case .question(let question):
            let decision = questions.decide(question, given: facts(for: question.subject))
            let again = questions.decide(question, given: facts(for: question.subject))
            #expect(decision.reply == again.reply, "equal facts, equal answers")
            keep(decision)
            return decision.reply
        }
    }

    /// False when nothing was due.
    func sweep() -> Bool {
        guard let decision = questions.sweep(facts(for: .attempt(attempt))) else { return false }
        keep(decision)
        return true
    }

    private func keep(_ decision: QuestionDecision) {
        asksVendor.append(decision.asksVendor)
        for record in decision.records { keep(record) }
        for snapshot in decision.snapshots {
            payment.observe(snapshot, asking)
            payment.keepDetails(of: snapshot)
        }
        store()
    }

    private func keep(_ record: VendorRecord) {
        let stored = VendorRecord(
            kind: record.kind,
            vendorID: record.vendorID,
            number: record.number,
            attempt: record.attempt,
            state: record.state,
            occurredAt: record.occurredAt,
            document: record.document,
            version: record.version + 1
        )
        let index = records.firstIndex {
            $0.kind == record.kind && $0.vendorID == record.vendorID
        }
        guard let index else {
            #expect(record.version == 0)
            #expect(!records.contains { $0.number == record.number })
            records.append(stored)
            nextNumber += 1
            records.sort { ($0.occurredAt, $0.number) < ($1.occurredAt, $1.number) }
            return
        }
        #expect(record.version == records[index].version, "changed over what was read")
        records[index] = stored
    }

    private func store() {
        _ = payment.seal(lease: .seconds(40), at: now)
        payment = Payment(stored: payment.intent, attempts: payment.attempts)
    }

    private func facts(for subject: VendorQuestion.Subject) -> QuestionFacts {
        switch subject {
        case .attempt(let id): return facts(id, nil)
        case .record(let kind, let vendorID, let otherwise):
            let record = records.first { $0.kind == kind && $0.vendorID == vendorID }
            return facts(record?.attempt ?? otherwise, record)
        case .number(let number):
            let record = records.first { $0.number == number }
            return facts(record?.attempt, record)
        case .statement(let kind, let from, let to):
            let found = records.filter {
                $0.kind == kind && (from...to).contains($0.occurredAt)
            }
            return facts(nil, nil, found)
        }
    }

    private func facts(
        _ id: AttemptID?,
        _ record: VendorRecord?,
        _ statement: [VendorRecord] = []
    ) -> QuestionFacts {
        let attempt = id.flatMap { payment.attempt($0) }
        return QuestionFacts(
            now: now,
            payment: attempt == nil ? nil : payment,
            attempt: attempt,
            order: attempt == nil ? nil : order,
            record: record,
            records: attempt == nil ? statement : records,
            nextNumber: nextNumber,
            pageEndsAt: attempt.map { $0.askedAt + pageLifetime }
        )
    }
}

extension QuestionReply {
    var text: String { String(decoding: body, as: UTF8.self) }

    func json() throws -> JSONValue { try JSONValue.parse(body) }
}

extension Timestamp {
    init(milliseconds: Int64) { self.init(microseconds: milliseconds * 1_000) }
}
