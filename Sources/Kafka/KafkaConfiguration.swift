/// librdkafka's properties. Prints their names alone: values may be secret.
package struct KafkaConfiguration: Sendable, CustomStringConvertible, CustomReflectable {
    package private(set) var properties: [String: String]

    /// - Parameter properties: by librdkafka's names, such as `bootstrap.servers`.
    package init(_ properties: [String: String] = [:]) {
        self.properties = properties
    }

    /// These properties, and `others` in place of those of the same name.
    package func with(_ others: [String: String]) -> KafkaConfiguration {
        KafkaConfiguration(properties.merging(others) { $1 })
    }

    package var description: String { properties.keys.sorted().joined(separator: ", ") }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
