/// Why something could not be done with Kafka.
package struct KafkaError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// A property that librdkafka does not take.
        case configuration
        /// The broker or the client refused a message for good. Of what is with it in one request
        /// to a broker, it says the same.
        case refused
        /// The client can keep its promises no longer: a new one must take its place.
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
