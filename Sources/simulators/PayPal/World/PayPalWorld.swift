extension PayPal {
    /// The vendor's whole state: objects, money, what is due, and the events not yet handed on.
    ///
    /// Pure: time comes with each call, randomness from the seed, and events are taken out.
    struct World: Sendable {
        /// What happens by itself.
        enum Task: Sendable {
            case expireOrder(String)
            case forgetOrder(String)
            case reverseApproval(order: String)
            case expireAuthorization(String)
            case reviewAuthorization(String, accepted: Bool)
            case settleCapture(String, completes: Bool)
            case settleRefund(String, completes: Bool)
            case deliverToken(order: String)
        }

        /// How long things last, and how often they may be done.
        enum Terms {
            static let finishing = Duration.seconds(3 * 3_600)
            static let honor = days(3)
            static let validity = days(29)
            static let setupToken = days(3)
            static let refunding = days(180)
            /// What is not decided at once takes this long.
            static let waiting = Duration.seconds(60)
            static let longestSearch = days(31)
            static let captures = 10
            static let attempts = 10

            static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
        }

        let settings: Vendor.Settings
        var publicURL: String
        var now = SimulatedTime(seconds: 0)
        var identifiers: IdentifierSource
        var agenda = Agenda<Task>()
        var book: Book
        var orders: Table<Order>
        var authorizations: Table<Authorization>
        var captures: Table<Capture>
        var refunds: Table<Refund>
        var setupTokens: Table<SetupToken>
        var paymentTokens: Table<PaymentToken>
        var events: Table<Event>
        var outbox: [Notice] = []
        var endpoints: [Vendor.Endpoint] = []
        /// When each token ends.
        var accessTokens: [String: SimulatedTime] = [:]
        /// Order numbers that a payment has used up.
        var usedInvoices: Set<String> = []
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
            orders = Table(limit: limit)
            authorizations = Table(limit: limit.map { $0 * 2 })
            captures = Table(limit: limit.map { $0 * 4 })
            refunds = Table(limit: limit.map { $0 * 4 })
            setupTokens = Table(limit: limit.map { $0 * 2 })
            paymentTokens = Table(limit: limit.map { $0 * 2 })
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
            case .expireOrder(let id): expireOrder(id)
            case .forgetOrder(let id): forgetOrder(id)
            case .reverseApproval(let order): reverseApproval(order)
            case .expireAuthorization(let id): expireAuthorization(id)
            case .reviewAuthorization(let id, let accepted):
                reviewAuthorization(id, accepted: accepted)
            case .settleCapture(let id, let completes): settleCapture(id, completes: completes)
            case .settleRefund(let id, let completes): settleRefund(id, completes: completes)
            case .deliverToken(let order): deliverToken(of: order)
            }
        }

        /// The identifier of an order, payment or webhook.
        mutating func nextID() -> String { identifiers.next(digits: 17, of: .uppercase) }
    }
}

// What a call names.
extension PayPal.World {
    func order(_ id: String) throws(PayPal.Failure) -> PayPal.Order {
        guard let order = orders[id], !order.isGone else { throw .unknownResource }
        return order
    }

    func authorization(_ id: String) throws(PayPal.Failure) -> PayPal.Authorization {
        guard let authorization = authorizations[id] else { throw .unknownResource }
        return authorization
    }

    func capture(_ id: String) throws(PayPal.Failure) -> PayPal.Capture {
        guard let capture = captures[id] else { throw .unknownResource }
        return capture
    }

    func refund(_ id: String) throws(PayPal.Failure) -> PayPal.Refund {
        guard let refund = refunds[id] else { throw .unknownResource }
        return refund
    }

    func setupToken(_ id: String) throws(PayPal.Failure) -> PayPal.SetupToken {
        guard let token = setupTokens[id] else { throw .unknownResource }
        return token
    }

    func paymentToken(_ id: String) throws(PayPal.Failure) -> PayPal.PaymentToken {
        guard let token = paymentTokens[id], !token.isDeleted else { throw .unknownResource }
        return token
    }
}
