internal import JSON

extension Octo {
    /// The vendor's whole state: shops, payments, refunds, tokens, money, and what is due.
    ///
    /// Pure: time comes with each call, randomness from the seed, and callbacks are taken out.
    struct World: Sendable {
        /// What happens by itself.
        enum Task: Sendable {
            case giveUpPayer(payment: String)
            case lapseHold(payment: String)
            case finishCapture(payment: String)
            case finishRefund(String)
        }

        let settings: Settings
        /// Where payers' browsers find the simulator; no slash at the end.
        var publicURL = ""
        var now = SimulatedTime(seconds: 0)
        var identifiers: IdentifierSource
        var count: Int64 = 0
        var agenda = Agenda<Task>()
        var book: Book
        var shops: [Shop] = []
        var payments: Table<Payment>
        /// The shops' own ids, behind the shop's number.
        var uuids: [String: String] = [:]
        var refunds: Table<Refund>
        /// Cards behind saved tokens; nil when the token was blocked.
        var tokens: [String: TestCard?] = [:]
        /// By number, from 1.
        var callbacks: Table<Callback>
        var callbackCount = 0
        /// Callbacks since they were last taken.
        var outbox: [Notice] = []

        /// - Parameter limit: payments kept; nil keeps all.
        init(_ settings: Settings, seed: UInt64, limit: Int?) {
            self.settings = settings
            identifiers = IdentifierSource(seed: seed)
            book = Book(limit: limit)
            payments = Table(limit: limit)
            refunds = Table(limit: limit)
            callbacks = Table(limit: limit.map { $0 * 3 })
        }

        /// Lets time go on to `time`: whatever is due by then happens, each thing at its own time.
        mutating func advance(to time: SimulatedTime) {
            while let (task, due) = agenda.take(dueBy: time) {
                now = max(now, due)
                switch task {
                case .giveUpPayer(let payment): giveUpPayer(payment)
                case .lapseHold(let payment): lapseHold(payment)
                case .finishCapture(let payment): finishCapture(payment)
                case .finishRefund(let refund): finishRefund(refund)
                }
            }
            now = max(now, time)
        }

        func shop(_ id: Int64) -> Shop? {
            shops.first { $0.id == id }
        }

        /// By the vendor's uuid or the shop's id.
        func payment(_ name: String, of shop: Int64? = nil) -> Payment? {
            let uuid = shop.flatMap { uuids["\($0)/\(name)"] } ?? name
            guard let payment = payments[uuid], shop ?? payment.order.shop == payment.order.shop
            else { return nil }
            return payment
        }

        mutating func uuid() -> String {
            // The digits that count stand last: a vendor's uuid does not begin with a counter.
            let digits = Array(identifiers.next(digits: 32, of: .hexadecimal).reversed())
            let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
            return parts.joined(separator: "-")
        }
    }
}
