extension Click {
    /// The vendor's official matrix of cases (section 3.4), with some of ours behind it, one after
    /// another against one shop.
    struct Matrix: Sendable {
        /// What can be paid, and must not have been.
        struct Order: Sendable {
            let reference: String
            let amount: Hundredths
        }

        /// One question and the `error` that is right.
        struct Case: Sendable {
            let name: String
            let action: Question.Action
            /// Whose `click_trans_id` and preparation it is.
            let attempt: Attempt
            var reference: String?
            var amount: String?
            var prepareID: Int64?
            var error: Int64 = 0
            var flaw: Question.Flaw?
            let expected: Int64
        }

        /// The attempts that the cases are about.
        enum Attempt: Int, Sendable, CaseIterable {
            case paid
            case second
            case cancelled
            case written
            case late
        }

        struct Finding: Sendable {
            let name: String
            let expected: Int64
            let answer: Answer
            let complaints: [String]
        }

        let service: Int64
        let orders: [Order]
        /// `click_trans_id` and `click_paydoc_id` of each attempt.
        let numbers: [(transaction: Int64, paydoc: Int64)]
        let cases: [Case]
        var findings: [Finding] = []
        /// The number of the present question.
        var asked: Int64?
        /// What the shop gave each attempt.
        var prepareIDs: [Attempt: Int64] = [:]

        var isOver: Bool { findings.count == cases.count }
        var next: Case? { isOver ? nil : cases[findings.count] }
    }
}

extension Click.Matrix.Attempt {
    /// The order that the attempt is made on.
    var order: Int {
        switch self {
        case .paid, .late: 0
        case .second: 1
        case .cancelled: 2
        case .written: 3
        }
    }

    /// How a link may write the same amount: the digits are what is signed.
    fileprivate func spelling(of amount: Hundredths) -> String {
        self == .written && amount.minor % 100 == 0 ? "\(amount.minor / 100)" : amount.text
    }
}

extension Click.Matrix {
    /// The next case as a question.
    func question(_ number: Int64, at now: SimulatedTime) -> Click.Question? {
        guard let next else { return nil }
        let order = orders[next.attempt.order]
        let ids = numbers[next.attempt.rawValue]
        let prepareID = next.prepareID ?? prepareIDs[next.attempt] ?? 0
        return Click.Question(
            number: number,
            action: next.action,
            transaction: ids.transaction,
            service: service,
            paydoc: ids.paydoc,
            reference: next.reference ?? order.reference,
            amount: next.amount ?? next.attempt.spelling(of: order.amount),
            prepareID: next.action == .complete ? prepareID : nil,
            error: next.error,
            note: next.error < 0 ? "Cancelled" : "Success",
            time: now,
            flaw: next.flaw
        )
    }

    mutating func take(_ answer: Click.Answer) {
        guard let next else { return }
        var complaints = answer.violations
        if answer.error != next.expected {
            let shown = answer.error.map { "\($0)" } ?? "nothing readable"
            complaints.append("\(next.expected), not \(shown)")
        }
        if next.action == .prepare, let id = answer.prepareID, answer.error == 0 {
            let others = prepareIDs.filter { $0.key != next.attempt }.values
            if prepareIDs[next.attempt] ?? id != id { complaints.append("another id than before") }
            if others.contains(id) { complaints.append("the id of another preparation") }
            prepareIDs[next.attempt] = id
        }
        findings.append(
            Finding(
                name: next.name,
                expected: next.expected,
                answer: answer,
                complaints: complaints
            )
        )
    }
}
