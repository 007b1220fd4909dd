// The cases, one after another.
extension Click.World {
    /// Replaces a matrix that may still run.
    mutating func runMatrix(
        _ service: Click.Service,
        _ orders: [Click.Matrix.Order],
        repeatedComplete: Int64
    ) {
        let ids = Click.Matrix.Attempt.allCases.map { _ in
            (numbers.nextTransaction(), numbers.nextPayment())
        }
        matrix = Click.Matrix(
            service: service.id,
            orders: orders,
            numbers: ids,
            cases: Click.Matrix.cases(
                unknown: "none-\(ids[0].0)",
                repeatedComplete: repeatedComplete
            )
        )
        goOnWithMatrix()
    }

    mutating func takeMatrix(_ answer: Click.Answer, to question: Click.Question) {
        // A copy of a question that is over tells nothing new.
        guard question.number == matrix?.asked else { return }
        matrix?.take(answer)
        goOnWithMatrix()
    }

    private mutating func goOnWithMatrix() {
        guard let question = matrix?.question(numbers.nextQuestion(), at: now) else { return }
        matrix?.asked = question.number
        ask(question, for: .matrix)
    }
}
