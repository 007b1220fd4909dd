internal import JSON

extension Payme {
    /// The checks that the vendor's sandbox makes, with some of ours (section 5), one after another
    /// against one shop.
    struct Checklist: Sendable {
        /// What can be paid, and must not have been.
        struct Order: Sendable {
            let account: [Link.Field]
            /// Tiyin.
            let amount: Int64
        }

        struct Call: Sendable {
            let name: String
            let params: JSONValue
            var manner = Question.Manner.proper
        }

        enum Expectation: Sendable {
            /// An error within this range that names this field.
            case error(ClosedRange<Int64>, data: String? = nil)
            case result
            case state(Int64)
            /// Exactly what the step of this name was answered.
            case same(as: String)
            /// CheckTransaction; `reason` is for what was cancelled.
            case status(Int64, reason: Int64? = nil)
            /// Refunded, or −31007 where nothing is refunded.
            case refundOrDenial
            /// Of several answers one creates, the others are −31008.
            case oneCreated
            /// The statement names just these, in this order.
            case rows([String])
        }

        struct Step: Sendable {
            let name: String
            /// Put to the shop at the same time.
            let calls: [Call]
            let expectation: Expectation
            /// Not before this moment.
            var notBefore: SimulatedTime?
        }

        struct Finding: Sendable {
            let name: String
            let answers: [Answer]
            /// What is wrong; empty means passed.
            let complaints: [String]
        }

        let cashbox: String
        let steps: [Step]
        var findings: [Finding] = []
        /// Questions of the present step, and their answers so far.
        var asked: [Int64] = []
        var answers: [Int64: Answer] = [:]

        var isOver: Bool { findings.count == steps.count }
        var next: Step? { isOver ? nil : steps[findings.count] }

        init(cashbox: String, steps: [Step]) {
            self.cashbox = cashbox
            self.steps = steps
        }
    }
}

extension Payme.Checklist {
    /// - Returns: whether the step is over.
    mutating func take(_ answer: Payme.Answer, to question: Int64) -> Bool {
        guard let step = next, asked.contains(question) else { return false }
        answers[question] = answer
        guard answers.count == asked.count else { return false }
        let inOrder = asked.compactMap { answers[$0] }
        findings.append(
            Finding(name: step.name, answers: inOrder, complaints: complaints(step, inOrder))
        )
        (asked, answers) = ([], [:])
        return true
    }

    private func complaints(_ step: Step, _ answers: [Payme.Answer]) -> [String] {
        let broken = answers.flatMap(\.violations)
        if case .oneCreated = step.expectation {
            let created = answers.count { $0.result?["state"] == 1 }
            let refused = answers.count { $0.code == -31_008 }
            guard created == 1, created + refused == answers.count else {
                return broken + ["\(created) created, \(refused) refused with -31008"]
            }
            return broken
        }
        return broken + answers.compactMap { complaint(step.expectation, $0) }
    }

    private func complaint(_ expectation: Expectation, _ answer: Payme.Answer) -> String? {
        let result = JSONValue.object(answer.result ?? JSONObject()).text
        let shown = answer.code.map { "error \($0)" } ?? result
        func state(_ state: Int64) -> String? {
            answer.result?["state"]?.integerValue == state ? nil : "state \(state), not \(shown)"
        }
        switch expectation {
        case .error(let codes, let data):
            guard let code = answer.code, codes.contains(code) else {
                return "an error \(codes.lowerBound), not \(shown)"
            }
            guard let data, case .error(let error) = answer.content else { return nil }
            return error.data.stringValue == data ? nil : "data \(data), not \(error.data.text)"
        case .result: return answer.result == nil ? "a result, not \(shown)" : nil
        case .state(let wanted): return state(wanted)
        case .same(let name):
            let first = findings.first { $0.name == name }?.answers.first
            guard let first = first?.result, first == answer.result else {
                return "the same as \(name), not \(shown)"
            }
            return nil
        case .status(let wanted, let reason):
            if let complaint = state(wanted) { return complaint }
            guard let reason, answer.result?["reason"]?.integerValue != reason else { return nil }
            return "reason \(reason), not \(shown)"
        case .refundOrDenial: return answer.code == -31_007 ? nil : state(-2)
        case .oneCreated: return nil
        case .rows(let ids):
            let rows = answer.result?["transactions"]?.arrayValue ?? []
            return rows.map { $0["id"]?.stringValue } == ids ? nil : "\(ids), not \(shown)"
        }
    }
}
