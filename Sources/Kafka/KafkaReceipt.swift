/// What became of a batch of messages.
package struct KafkaReceipt: Sendable, Hashable {
    /// How many of its messages the brokers have confirmed before the first that they have not.
    package let confirmed: Int
    /// Why that one was not; nil when all are confirmed. Some after it may have arrived.
    package let error: KafkaError?
}
