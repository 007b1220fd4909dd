/// Where a request stands in a distributed trace: W3C Trace Context, `traceparent` version 00.
package struct TraceContext: Sendable, Hashable {
    /// Identifies the whole trace; never all zero.
    package let traceID: TraceID
    /// Identifies the caller's span when parsed, ours when made; never all zero.
    package let spanID: SpanID
    /// Whether the caller records this trace.
    package let isSampled: Bool
    /// Vendor entries to hand on unchanged.
    package let state: TraceState

    package init(traceID: TraceID, spanID: SpanID, isSampled: Bool, state: TraceState = .empty) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
        self.state = state
    }

    /// The context that arrived, or nil when a new trace has to begin.
    ///
    /// - Parameters:
    ///   - traceparent: Every field of that name: more than one makes the header invalid.
    ///   - tracestate: Every field of that name, in order; ignored when it breaks its grammar.
    package init?(traceparent: [String], tracestate: [String] = []) {
        guard traceparent.count == 1, let header = traceparent.first else { return nil }
        // 00-<32 hex>-<16 hex>-<2 hex>; a later version may add fields after a further dash.
        let bytes = Array(header.utf8)
        guard bytes.count >= 55, bytes[2] == .dash, bytes[35] == .dash, bytes[52] == .dash,
            let version = UInt64(lowercaseHex: bytes[0..<2]), version != 0xFF,
            version == 0 ? bytes.count == 55 : bytes.count == 55 || bytes[55] == .dash,
            let high = UInt64(lowercaseHex: bytes[3..<19]),
            let low = UInt64(lowercaseHex: bytes[19..<35]),
            let span = UInt64(lowercaseHex: bytes[36..<52]),
            let flags = UInt64(lowercaseHex: bytes[53..<55]),
            let traceID = TraceID(high: high, low: low), let spanID = SpanID(span)
        else { return nil }
        self.init(
            traceID: traceID,
            spanID: spanID,
            isSampled: flags & 1 == 1,
            state: TraceState(fields: tracestate) ?? .empty
        )
    }

    /// The first span of a new trace.
    package static func root(
        isSampled: Bool = true,
        using generator: inout some RandomNumberGenerator
    ) -> TraceContext {
        TraceContext(
            traceID: .random(using: &generator),
            spanID: .random(using: &generator),
            isSampled: isSampled
        )
    }

    package static func root(isSampled: Bool = true) -> TraceContext {
        var generator = SystemRandomNumberGenerator()
        return root(isSampled: isSampled, using: &generator)
    }

    /// The same trace with a span identifier of our own.
    package func child(using generator: inout some RandomNumberGenerator) -> TraceContext {
        TraceContext(
            traceID: traceID,
            spanID: .random(using: &generator),
            isSampled: isSampled,
            state: state
        )
    }

    package func child() -> TraceContext {
        var generator = SystemRandomNumberGenerator()
        return child(using: &generator)
    }

    /// The header to send: version 00, unknown flags cleared.
    package var traceparent: String {
        "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")"
    }
}

/// Sixteen bytes, not all zero; printed as 32 lower-case hex digits.
package struct TraceID: Sendable, Hashable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    package init?(high: UInt64, low: UInt64) {
        guard high != 0 || low != 0 else { return nil }
        self.high = high
        self.low = low
    }

    static func random(using generator: inout some RandomNumberGenerator) -> TraceID {
        while true {
            let high = generator.next()
            if let id = TraceID(high: high, low: generator.next()) { return id }
        }
    }

    package var description: String { high.sixteenHexDigits + low.sixteenHexDigits }
}

/// Eight bytes, not all zero; printed as 16 lower-case hex digits.
package struct SpanID: Sendable, Hashable, CustomStringConvertible {
    private let value: UInt64

    package init?(_ value: UInt64) {
        guard value != 0 else { return nil }
        self.value = value
    }

    static func random(using generator: inout some RandomNumberGenerator) -> SpanID {
        while true {
            if let id = SpanID(generator.next()) { return id }
        }
    }

    package var description: String { value.sixteenHexDigits }
}

extension UInt8 {
    fileprivate static let dash = UInt8(ascii: "-")
}

extension UInt64 {
    /// At most 16 digits `0-9a-f`; upper case is not allowed in these headers.
    fileprivate init?(lowercaseHex digits: ArraySlice<UInt8>) {
        self = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                self = self << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                self = self << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
    }

    fileprivate var sixteenHexDigits: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
