package import Cryptography

extension StripeSimulator {
    /// How a simulator behaves; the defaults suit a test.
    package struct Configuration: Sendable {
        /// The address to listen on.
        package var host = "127.0.0.1"
        /// Zero takes a free port.
        package var port: UInt16 = 0
        /// Listens under TLS when there is one.
        package var tls: TLSContext?
        /// Where a customer's browser finds the simulator, without a slash at the end; nil is the
        /// address it listens on.
        package var publicURL: String?
        /// The same seed and the same calls give the same identifiers and faults. Give each
        /// simulator that one gateway talks to over time another seed: identifiers would repeat.
        package var seed: UInt64
        /// The secret keys that are let in; empty lets any test key in.
        package var secretKeys: Set<String> = []
        package var webhookEndpoints: [WebhookEndpoint] = []
        /// The wait before the second try of a webhook; each later one doubles it.
        package var firstWebhookRetry = Duration.seconds(1)
        /// Tries of a webhook in all.
        package var webhookTries = 12
        /// How long every call takes before its effect.
        package var latency = Duration.zero
        /// Calls per second of the simulator's clock before 429; nil sets no limit.
        package var callsPerSecond: Int?
        /// How long search does not see a new payment.
        package var searchLag = Duration.seconds(2)
        /// Payments kept at most, oldest dropped first, with all that hangs on them; nil keeps all.
        /// A dropped payment's idempotency key is forgotten too: for load tests only.
        package var retainedPayments: Int?
        /// Calls remembered for `GET /_control/requests`.
        package var journalLength = 1_000
        /// How fast the simulator's clock runs beside the real one.
        package var clockRate = 1

        package init(seed: UInt64) {
            self.seed = seed
        }

        var webhookPolicy: WebhookQueue.Policy {
            WebhookQueue.Policy(firstRetry: firstWebhookRetry, tries: webhookTries)
        }

        func address(port: UInt16) -> String {
            "\(tls == nil ? "http" : "https")://\(host):\(port)"
        }

        /// Live keys are never let in: nothing here is live.
        func accepts(_ key: String) -> Bool {
            if !secretKeys.isEmpty { return secretKeys.contains(key) }
            return key.hasPrefix("sk_test_") || key.hasPrefix("rk_test_")
        }
    }

    /// A receiver of events.
    package struct WebhookEndpoint: Sendable, Equatable {
        package var url: String
        /// More than one while a secret is rolled: each signs.
        package var secrets: [String]
        /// The event types it wants; empty is all.
        package var types: Set<String>

        package init(url: String, secrets: [String], types: Set<String> = []) {
            self.url = url
            self.secrets = secrets
            self.types = types
        }

        func takes(_ type: String) -> Bool {
            types.isEmpty || types.contains(type)
        }
    }
}
