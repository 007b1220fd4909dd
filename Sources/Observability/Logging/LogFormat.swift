/// How a record becomes a line.
package enum LogFormat: String, Sendable, CaseIterable {
    /// One JSON object per line.
    case json
    /// `key=value` pairs, quoted where needed.
    case logfmt
}
