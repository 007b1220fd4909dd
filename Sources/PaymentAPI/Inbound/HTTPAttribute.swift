internal import HTTP

/// An attribute's value in a header field (CloudEvents HTTP binding, section 3.1.3.2).
enum HTTPAttribute {
    /// What is not valid percent-encoding is taken as it is: many senders do not encode.
    static func decoded(_ value: String) -> String { PercentCoding.decode(value) ?? value }
}
