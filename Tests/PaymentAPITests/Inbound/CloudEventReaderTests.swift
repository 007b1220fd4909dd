import HTTP
import JSON
import PaymentCore
import Testing

@testable import PaymentAPI

/// Events as a broker brings them, and as they are kept.
struct CloudEventReaderTests {
    private let documents = EventDocuments()

    @Test func `binary mode takes attributes as they are`() throws {
        let event = try CloudEventReader.event(
            attributes: [
                ("specversion", "1.0"), ("id", "1"), ("source", "/b%20"), ("type", "t"),
                ("tenant", "ten_x"), ("unknownextension", "y"),
            ],
            data: Array(#"{"a":1.50}"#.utf8)
        )
        #expect(event.source == "/b%20")
        #expect(event.tenant == "ten_x")
        #expect(event.data == #"{"a":1.50}"#)
    }

    @Test func `bytes that are no JSON are no event`() {
        #expect(throws: CloudEventError.self) {
            try CloudEventReader.event(structured: Array("{]".utf8))
        }
    }

    @Test func `a stray is read again as it was, without the card number`() throws {
        var event = CloudEvent(
            id: "1",
            source: "/b",
            type: "t",
            subject: "R-1",
            time: Timestamp(seconds: 1_700_000_000),
            tenant: "ten_x",
            sequence: 7,
            correlation: "saga",
            data: #"{"note":"4242424242424242"}"#
        )
        let stored = documents.document(of: event)
        #expect(!stored.contains("4242424242424242"))
        event.data = documents.masked(event).data
        #expect(documents.event(in: stored) == event)
        #expect(documents.event(in: "{]") == nil)
    }

    @Test func `no attribute that is kept shows a card number`() {
        let card = "4111 1111 1111 1111"
        let trace = "00-0af7651916cd43dd8448eb211c80319c-4111111111111111-01"
        let kept = documents.masked(
            CloudEvent(
                id: "1",
                source: "/b",
                type: "t",
                subject: card,
                tenant: card,
                correlation: card,
                traceparent: card,
                data: "{}"
            )
        )
        for text in [kept.subject, kept.tenant, kept.correlation, kept.traceparent] {
            #expect(text?.contains("1111") == false)
        }
        var traced = kept
        traced.traceparent = trace
        #expect(documents.masked(traced).traceparent == trace)
    }

    @Test(arguments: ["id", "source", "type", "sequence"])
    func `what an event is known by may not be a card number`(name: String) {
        let known = ["specversion": "1.0", "id": "1", "source": "/b", "type": "t"]
        let attributes = known.merging([name: "4111111111111111"]) { $1 }
        do throws(CloudEventError) {
            _ = try CloudEventReader.event(
                attributes: attributes.map { ($0.key, $0.value) },
                data: Array("{}".utf8)
            )
            Issue.record("it was taken")
        } catch {
            #expect(error.problems.map(\.code) == [.cardData])
        }
    }

    @Test func `an attribute that says two things makes it no event`() throws {
        let known = [("specversion", "1.0"), ("id", "1"), ("source", "/b"), ("type", "t")]
        let data = Array("{}".utf8)
        let same = try CloudEventReader.event(attributes: known + [("id", "1")], data: data)
        #expect(same.id == "1")
        do throws(CloudEventError) {
            _ = try CloudEventReader.event(attributes: known + [("id", "2")], data: data)
            Issue.record("it was taken")
        } catch {
            #expect(error.problems.map(\.code) == [.conflict])
        }
    }

    @Test func `a field of an event that says two things is named`() async throws {
        var fields: HTTPFields = [
            "ce-specversion": "1.0", "ce-id": "a", "ce-source": "/b", "ce-type": "x.v1",
        ]
        fields.append("CE-Id", "b")
        let refused = await (try APIFixture()).send(.post, "/events", "{}", fields: fields)
        #expect(refused.status == 422)
        #expect(refused.pointers == ["header:ce-id"])
    }

    /// As many as an event may name over a broker; a body of another endpoint may not.
    @Test func `a drawer with thousands of receipts is closed over HTTP`() async throws {
        let lines = (0..<1_500).map { #"{"receipt_id":"r-\#($0)","amount":1}"# }
        let data = #"""
            {"drawer_id":"front-1","property_id":"kabul-1","opened_at":"2026-11-20T08:00:00Z",
            "closed_at":"2026-11-20T20:00:00Z","currency":"USD","counted_amount":1500,
            "receipts":[\#(lines.joined(separator: ","))]}
            """#
        let api = try APIFixture()
        let taken = await api.send(
            .post,
            "/events",
            data,
            fields: [
                "ce-specversion": "1.0", "ce-id": "a", "ce-source": "/desk",
                "ce-type": "billing.cash_drawer.closed.v1",
            ]
        )
        #expect(taken.status == 202)
        let refused = await api.send(.post, "/customers", data)
        #expect(refused.code == "malformed_json")
    }
}
