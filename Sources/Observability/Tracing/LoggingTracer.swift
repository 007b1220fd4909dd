package import Logging
import Synchronization
package import Tracing

/// A tracer for installations without a collector: carries W3C headers, logs ended spans.
///
/// Spans of traces that are not sampled cost an identifier and nothing else.
package struct LoggingTracer: Tracer {
    private let logger: Logger
    private let level: Logger.Level

    /// - Parameter level: What an ended span is logged at.
    package init(logger: Logger, level: Logger.Level = .debug) {
        self.logger = logger
        self.level = level
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> LoggedSpan {
        var context = context()
        let parent = context.traceContext
        let trace = parent?.child() ?? .root()
        context.traceContext = trace
        return LoggedSpan(
            context: context,
            name: operationName,
            kind: kind,
            parent: parent?.spanID,
            start: instant().nanosecondsSinceEpoch,
            logger: trace.isSampled && logger.logLevel <= level ? logger : nil,
            level: level
        )
    }

    /// Logs a call that has just ended, where the current task works for a trace.
    ///
    /// - Parameter duration: how long it took.
    package func called(
        _ operationName: String,
        for duration: Duration,
        _ attributes: KeyValuePairs<String, String>
    ) {
        guard let context = ServiceContext.current, context.traceContext != nil else { return }
        let end = DefaultTracerClock.now.nanosecondsSinceEpoch
        let length = UInt64(max(0, duration / .nanoseconds(1)))
        let start = DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: end - min(end, length))
        let span = startSpan(
            operationName,
            context: context,
            ofKind: .client,
            at: start,
            function: #function,
            file: #fileID,
            line: #line
        )
        for (name, value) in attributes { span.attributes[name] = value }
        span.end(at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: end))
    }

    package func forceFlush() {}

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let parent = extractor.extract(key: "traceparent", from: carrier) else { return }
        let state = extractor.extract(key: "tracestate", from: carrier)
        context.traceContext = TraceContext(
            traceparent: [parent],
            tracestate: state.map { [$0] } ?? []
        )
    }

    package func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.traceContext else { return }
        injector.inject(trace.traceparent, forKey: "traceparent", into: &carrier)
        if !trace.state.header.isEmpty {
            injector.inject(trace.state.header, forKey: "tracestate", into: &carrier)
        }
    }
}
