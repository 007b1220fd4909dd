package import Cryptography

/// How a simulator behaves; the defaults suit a test.
package struct SimulatorConfiguration<Vendor: SimulatedVendor>: Sendable {
    /// The address to listen on.
    package var host = "127.0.0.1"
    /// Zero takes a free port.
    package var port: UInt16 = 0
    /// Listens under TLS when there is one.
    package var tls: TLSContext?
    /// Where a payer's browser finds the simulator, without a slash at the end; nil is the address
    /// it listens on.
    package var publicURL: String?
    /// The same seed and the same calls give the same identifiers and faults. Give each simulator
    /// that one gateway talks to over time a seed of its own: identifiers would repeat.
    package var seed: UInt64
    package var webhookEndpoints: [Vendor.Endpoint] = []
    package var webhookPolicy = Vendor.webhookPolicy
    /// How long every call takes before its effect.
    package var latency = Duration.zero
    /// Calls per second of the simulator's clock before 429; nil sets no limit.
    package var callsPerSecond: Int?
    /// Payments kept at most, oldest dropped first, with all that hangs on them; nil keeps all.
    /// A dropped payment's idempotency key is forgotten too: for load tests only.
    package var retainedPayments: Int?
    /// Calls remembered for `GET /_control/requests`.
    package var journalLength = 1_000
    /// How fast the simulator's clock runs compared with the real one.
    package var clockRate = 1
    /// What only this vendor knows.
    package var settings = Vendor.Settings()

    package init(seed: UInt64) {
        self.seed = seed
    }

    func address(port: UInt16) -> String {
        "\(tls == nil ? "http" : "https")://\(host):\(port)"
    }
}
