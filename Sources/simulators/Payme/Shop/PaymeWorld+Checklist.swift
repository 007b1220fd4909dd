// The checks, one after another.
extension Payme.World {
    /// Replaces a checklist that may still run.
    mutating func runChecklist(
        _ cashbox: String,
        _ orders: [Payme.Checklist.Order],
        refunds: Bool,
        patience: Duration
    ) {
        let subjects = Payme.Checklist.Subjects(
            orders: orders,
            refunds: refunds,
            start: now,
            patience: patience,
            ids: (0..<5).map { _ in identifiers.next(at: now) }
        )
        checklist = Payme.Checklist(cashbox: cashbox, subjects)
        goOnWithChecklist()
    }

    mutating func takeChecklist(_ answer: Payme.Answer, to question: Payme.Question) {
        if checklist?.take(answer, to: question.id) == true { goOnWithChecklist() }
    }

    /// Puts the next step's questions, or waits until they may be put.
    mutating func goOnWithChecklist() {
        guard let cashbox = checklist?.cashbox, let step = checklist?.next,
            checklist?.asked.isEmpty == true
        else { return }
        if let moment = step.notBefore, now < moment {
            return agenda.enter(.goOnWithChecklist, at: moment)
        }
        let asked = step.calls.map { call in
            ask(call.name, call.params, call.manner, of: cashbox, for: .checklist)
        }
        checklist?.asked = asked
    }
}
