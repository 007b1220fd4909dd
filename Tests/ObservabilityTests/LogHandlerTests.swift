import Foundation
import Logging
import Observability
import Synchronization
import Testing
import Tracing

@Suite struct LogHandlerTests {
    @Test func `a record is one JSON object on one line`() throws {
        let line = try record(.json) {
            $0.info(
                "intent authorized",
                metadata: [
                    "intent": "pay_1", "amount": "\(1_250)", "level": "high",
                    "ids": ["a", "b\n"], "vendor": ["name": "stripe", "secret": "x"],
                ]
            )
        }
        #expect(line.hasSuffix("}\n"))
        #expect(line.count { $0 == "\n" } == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        )
        #expect(object["message"] as? String == "intent authorized")
        #expect(object["level"] as? String == "info")
        #expect(object["metadata.level"] as? String == "high")
        #expect(object["logger"] as? String == "test")
        #expect(object["intent"] as? String == "pay_1")
        #expect(object["ids"] as? [String] == ["a", "b\n"])
        #expect(object["vendor"] as? [String: String] == ["name": "stripe", "secret": "•••"])
        let time = try #require(object["time"] as? String)
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }

    @Test func `logfmt quotes what needs it`() throws {
        let line = try record(.logfmt) {
            $0.warning(
                "slow vendor",
                metadata: [
                    "took": "1500", "why": "a \"b\"=c\n", "at": ["host": "x", "password": "y"],
                ]
            )
        }
        #expect(
            line.hasSuffix(
                #"level=warning logger=test message="slow vendor" at.host=x at.password="•••" "#
                    + #"took=1500 why="a \"b\"=c\n""# + "\n"
            )
        )
    }

    @Test(arguments: LogFormat.allCases)
    func `nothing secret reaches a line, wherever it was put`(format: LogFormat) throws {
        struct Broken: Error, CustomStringConvertible {
            let description = "refused sk_live_topsecret"
        }
        let card = "4242 4242 4242 4242"
        let line = try record(format) { logger in
            var logger = logger
            logger[metadataKey: "own"] = "\(card)"
            logger.error(
                "Bearer topsecret \(card)",
                error: Broken(),
                metadata: [
                    "text": "\n\(card)\n", "list": ["\(card)", ["\(card)"]],
                    "map": ["\(card)": "whsec_topsecret"], "authorization": "topsecret",
                ]
            )
        }
        #expect(!line.contains("4242 4242"))
        #expect(!line.contains("topsecret"))
        #expect(line.contains("•••"))
    }

    @Test func `records carry the trace they belong to`() throws {
        let trace = TraceContext.root()
        var context = ServiceContext.topLevel
        context.traceContext = trace
        let line = try ServiceContext.withValue(context) {
            try record(.json) { $0.info("traced") }
        }
        #expect(line.contains("\"trace_id\":\"\(trace.traceID)\""))
        #expect(line.contains("\"span_id\":\"\(trace.spanID)\""))
    }

    @Test func `the writer writes every line in order`() throws {
        let pipe = Pipe()
        let writer = LogWriter(
            descriptor: pipe.fileHandleForWriting.fileDescriptor,
            capacity: 5_000
        )
        let reading = Mutex(Data())
        let reader = Thread {
            let all = pipe.fileHandleForReading.readDataToEndOfFile()
            reading.withLock { $0 = all }
        }
        let logger = Logger(label: "test") { label in
            StructuredLogHandler(label: label, format: .logfmt, write: { writer.write($0) })
        }
        reader.start()
        for number in 0..<5_000 { logger.info("line", metadata: ["number": "\(number)"]) }
        writer.close()
        try pipe.fileHandleForWriting.close()
        while !reader.isFinished { sched_yield() }
        let text = reading.withLock { String(decoding: $0, as: UTF8.self) }
        let written = text.matches(of: /message=line number=(\d+)\n/).compactMap { Int($0.1) }
        #expect(written == Array(0..<5_000))
    }

    @Test func `a reader that stalls costs lines, not time, and is told how many`() throws {
        let pipe = Pipe()
        let writer = LogWriter(
            descriptor: pipe.fileHandleForWriting.fileDescriptor,
            capacity: 100
        )
        let logger = Logger(label: "test") { label in
            StructuredLogHandler(label: label, format: .logfmt, write: { writer.write($0) })
        }
        // Far more than the pipe and the queue hold, and nobody reads yet.
        let long = String(repeating: "x", count: 999)
        for _ in 0..<2_000 { logger.info("\(long)") }
        let reading = Mutex(Data())
        let reader = Thread {
            let all = pipe.fileHandleForReading.readDataToEndOfFile()
            reading.withLock { $0 = all }
        }
        reader.start()
        writer.close()
        try pipe.fileHandleForWriting.close()
        while !reader.isFinished { sched_yield() }
        let text = reading.withLock { String(decoding: $0, as: UTF8.self) }
        let written = text.split(separator: "\n").count { $0.hasSuffix("message=\(long)") }
        let dropped = text.matches(of: /"count":(\d+)/).compactMap { Int($0.1) }.reduce(0, +)
        #expect(dropped > 0)
        #expect(written + dropped == 2_000)
    }

    /// The line that `log` produces.
    private func record(_ format: LogFormat, _ log: (Logger) -> Void) throws -> String {
        let lines = LineList()
        let logger = Logger(label: "test") { label in
            StructuredLogHandler(label: label, format: format, write: { lines.append($0.line) })
        }
        log(logger)
        return String(decoding: try #require(lines.all.first), as: UTF8.self)
    }
}

private final class LineList: Sendable {
    private let lines = Mutex<[[UInt8]]>([])
    var all: [[UInt8]] { lines.withLock { $0 } }
    func append(_ line: [UInt8]) { lines.withLock { $0.append(line) } }
}
