internal import HTTP
internal import JSON

extension Click {
    /// The shop's answer, read as strictly as the protocol is written (sections 3.2 to 3.5).
    struct Answer: Sendable {
        /// Nil when Click cannot read the answer, or there was none.
        private(set) var error: Int64?
        private(set) var note = ""
        private(set) var prepareID: Int64?
        /// What breaks the protocol, whether Click could go on or not.
        private(set) var violations: [String] = []

        /// The codes that a shop may answer with (section 3.5).
        private static let codes: ClosedRange<Int64> = -9...0
    }
}

extension Click.Answer {
    /// - Parameter response: nil when there was none.
    init(
        _ response: HTTPResponse?,
        to question: Click.Question,
        in dialogue: Click.Dialogue = .shop
    ) {
        let answer = ShopAnswer(response)
        violations = answer.violations
        guard let object = answer.object else { return }
        read(.object(object), to: question, in: dialogue)
        if !answer.isOK { error = nil }
    }

    private mutating func read(
        _ json: JSONValue,
        to question: Click.Question,
        in dialogue: Click.Dialogue
    ) {
        error = json["error"]?.integerValue
        note = json["error_note"]?.stringValue ?? ""
        guard let error, Self.codes.contains(error) else {
            violations.append("error is \(json["error"]?.text ?? "missing")")
            self.error = nil
            return
        }
        if note.isEmpty { violations.append("error_note is missing") }
        // An answer to what cannot be read or believed need not repeat it.
        let mayBeShort = error == -1 || error == -8 || error == -3
        switch dialogue {
        case .shop:
            expect("click_trans_id", .integer(question.transaction), in: json, mayBeShort)
            expect("merchant_trans_id", .string(question.reference), in: json, mayBeShort)
        case .advanced, .split:
            expect("click_paydoc_id", .integer(question.paydoc), in: json, mayBeShort)
            if dialogue == .split, error == 0, question.action == .prepare {
                expectSplit(of: question, in: json)
            }
        }
        switch question.action {
        case .prepare:
            prepareID = json["merchant_prepare_id"]?.integerValue
            if error == 0, prepareID == nil {
                let shown = json["merchant_prepare_id"]?.text ?? "missing"
                violations.append("merchant_prepare_id is \(shown), no integer")
                self.error = nil
            }
        case .complete:
            switch json["merchant_confirm_id"] {
            case .integer?, .null?: break
            case nil where error != 0: break
            case nil, .bool?, .number?, .string?, .array?, .object?:
                let shown = json["merchant_confirm_id"]?.text ?? "missing"
                violations.append("merchant_confirm_id is \(shown), no integer")
            }
        }
    }

    /// The shares of a split payment add up to it (section 3.7).
    private mutating func expectSplit(of question: Click.Question, in json: JSONValue) {
        let shares = json["split"]?.arrayValue ?? []
        let amounts = shares.compactMap { share -> Hundredths? in
            guard share["cntrg_id"]?.integerValue != nil else { return nil }
            return share["amount"].flatMap { Hundredths($0.text) }
        }
        let sum = amounts.reduce(0) { $0 + $1.minor }
        guard !shares.isEmpty, amounts.count == shares.count,
            sum == Hundredths(question.amount)?.minor
        else {
            violations.append("split is \(json["split"]?.text ?? "missing")")
            error = nil
            return
        }
    }

    private mutating func expect(
        _ name: String,
        _ value: JSONValue,
        in json: JSONValue,
        _ mayBeAbsent: Bool
    ) {
        guard json[name] != value, json[name] != nil || !mayBeAbsent else { return }
        violations.append("\(name) is \(json[name]?.text ?? "missing"), not \(value.text)")
    }
}
