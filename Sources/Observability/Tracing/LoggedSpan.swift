import Logging
import Synchronization
package import Tracing

/// One operation of a trace; logged once, when it ends.
package final class LoggedSpan: Span {
    private struct State {
        var name: String
        var attributes = SpanAttributes()
        var status: SpanStatus?
        var error: String?
        var hasEnded = false
    }

    package let context: ServiceContext
    private let state: Mutex<State>
    private let kind: SpanKind
    private let parent: SpanID?
    private let startNanoseconds: UInt64
    private let logger: Logger?
    private let level: Logger.Level

    init(
        context: ServiceContext,
        name: String,
        kind: SpanKind,
        parent: SpanID?,
        start: UInt64,
        logger: Logger?,
        level: Logger.Level
    ) {
        self.context = context
        self.state = Mutex(State(name: name))
        self.kind = kind
        self.parent = parent
        self.startNanoseconds = start
        self.logger = logger
        self.level = level
    }

    package var isRecording: Bool { logger != nil && !state.withLock(\.hasEnded) }

    package var operationName: String {
        get { state.withLock(\.name) }
        set { state.withLock { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { state.withLock(\.attributes) }
        set { state.withLock { $0.attributes = newValue } }
    }

    package func setStatus(_ status: SpanStatus) {
        state.withLock { $0.status = status }
    }

    /// Events and links have no place on one line; errors do.
    package func addEvent(_ event: SpanEvent) {}

    package func addLink(_ link: SpanLink) {}

    package func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        state.withLock { $0.error = String(describing: error) }
    }

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let ended: State? = state.withLock { state in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            return state
        }
        guard let ended, let logger, let trace = context.traceContext else { return }
        let end = instant().nanosecondsSinceEpoch
        var metadata: Logger.Metadata = [
            "span": .string(ended.name), "kind": "\(kind)",
            "trace_id": "\(trace.traceID)", "span_id": "\(trace.spanID)",
            "duration_us": "\(end > startNanoseconds ? (end - startNanoseconds) / 1_000 : 0)",
        ]
        if let parent { metadata["parent_span_id"] = "\(parent)" }
        if let error = ended.error { metadata["error"] = .string(error) }
        if ended.status?.code == .error { metadata["status"] = "error" }
        // Attributes are not a sequence; this is the only way through them.
        // swift-format-ignore: ReplaceForEachWithForLoop
        ended.attributes.forEach { metadata[$0] = .string($1.plainText) }
        logger.log(level: level, "span ended", metadata: metadata)
    }
}

extension SpanAttribute {
    /// The value alone; arrays, which are rare, in Swift's own words.
    fileprivate var plainText: String {
        switch self {
        case .string(let text): text
        case .int32(let number): number.description
        case .int64(let number): number.description
        case .double(let number): number.description
        case .bool(let flag): flag.description
        case .stringConvertible(let value): value.description
        default: String(describing: self)  // The enum is open: its library asks for a default.
        }
    }
}
