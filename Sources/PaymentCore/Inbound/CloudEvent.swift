/// An event of another service by CloudEvents 1.0: its attributes, and its data as the JSON text
/// that was received.
package struct CloudEvent: Sendable, Hashable {
    /// Unique together with ``source``.
    package let id: String
    package let source: String
    package let type: String
    package var subject: String?
    package var time: Timestamp?
    /// Extension `tenant`: whom it is for.
    package var tenant: String?
    /// Extension `sequence`: its place among the events of what it is about, without gaps.
    package var sequence: Int64?
    /// Extension `correlationid`: the conversation that it belongs to.
    package var correlation: String?
    /// Extension `traceparent`.
    package var traceparent: String?
    /// A JSON text.
    package var data: String

    package init(
        id: String,
        source: String,
        type: String,
        subject: String? = nil,
        time: Timestamp? = nil,
        tenant: String? = nil,
        sequence: Int64? = nil,
        correlation: String? = nil,
        traceparent: String? = nil,
        data: String
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.subject = subject
        self.time = time
        self.tenant = tenant
        self.sequence = sequence
        self.correlation = correlation
        self.traceparent = traceparent
        self.data = data
    }

    /// What it reports; nil for a type that this program does not act on.
    package var kind: InboundKind? { InboundKind(type: type) }
}
