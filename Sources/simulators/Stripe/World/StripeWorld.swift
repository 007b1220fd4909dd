extension Stripe {
    /// The vendor's whole state: objects, money, what is due, and the events not yet handed on.
    ///
    /// Pure: time comes with each call, randomness from the seed, and events are taken out.
    struct World: Sendable {
        struct Settings: Sendable {
            var seed: UInt64 = 1
            /// Where a customer's browser finds the simulator's pages; no slash at the end.
            var publicURL = "http://localhost"
            /// How long search does not see a new payment.
            var searchLag = Duration.seconds(2)
            /// Payments kept at most, oldest dropped first; nil keeps all. What hangs on payments
            /// (charges, refunds, events, …) is kept in proportion.
            var retainedPayments: Int?
        }

        /// What happens by itself.
        enum Task: Sendable {
            case expireHold(paymentIntent: String, charge: String)
            case finishProcessing(paymentIntent: String)
            case finishRefund(String)
            case postBalance(charge: String, amount: Int64)
        }

        var settings: Settings
        var now = SimulatedTime(seconds: 0)
        var identifiers: IdentifierSource
        var agenda = Agenda<Task>()
        var book: Book
        var paymentIntents: Table<PaymentIntent>
        var charges: Table<Charge>
        var refunds: Table<Refund>
        var customers: Table<Customer>
        var setupIntents: Table<SetupIntent>
        var paymentMethods: Table<PaymentMethod>
        var balanceTransactions: Table<BalanceTransaction>
        var events: Table<Event>
        /// The call being answered; nil while the vendor acts by itself.
        var origin: Event.Origin?
        /// Events not yet handed on, in the order of the facts.
        var outbox: [Notice] = []

        init(_ settings: Settings) {
            self.settings = settings
            let limit = settings.retainedPayments
            func many(_ number: Int) -> Int? { limit.map { $0 * number } }
            identifiers = IdentifierSource(seed: settings.seed)
            book = Book(limit: limit)
            paymentIntents = Table(limit: limit)
            charges = Table(limit: many(2))
            refunds = Table(limit: many(2))
            customers = Table(limit: many(2))
            setupIntents = Table(limit: many(2))
            paymentMethods = Table(limit: many(4))
            balanceTransactions = Table(limit: many(4))
            events = Table(limit: many(2))
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
            case .expireHold(let paymentIntent, let charge):
                expireHold(of: paymentIntent, charge: charge)
            case .finishProcessing(let paymentIntent):
                finishProcessing(paymentIntent)
            case .finishRefund(let refund):
                finishRefund(refund)
            case .postBalance(let charge, let amount):
                postBalanceLate(of: charge, amount: amount)
            }
        }

        /// Remembers a fact for the events list and for whoever sends webhooks.
        mutating func emit(
            _ type: String,
            _ object: Event.Snapshot,
            previous: [UInt8]? = nil
        ) {
            let event = Event(
                id: identifiers.next("evt_"),
                type: type,
                created: now.seconds,
                request: origin,
                object: object,
                previous: previous
            )
            events.insert(event, id: event.id)
            outbox.append(Notice(event))
        }

        mutating func emit(_ kind: Event.Kind, paymentIntent id: String) {
            guard let intent = paymentIntents[id] else { return }
            emit(kind.rawValue, .paymentIntent(intent))
        }

        mutating func emit(_ kind: Event.Kind, charge id: String, previous: [UInt8]? = nil) {
            guard let charge = charges[id] else { return }
            emit(kind.rawValue, .charge(charge), previous: previous)
        }

        mutating func emit(_ kind: Event.Kind, refund id: String, previous: [UInt8]? = nil) {
            guard let refund = refunds[id] else { return }
            emit(kind.rawValue, .refund(refund), previous: previous)
        }

        mutating func emit(_ kind: Event.Kind, setupIntent id: String) {
            guard let intent = setupIntents[id] else { return }
            emit(kind.rawValue, .setupIntent(intent))
        }

        mutating func emit(
            _ kind: Event.Kind,
            paymentMethod id: String,
            previous: [UInt8]? = nil
        ) {
            guard let method = paymentMethods[id] else { return }
            emit(kind.rawValue, .paymentMethod(method), previous: previous)
        }

        /// Brings the book's words for a payment up to date.
        mutating func note(_ intent: PaymentIntent) {
            book.note(intent.id, status: intent.status.rawValue, metadata: intent.metadata.values)
        }
    }
}
