package import HTTP
package import JSON

/// A vendor without sockets and clocks: what `Simulator` runs.
///
/// It speaks one vendor's protocol and keeps its books. Everything else is the simulator's: faults,
/// journal, clock, deliveries, control endpoints. Time comes by `advance`, randomness from the seed.
package protocol SimulatedVendor: Sendable {
    /// What can be set besides the settings that all simulators share.
    associatedtype Settings: SimulatorSettings
    /// Who gets webhooks, and how they are signed for them.
    associatedtype Endpoint: WebhookEndpoint
    /// A call that was let in and whose effect is still to be made.
    associatedtype Work: Sendable

    /// One lower-case word, as in `gateway simulate stripe`.
    static var name: String { get }
    /// How hard the vendor tries to deliver, unless it is told otherwise.
    static var webhookPolicy: WebhookQueue.Policy { get }

    init(_ configuration: SimulatorConfiguration<Self>, publicURL: String)

    /// Where a payer's browser finds the simulator; no slash at the end.
    var publicURL: String { get set }
    var endpoints: [Endpoint] { get set }
    /// What is to be sent and was not yet handed on, in the order of the facts.
    var outbox: [Notice] { get set }
    var book: Book { get }

    /// Lets time go on: whatever is due by then happens, each thing at its own time.
    mutating func advance(to time: SimulatedTime)
    /// When something happens by itself next.
    var nextDue: SimulatedTime? { get }

    // MARK: Calls

    /// Whether a path belongs to the vendor's interface; the others are pages.
    static func isCall(_ path: String) -> Bool
    /// Everything that comes before the effect: who calls, what is asked, the idempotency key.
    mutating func begin(_ call: SimulatedCall) -> BegunCall<Work>
    /// Makes the effect and keeps its result under the call's idempotency key.
    ///
    /// - Parameter replacement: the answer that is kept and given instead, as a fault has it.
    mutating func perform(
        _ work: Work,
        answering replacement: SimulatedReply?
    ) -> SimulatedReply
    /// The effect will never be made: the call's idempotency key is free again.
    mutating func abandon(_ work: Work)
    /// The vendor's words for a fault.
    mutating func refuse(_ refusal: FaultRefusal) -> SimulatedReply
    /// The same where the words depend on the call, as an echoed number does.
    mutating func refuse(_ refusal: FaultRefusal, _ work: Work) -> SimulatedReply

    // MARK: Webhooks

    /// The request of a delivery that is due; nil drops it.
    ///
    /// - Parameter unixTime: seconds; receivers hold signatures against their own clock.
    func request(for delivery: WebhookQueue.Delivery, unixTime: Int64) -> HTTPRequest?
    /// The event has been queued for these endpoints, by index.
    mutating func queued(_ event: String, for endpoints: [Int])
    /// What came back, nil when nothing did.
    ///
    /// - Returns: whether it counts as delivered; otherwise it is tried again.
    mutating func finished(_ delivery: WebhookQueue.Delivery, with response: HTTPResponse?) -> Bool
    /// Sends an event of any type, for what the simulator does not cause by itself.
    mutating func send(_ type: String, _ object: JSONValue) throws(ControlRefusal)
    /// Sends an event once more.
    mutating func resend(_ event: String) throws(ControlRefusal)

    // MARK: People

    /// A control call that only this vendor knows; throws `.unknown` for all others.
    mutating func control(_ call: ControlCall) throws(ControlRefusal) -> ControlReply
    /// What a browser sees and does.
    mutating func page(_ visit: PageVisit) -> PageReply
}

extension SimulatedVendor {
    package mutating func refuse(_ refusal: FaultRefusal, _ work: Work) -> SimulatedReply {
        refuse(refusal)
    }

    package mutating func queued(_ event: String, for endpoints: [Int]) {}

    package mutating func finished(
        _ delivery: WebhookQueue.Delivery,
        with response: HTTPResponse?
    ) -> Bool {
        response?.status.isSuccess == true
    }

    package mutating func control(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        throw .unknown
    }

    package mutating func page(_ visit: PageVisit) -> PageReply { .notFound }
}

/// A vendor's own settings.
package protocol SimulatorSettings: Sendable {
    init()
    /// From one JSON object, as `gateway simulate --settings` gives it.
    static var reader: JSONReader<Self> { get }
}

/// A receiver of webhooks.
package protocol WebhookEndpoint: Sendable {
    /// From one JSON object, as `PUT /_control/webhook_endpoints` gives it.
    static var reader: JSONReader<Self> { get }
    /// Whether it wants events of this type.
    func takes(_ type: String) -> Bool
    /// What may be shown of it: no secrets.
    func write(to object: inout JSONWriter)
}

/// An event on its way out of a vendor.
package struct Notice: Sendable {
    /// The vendor finds what is to be sent by it.
    package let event: String
    /// What faults and endpoints know it by.
    package let type: String
    /// What a fault's `parameters` are held against.
    package let parameters: [String: String]

    package init(event: String, type: String, parameters: [String: String] = [:]) {
        self.event = event
        self.type = type
        self.parameters = parameters
    }
}
