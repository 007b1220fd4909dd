import Foundation
import HTTP
import JSON
import TestKit
import Testing

/// A caller's trace goes on in the log: a line for the request, and one for each call to a vendor.
@Suite struct TraceLogTests {
    @Test func `spans of a traced payment name their parents, and unsampled ones are not logged`()
        async throws
    {
        let stack = try await TestStack(settings: ["GATEWAY_TRACE_LOG": "true"])
        let method = try await stack.method()
        let (trace, caller) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
        let quiet = "0af7651916cd43dd8448eb211c80319c"
        let held = try await stack.client.send(
            .post,
            "/intents",
            MainPathTests.hold(stack, method),
            key: "traced",
            fields: ["traceparent": "00-\(trace)-\(caller)-01"]
        )
        #expect(held.status == 201, "\(held)")
        _ = try await stack.client.send(
            .get,
            "/intents",
            fields: ["traceparent": "00-\(quiet)-\(caller)-00"]
        )
        // The log has a line of what came last once everything before it is there.
        #expect(stack.stop() == 0)
        let spans = stack.logs.split(separator: "\n")
            .compactMap { try? JSONValue.parse(Array($0.utf8)) }
            .filter { $0["message"] == "span ended" }
        let traced = spans.filter { $0["trace_id"]?.stringValue == trace }
        let request = try #require(
            traced.first { $0["span"] == "POST /api/v1/payments/intents" },
            "\(traced)"
        )
        #expect(request["parent_span_id"]?.stringValue == caller)
        #expect(request["kind"] == "server")
        #expect(request["http.response.status_code"]?.stringValue == "201")
        #expect(held.fields[.traceparent]?.contains(request["span_id"]?.stringValue ?? "-") == true)
        let call = try #require(traced.first { $0["span"] == "stripe authorize" }, "\(traced)")
        #expect(call["kind"] == "client")
        #expect(call["parent_span_id"] == request["span_id"])
        #expect(call["outcome"] == "authorized" || call["outcome"] == "succeeded")
        #expect(!spans.contains { $0["trace_id"]?.stringValue == quiet })
    }
}
