package import Cryptography
package import JSON
package import Reactor
internal import Synchronization

/// A simulator of any vendor.
package protocol RunningSimulator: Sendable {
    /// Listens and sends webhooks, on a loop that runs; gives the port.
    func start(on loop: EventLoop) async throws -> UInt16
    func stop() async
    /// The vendor's base URL while it runs.
    var baseURL: String { get }
}

extension Simulator: RunningSimulator {}

/// What `gateway simulate` passes to a simulator of any vendor.
package struct SimulatorOptions: Sendable {
    package var host = "127.0.0.1"
    package var port: UInt16 = 0
    /// Listens under TLS when there is one.
    package var tls: TLSContext?
    package var publicURL: String?
    package var seed: UInt64
    package var latency = Duration.zero
    package var retainedPayments: Int?
    /// Receivers, each as `PUT /_control/webhook_endpoints` takes it.
    package var endpoints: [JSONValue] = []
    /// The vendor's own settings, one object.
    package var settings: JSONValue = [:]

    package init(seed: UInt64) {
        self.seed = seed
    }
}

/// A vendor that can be simulated.
package struct SimulatedVendorEntry: Sendable {
    package let name: String
    /// Where it listens unless told otherwise.
    package let port: UInt16
    /// - Throws: `ControlRefusal` for settings or receivers that make no sense.
    package let make: @Sendable (SimulatorOptions) throws -> any RunningSimulator

    init<Vendor: SimulatedVendor>(_ vendor: Vendor.Type, port: UInt16) {
        name = Vendor.name
        self.port = port
        make = { options in
            Simulator<Vendor>(try SimulatorConfiguration<Vendor>(options))
        }
    }
}

package enum SimulatorCatalog {
    /// One line for each vendor.
    package static let all = [
        SimulatedVendorEntry(Stripe.Vendor.self, port: 12_111),
        SimulatedVendorEntry(PayPal.Vendor.self, port: 12_112),
        SimulatedVendorEntry(Adyen.Vendor.self, port: 12_113),
        SimulatedVendorEntry(Payme.Vendor.self, port: 12_121),
        SimulatedVendorEntry(Click.Vendor.self, port: 12_122),
        SimulatedVendorEntry(Octo.Vendor.self, port: 12_123),
        SimulatedVendorEntry(HesabPay.Vendor.self, port: 12_131),
    ]
}

extension SimulatorConfiguration {
    init(_ options: SimulatorOptions) throws(ControlRefusal) {
        self.init(seed: options.seed)
        host = options.host
        port = options.port
        tls = options.tls
        publicURL = options.publicURL
        latency = options.latency
        retainedPayments = options.retainedPayments
        do throws(JSONFieldErrors) {
            settings = try Vendor.Settings.reader.read(options.settings, .root)
            let endpoints = JSONReader<[Vendor.Endpoint]>.array(Vendor.Endpoint.reader)
            webhookEndpoints = try endpoints.read(.array(options.endpoints), .root)
        } catch {
            throw ControlRefusal(error)
        }
    }
}
