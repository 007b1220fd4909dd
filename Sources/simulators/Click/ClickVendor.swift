package import HTTP
package import JSON

extension Click {
    /// Click behind its interface: who calls it, and whom it calls.
    package struct Vendor: SimulatedVendor {
        package static let name = "click"
        /// "Several attempts over minutes" is all that is known.
        package static let webhookPolicy = WebhookQueue.Policy(
            waits: [.seconds(1), .seconds(5), .seconds(15), .seconds(30)]
        )

        package typealias Settings = Click.Settings
        package typealias Endpoint = Service

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

        package var endpoints: [Service] {
            get { world.services }
            set { world.services = newValue }
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

        /// The Merchant API; every other path is a payment link.
        package static func isCall(_ path: String) -> Bool { path.hasPrefix("/v2/merchant/") }
    }
}

// Questions to shops.
extension Click.Vendor {
    package func request(for delivery: WebhookQueue.Delivery, unixTime: Int64) -> HTTPRequest? {
        let service = world.services[delivery.endpoint]
        guard let inquiry = world.inquiries[delivery.event],
            inquiry.question.service == service.id
        else { return nil }
        switch service.dialogue {
        case .shop: return inquiry.question.request(to: service, delivery.signature)
        case .advanced, .split:
            return inquiry.question.inquiry(
                to: service,
                delivery.signature,
                tries: delivery.tries
            )
        }
    }

    package mutating func finished(
        _ delivery: WebhookQueue.Delivery,
        with response: HTTPResponse?
    ) -> Bool {
        guard let inquiry = world.inquiries[delivery.event] else { return true }
        let answer = Click.Answer(
            response,
            to: inquiry.question,
            in: world.services[delivery.endpoint].dialogue
        )
        world.inquiries[delivery.event]?.status = response?.status.code
        world.inquiries[delivery.event]?.body = response?.body ?? []
        world.inquiries[delivery.event]?.answer = answer
        switch inquiry.purpose {
        case .payment(let id):
            // Whoever signs wrongly learns nothing of the payment.
            guard delivery.signature != .bad else { return false }
            return world.take(
                answer,
                to: inquiry.question,
                about: id,
                isLast: delivery.tries >= tries
            )
        case .matrix:
            world.takeMatrix(answer, to: inquiry.question)
            return true
        }
    }

    /// A cancellation of a payment, or a question of its own: `{"payment_id": …, "error": …}`.
    package mutating func send(_ type: String, _ object: JSONValue) throws(ControlRefusal) {
        guard let id = object["payment_id"]?.integerValue, world.payment(id) != nil else {
            throw ControlRefusal("Name a payment_id.")
        }
        switch type {
        case "Prepare": world.ask(.prepare, about: id)
        case "Complete":
            let failure = world.payment(id)?.failure
            world.change(id) { payment in
                let note = object["error_note"]?.stringValue ?? "Cancelled"
                payment.failure = object["error"]?.integerValue.flatMap { error in
                    error < 0 ? .init(error: error, note: note) : nil
                }
            }
            world.ask(.complete, about: id)
            world.change(id) { $0.failure = failure }
        default: throw ControlRefusal("The shop is asked by Prepare and Complete.")
        }
    }

    package mutating func resend(_ event: String) throws(ControlRefusal) {
        guard let inquiry = world.inquiries[event] else { throw .unknown }
        world.outbox.append(Notice(inquiry.question))
    }
}
