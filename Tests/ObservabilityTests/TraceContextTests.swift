import Logging
import Observability
import Synchronization
import Testing
import Tracing

@Suite struct TraceContextTests {
    static let sample = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `a header is read and written back`() throws {
        let trace = try #require(
            TraceContext(traceparent: [Self.sample], tracestate: ["a=1, b@c=2", "", "d=3"])
        )
        #expect(trace.traceparent == Self.sample)
        #expect(trace.isSampled)
        #expect(trace.state.header == "a=1,b@c=2,d=3")
        let child = trace.child()
        #expect(child.traceID == trace.traceID)
        #expect(child.spanID != trace.spanID)
        #expect(child.state == trace.state)
    }

    @Test(arguments: [
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-later",
    ])
    func `unknown flags and later versions are read as far as we know them`(header: String) throws {
        let trace = try #require(TraceContext(traceparent: [header]))
        #expect(!trace.isSampled)
        #expect(trace.traceparent == Self.sample.dropLast(2) + "00")
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
    ])
    func `a header that breaks the format begins a new trace`(header: String) {
        #expect(TraceContext(traceparent: [header]) == nil)
    }

    @Test func `two headers are none`() {
        #expect(TraceContext(traceparent: [Self.sample, Self.sample]) == nil)
        #expect(TraceContext(traceparent: []) == nil)
    }

    @Test(arguments: [
        "a", "=1", "a=", "A=1", "a=1,a=2", "a b=1", "1a=1", "a@1b=2", "a@b@c=1", "a=b=c",
        "a=\u{1}", "a=é", (0..<33).map { "k\($0)=1" }.joined(separator: ","),
    ])
    func `a state that breaks the format is dropped whole`(state: String) throws {
        let trace = try #require(
            TraceContext(traceparent: [Self.sample], tracestate: ["ok=1", state])
        )
        #expect(trace.state == .empty)
    }

    @Test func `a root is valid`() {
        let trace = TraceContext.root(isSampled: false)
        #expect(TraceContext(traceparent: [trace.traceparent]) == trace)
    }

    @Test func `the tracer hands headers on and logs spans that are sampled`() throws {
        let lines = Mutex<[String]>([])
        var logger = Logger(label: "trace") { label in
            StructuredLogHandler(
                label: label,
                level: .debug,
                format: .logfmt,
                write: { record in
                    lines.withLock { $0.append(String(decoding: record.line, as: UTF8.self)) }
                }
            )
        }
        logger.logLevel = .debug
        let tracer = LoggingTracer(logger: logger)
        var context = ServiceContext.topLevel
        tracer.extract(
            ["traceparent": Self.sample, "tracestate": "a=1"],
            into: &context,
            using: Dictionaries()
        )
        let sent = tracer.withSpan("authorize", context: context, ofKind: .client) { span in
            span.attributes["vendor"] = "stripe"
            var carrier: [String: String] = [:]
            tracer.inject(span.context, into: &carrier, using: Dictionaries())
            return carrier
        }
        let trace = try #require(TraceContext(traceparent: [sent["traceparent"] ?? ""]))
        #expect(Self.sample.contains("\(trace.traceID)"))
        #expect(!Self.sample.contains("\(trace.spanID)"))
        #expect(sent["tracestate"] == "a=1")
        let first = lines.withLock(\.first)
        let line = try #require(first)
        #expect(line.contains("span=authorize"))
        #expect(line.contains("parent_span_id=00f067aa0ba902b7"))
        #expect(line.contains("vendor=stripe"))

        context.traceContext = .root(isSampled: false)
        tracer.withSpan("quiet", context: context) { #expect(!$0.isRecording) }
        #expect(lines.withLock(\.count) == 1)
    }
}

private struct Dictionaries: Extractor, Injector {
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }

    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
        carrier[key] = value
    }
}
