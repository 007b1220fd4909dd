internal import JSON

extension Payme {
    /// The vendor's whole state: cashboxes, cards, receipts, transactions, money, and what is due.
    ///
    /// Pure: time comes with each call, randomness from the seed, and questions are taken out.
    struct World: Sendable {
        /// What happens by itself.
        enum Task: Sendable {
            case finishDebit(receipt: String)
            case finishCancel(receipt: String)
            case lapseHold(receipt: String)
            case closeAgain(receipt: String)
            case goOnWithChecklist
        }

        let settings: Settings
        var now = SimulatedTime(seconds: 0)
        var identifiers: Identifiers
        var agenda = Agenda<Task>()
        var book: Book
        var cashboxes: [Cashbox] = []
        var cards = Table<Card>()
        var receipts: Table<Receipt>
        var transactions: Table<Transaction>
        var inquiries: Table<Inquiry>
        /// Counts the questions put to shops.
        var questionCount: Int64 = 0
        /// Questions since they were last taken.
        var outbox: [Notice] = []
        var checklist: Checklist?

        /// - Parameter limit: payments kept; nil keeps all.
        init(_ settings: Settings, seed: UInt64, limit: Int?) {
            self.settings = settings
            identifiers = Identifiers(seed: seed)
            book = Book(limit: limit)
            receipts = Table(limit: limit)
            transactions = Table(limit: limit)
            inquiries = Table(limit: limit.map { $0 * 4 })
        }

        /// Lets time go on to `time`: whatever is due by then happens, each thing at its own time.
        mutating func advance(to time: SimulatedTime) {
            while let (task, due) = agenda.take(dueBy: time) {
                now = max(now, due)
                switch task {
                case .finishDebit(let receipt): finishDebit(receipt)
                case .finishCancel(let receipt): finishCancel(receipt)
                case .lapseHold(let receipt): lapseHold(receipt)
                case .closeAgain(let receipt): closeAgain(receipt)
                case .goOnWithChecklist: goOnWithChecklist()
                }
            }
            now = max(now, time)
        }

        func cashbox(_ id: String) -> Cashbox? {
            cashboxes.first { $0.id == id }
        }

        /// Puts a question to the shop of a cashbox.
        ///
        /// - Returns: the question's number.
        @discardableResult
        mutating func ask(
            _ name: String,
            _ params: JSONValue,
            _ manner: Question.Manner = .proper,
            of cashbox: String,
            for purpose: Inquiry.Purpose
        ) -> Int64 {
            questionCount += 1
            let question = Question(
                id: questionCount,
                name: name,
                params: params,
                manner: manner
            )
            inquiries.insert(
                Inquiry(question: question, cashbox: cashbox, purpose: purpose),
                id: "\(question.id)"
            )
            outbox.append(Notice(question, of: purpose))
            if case .transaction(let id) = purpose {
                transactions[id]?.questions.append(question.id)
            }
            return question.id
        }
    }
}

extension Notice {
    /// Faults can be aimed at a question by its method, its transaction and its account.
    init(_ question: Payme.Question, of purpose: Payme.Inquiry.Purpose) {
        var parameters: [String: String] = [:]
        if case .transaction(let id) = purpose { parameters["id"] = id }
        for member in question.params["account"]?.objectValue?.members ?? [] {
            parameters[member.name] = member.value.stringValue
        }
        self.init(event: "\(question.id)", type: question.name, parameters: parameters)
    }
}
