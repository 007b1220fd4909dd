package import HTTP
package import JSON

extension Payme {
    /// Payme behind its interface: who calls it, and whom it calls.
    package struct Vendor: SimulatedVendor {
        package static let name = "payme"
        /// How often an unanswered question is put again is not published.
        package static let webhookPolicy = WebhookQueue.Policy(
            waits: [.seconds(1), .seconds(2), .seconds(5), .seconds(10)]
        )

        package typealias Settings = Payme.Settings
        package typealias Endpoint = Cashbox

        package var publicURL: String
        var world: World
        private let tries: Int

        package init(_ configuration: SimulatorConfiguration<Vendor>, publicURL: String) {
            self.publicURL = publicURL
            tries = configuration.webhookPolicy.waits.count + 1
            world = World(
                configuration.settings,
                seed: configuration.seed,
                limit: configuration.retainedPayments
            )
        }

        package var endpoints: [Cashbox] {
            get { world.cashboxes }
            set { world.cashboxes = newValue }
        }

        package var outbox: [Notice] {
            get { world.outbox }
            set { world.outbox = newValue }
        }

        package var book: Book { world.book }
        package var nextDue: SimulatedTime? { world.agenda.nextDue }

        package mutating func advance(to time: SimulatedTime) {
            world.advance(to: time)
        }

        /// The Subscribe API; every other path is a checkout link.
        package static func isCall(_ path: String) -> Bool { path == "/api" }
    }
}

// Questions to shops.
extension Payme.Vendor {
    package func request(for delivery: WebhookQueue.Delivery, unixTime: Int64) -> HTTPRequest? {
        guard let inquiry = world.inquiries[delivery.event],
            inquiry.cashbox == world.cashboxes[delivery.endpoint].id
        else { return nil }
        return inquiry.question.request(
            to: world.cashboxes[delivery.endpoint],
            delivery.signature
        )
    }

    package mutating func finished(
        _ delivery: WebhookQueue.Delivery,
        with response: HTTPResponse?
    ) -> Bool {
        guard let inquiry = world.inquiries[delivery.event] else { return true }
        let answer = Payme.Answer(response, to: inquiry.question)
        world.inquiries[delivery.event]?.status = response?.status.code
        world.inquiries[delivery.event]?.body = response?.body ?? []
        world.inquiries[delivery.event]?.answer = answer
        switch inquiry.purpose {
        case .transaction(let id):
            // Whoever sees a wrong login learns nothing of the payment.
            let isProbe = delivery.signature != .good
            let isLast = delivery.tries >= tries
            if !isProbe { world.take(answer, to: inquiry.question, about: id, isLast: isLast) }
            return !isProbe && !answer.callsForRepeat
        case .statement(let start, let end):
            world.compare(answer, delivery.event, from: start, to: end)
            return !answer.callsForRepeat
        case .checklist:
            world.takeChecklist(answer, to: inquiry.question)
            return true
        case .free: return true
        }
    }

    /// Asks every shop with a method's name, known or not.
    package mutating func send(_ type: String, _ object: JSONValue) throws(ControlRefusal) {
        for cashbox in world.cashboxes where cashbox.url != nil {
            world.ask(type, object, of: cashbox.id, for: .free)
        }
    }

    package mutating func resend(_ event: String) throws(ControlRefusal) {
        guard let inquiry = world.inquiries[event] else { throw .unknown }
        world.outbox.append(Notice(inquiry.question, of: inquiry.purpose))
    }
}
