extension Click {
    /// The vendor's whole state: services, payments, invoices, tokens, money, and what is due.
    ///
    /// Pure: time comes with each call, randomness from the seed, and questions are taken out.
    struct World: Sendable {
        /// What happens by itself.
        enum Task: Sendable {
            case endUnconfirmed(payment: Int64)
        }

        let settings: Settings
        var now = SimulatedTime(seconds: 0)
        var numbers: Numbers
        var agenda = Agenda<Task>()
        var book: Book
        var services: [Service] = []
        var payments: Table<Payment>
        var invoices: Table<Invoice>
        var tokens: Table<Token>
        var inquiries: Table<Inquiry>
        /// Codes that payers' apps show and nobody has scanned yet.
        var passes: [String: Pass] = [:]
        /// Questions since they were last taken.
        var outbox: [Notice] = []
        var matrix: Matrix?

        /// - Parameter limit: payments kept; nil keeps all.
        init(_ settings: Settings, seed: UInt64, limit: Int?) {
            self.settings = settings
            numbers = Numbers(seed: seed)
            book = Book(limit: limit)
            payments = Table(limit: limit)
            invoices = Table(limit: limit)
            tokens = Table(limit: limit)
            inquiries = Table(limit: limit.map { $0 * 3 })
        }

        /// Lets time go on to `time`: whatever is due by then happens, each thing at its own time.
        mutating func advance(to time: SimulatedTime) {
            while let (task, due) = agenda.take(dueBy: time) {
                now = max(now, due)
                switch task {
                case .endUnconfirmed(let payment): endUnconfirmed(payment)
                }
            }
            now = max(now, time)
        }

        func service(_ id: Int64) -> Service? {
            services.first { $0.id == id }
        }

        func payment(_ id: Int64) -> Payment? { payments["\(id)"] }

        mutating func change(_ id: Int64, _ body: (inout Payment) -> Void) {
            guard var payment = payments["\(id)"] else { return }
            body(&payment)
            payments["\(id)"] = payment
        }

        /// Puts a question to the shop.
        mutating func ask(_ question: Question, for purpose: Inquiry.Purpose) {
            inquiries.insert(
                Inquiry(question: question, purpose: purpose),
                id: "\(question.number)"
            )
            outbox.append(Notice(question))
            if case .payment(let id) = purpose {
                change(id) { $0.questions.append(question.number) }
            }
        }
    }

    /// The vendor's numbers: they only grow, and are wider than 32 bits on purpose.
    struct Numbers: Sendable {
        private(set) var questions: Int64 = 0
        private var transactions: Int64
        private var payments: Int64
        private var invoices: Int64

        init(seed: UInt64) {
            let start = Int64(seed % 1_000_000) * 1_000_000
            transactions = 2_147_483_999_000 + start
            payments = 2_147_490_000 + start
            invoices = 4_000_000_000 + start
        }

        mutating func nextQuestion() -> Int64 { Self.next(&questions) }
        mutating func nextTransaction() -> Int64 { Self.next(&transactions) }
        mutating func nextPayment() -> Int64 { Self.next(&payments) }
        mutating func nextInvoice() -> Int64 { Self.next(&invoices) }

        private static func next(_ number: inout Int64) -> Int64 {
            number += 1
            return number
        }
    }
}

extension Notice {
    /// Faults can be aimed at a question by its action and the shop's reference.
    init(_ question: Click.Question) {
        self.init(
            event: "\(question.number)",
            type: question.action.name,
            parameters: [
                "merchant_trans_id": question.reference,
                "click_trans_id": "\(question.transaction)", "error": "\(question.error)",
            ]
        )
    }
}
