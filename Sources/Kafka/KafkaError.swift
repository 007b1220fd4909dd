/// Why something could not be done with Kafka.
package struct KafkaError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// A property that librdkafka does not take.
        case configuration
        /// The broker or the client refused a message for good. It says the same of all that shares
        /// its request to a broker.
        case refused
        /// The client can no longer keep its promises: a new one must take its place.
        case fatal
        /// The client was closed; what was not confirmed may have arrived or not.
        case closed
        /// This program was built without the trait `Kafka`.
        case notBuilt = "not_built"
    }

    package let code: Code
    /// librdkafka's own words. Never has a property's value.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
