package import HTTP
package import JSON

extension Octo {
    /// Octo behind its interface: who calls it, and whom it notifies.
    package struct Vendor: SimulatedVendor {
        package static let name = "octo"
        /// How often it asks about a hold is not published.
        package static let webhookPolicy = WebhookQueue.Policy(
            waits: [1, 2, 5, 10, 30, 60, 60, 60, 60].map(Duration.seconds)
        )

        package typealias Settings = Octo.Settings
        package typealias Endpoint = Shop

        var world: World

        package init(_ configuration: SimulatorConfiguration<Vendor>, publicURL: String) {
            world = World(
                configuration.settings,
                seed: configuration.seed,
                limit: configuration.retainedPayments
            )
            world.publicURL = publicURL
        }

        package var publicURL: String {
            get { world.publicURL }
            set { world.publicURL = newValue }
        }

        package var endpoints: [Shop] {
            get { world.shops }
            set { world.shops = newValue }
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

        /// Payers' pages are under `/page/`; the vendor has another host for them.
        package static func isCall(_ path: String) -> Bool { !path.hasPrefix("/page/") }
    }
}

// Callbacks.
extension Octo.Vendor {
    package func request(for delivery: WebhookQueue.Delivery, unixTime: Int64) -> HTTPRequest? {
        guard let callback = world.callbacks[delivery.event] else { return nil }
        return world.request(callback, to: world.shops[delivery.endpoint], delivery.signature)
    }

    package mutating func finished(
        _ delivery: WebhookQueue.Delivery,
        with response: HTTPResponse?
    ) -> Bool {
        // A shop that believes a forged or an old status shows up in the book.
        guard delivery.signature == .good else { return false }
        return world.take(response, to: delivery.event, tries: delivery.tries)
    }

    /// Reports any status: `{"payment": …}` names the payment, the rest is sent as it is.
    package mutating func send(_ type: String, _ object: JSONValue) throws(ControlRefusal) {
        guard var members = object.objectValue, let name = members["payment"]?.stringValue,
            let payment = world.find(name)
        else { throw ControlRefusal("Name a payment.") }
        members["payment"] = nil
        world.tell(payment.uuid, type, previous: payment.status.rawValue, members)
    }

    package mutating func resend(_ event: String) throws(ControlRefusal) {
        guard let callback = world.callbacks[event] else { throw .unknown }
        world.tell(
            callback.payment,
            callback.status,
            previous: callback.previous,
            callback.members
        )
    }
}
