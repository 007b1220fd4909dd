extension Adyen {
    /// The vendor's whole state: payments, money, what is due, and the events not yet handed on.
    ///
    /// Pure: time comes with each call, randomness from the seed, and events are taken out.
    struct World: Sendable {
        /// What happens by itself.
        enum Task: Sendable {
            case decidePayment(String, approves: Bool)
            case captureByItself(String)
            case expire(String)
            case closeOffer(String)
            case expireSession(String)
            case decide(modification: String)
            case undo(modification: String)
            case returnRefund(modification: String)
        }

        /// How long things last.
        enum Terms {
            static let validity = Duration.seconds(28 * 86_400)
            /// A shopper who does not come back is given up then.
            static let offer = Duration.seconds(12 * 3_600)
            static let session = Duration.seconds(3_600)
            static let longestSession = Duration.seconds(86_400)
            /// What is not decided at once, or is undone, takes this long.
            static let waiting = Duration.seconds(60)
            static let key = Duration.seconds(7 * 86_400)
        }

        let settings: Vendor.Settings
        var publicURL: String
        var now = SimulatedTime(seconds: 0)
        var identifiers: IdentifierSource
        var agenda = Agenda<Task>()
        var book: Book
        var payments: Table<Payment>
        var modifications: Table<Modification>
        var sessions: Table<Session>
        var storedMethods: Table<StoredMethod>
        var events: Table<Event>
        var outbox: [Notice] = []
        /// The latest payment by the merchant's own reference.
        var references: [String: String] = [:]
        /// The idempotency key of the call being answered.
        var key: String?

        init(
            seed: UInt64,
            publicURL: String,
            settings: Vendor.Settings,
            retainedPayments: Int?
        ) {
            self.settings = settings
            self.publicURL = publicURL
            identifiers = IdentifierSource(seed: seed)
            let limit = retainedPayments
            book = Book(limit: limit)
            payments = Table(limit: limit)
            modifications = Table(limit: limit.map { $0 * 4 })
            sessions = Table(limit: limit.map { $0 * 2 })
            storedMethods = Table(limit: limit.map { $0 * 2 })
            events = Table(limit: limit.map { $0 * 4 })
        }

        /// Lets time go on to `time`: whatever is due by then happens, each thing at its own time.
        mutating func advance(to time: SimulatedTime) {
            while let (task, due) = agenda.take(dueBy: time) {
                now = max(now, due)
                perform(task)
            }
            now = max(now, time)
        }

        private mutating func perform(_ task: Task) {
            switch task {
            case .decidePayment(let psp, let approves): decide(psp, approves: approves)
            case .captureByItself(let psp): captureByItself(psp)
            case .expire(let psp): expire(psp)
            case .closeOffer(let psp): closeOffer(psp)
            case .expireSession(let id): expireSession(id)
            case .decide(let psp): decide(modification: psp)
            case .undo(let psp): undo(modification: psp)
            case .returnRefund(let psp): returnRefund(psp)
            }
        }

        mutating func nextPSP() -> String { identifiers.next(digits: 16, of: .uppercase) }

        /// - Throws: 403 for an account that is not ours.
        func check(merchant: String) throws(Failure) {
            guard settings.merchantAccounts.isEmpty || settings.merchantAccounts.contains(merchant)
            else { throw .unknownAccount }
        }

        /// A merchant's payment by its psp reference.
        func payment(_ psp: String, of merchant: String) throws(Failure) -> Payment {
            guard let payment = payments[psp], payment.merchant == merchant else {
                throw .unknownOriginal
            }
            return payment
        }

        /// Brings the book's words for a payment up to date.
        mutating func note(_ psp: String) {
            guard let payment = payments[psp] else { return }
            var metadata = payment.metadata
            metadata["reference"] = payment.reference
            book.note(psp, status: payment.word, metadata: metadata)
        }
    }
}

extension Adyen.Payment {
    /// One word for what it is, for the book.
    fileprivate var word: String {
        switch status {
        case .waiting: "waiting"
        case .pending: "pending"
        case .authorised: "authorised"
        case .refused: "refused"
        case .cancelled: "cancelled"
        case .expired: "expired"
        }
    }
}
