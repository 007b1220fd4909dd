import HTTP
import JSON
import PaymentCore
import TestKit
import Testing

@testable import PaymentAPI

/// Policies, retries, unknown outcomes and jobs over HTTP.
struct PlanEndpointTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
    }

    private func put(_ body: String) async -> APIFixture.Exchange {
        await api.send(.put, "/policies", body)
    }

    @Test
    func `policies are standard, then replaced version by version`() async {
        let none = await api.send(.get, "/policies")
        #expect(none.status == 200)
        #expect(none.json["version"] == 0)
        #expect(none.json["retry"]?["mode"] == "off")
        let set = await put(
            #"{"version":0,"retry":{"mode":"all","pay_days":[1,15],"soft_after_seconds":60},"#
                + #""hold":{"action":"capture","lifetimes":[{"of":"visa","seconds":86400}]}}"#
        )
        #expect(set.status == 200)
        #expect(set.json["version"] == 1)
        let read = await api.send(.get, "/policies")
        #expect(read.json["retry"]?["soft_after_seconds"] == 60)
        #expect(read.json["hold"]?["lifetimes"]?[0]?["of"] == "visa")
        let late = await put(#"{"version":0}"#)
        #expect(late.status == 409)
        #expect(late.code == "version_conflict")
    }

    @Test(arguments: [
        (#""maximum_retries":15"#, "/retry/maximum_retries", "15_attempts_in_30_days"),
        (
            #""insufficient_funds_after_seconds":3600"#,
            "/retry/insufficient_funds_after_seconds", "insufficient_funds_24_hours_apart"
        ),
    ])
    func `a policy that would break a rule is refused with the rule`(
        field: String,
        pointer: String,
        rule: String
    ) async {
        let refused = await put(#"{"version":0,"retry":{"mode":"all",\#(field)}}"#)
        #expect(refused.status == 422)
        #expect(refused.pointers == [pointer])
        let problem = refused.json["errors"]?[0]
        #expect(problem?["code"] == "scheme_rule")
        #expect(problem?["message"]?.stringValue?.contains(rule) == true)
        #expect((await api.send(.get, "/policies")).json["version"] == 0)
    }

    private func method() async -> String {
        let made = await api.send(
            .post,
            "/payment-methods",
            #"{"kind":"card","provider":"acme","token":"tok_1"}"#,
            key: "m"
        )
        return made.json["id"]?.stringValue ?? ""
    }

    private func charge(
        _ more: String = "",
        key: String = "k1"
    ) async -> APIFixture.Exchange {
        await api.send(
            .post,
            "/intents",
            #"{"amount":1000,"currency":"USD","off_session":true,"#
                + #""method":{"kind":"card","id":"\#(await method())"}\#(more)}"#,
            key: key
        )
    }

    @Test
    func `a declined charge tells when it is tried again, and the plan can be withdrawn`()
        async throws
    {
        _ = await put(#"{"version":0,"retry":{"mode":"all"}}"#)
        api.vendor.failNext(.decline(Decline(.soft, code: "do_not_honor")))
        let declined = await charge()
        #expect(declined.status == 402)
        let retry = declined.json["intent"]?["retry"]
        #expect(retry?["state"] == "planned")
        #expect(retry?["reason"] == "soft")
        #expect(retry?["next_at"]?.stringValue != nil)
        let id = try #require(declined.json["intent"]?["id"]?.stringValue)
        let withdrawn = await api.send(.delete, "/intents/\(id)/retry")
        #expect(withdrawn.status == 200)
        #expect(withdrawn.json["retry"]?["reason"] == "withdrawn")
        let again = await api.send(.delete, "/intents/\(id)/retry")
        #expect(again.status == 409)
        let budget = await api.send(.get, "/retries/budget")
        #expect(budget.json["data"]?[0]?["reason"] == "withdrawn")
        #expect(budget.json["data"]?[0]?["amount"] == 1_000)
    }

    @Test
    func `a payer who was there is told why nothing is tried again`() async {
        api.vendor.failNext(.decline(Decline(.soft, code: "do_not_honor")))
        let declined = await api.send(
            .post,
            "/intents",
            #"{"amount":1000,"currency":"USD","method":{"kind":"card","id":"\#(await method())"}}"#,
            key: "k1"
        )
        #expect(declined.json["intent"]?["retry"]?["reason"] == "customer_present")
    }

    @Test
    func `an unknown outcome is listed, and settled by two people`() async throws {
        api.vendor.failNext(.answerLost)
        let accepted = await charge()
        #expect(accepted.status == 202)
        let listed = await api.send(.get, "/unknowns")
        let unknown = try #require(listed.json["data"]?[0])
        #expect(unknown["owner"] == "gateway")
        #expect(unknown["next_look_at"]?.stringValue != nil)
        let id = try #require(unknown["attempt"]?["id"]?.stringValue)
        let path = "/unknowns/\(id)/settlement"
        let incomplete = await api.send(
            .post,
            path,
            #"{"outcome":"succeeded","reason":"seen"}"#
        )
        #expect(incomplete.pointers == ["/gateway_reference"])
        let proposed = await api.send(
            .post,
            path,
            #"{"outcome":"succeeded","gateway_reference":"ch_1","reason":"seen"}"#,
            fields: ["Gateway-Actor": "anna"]
        )
        #expect(proposed.status == 201)
        let waiting = await api.send(.get, "/unknowns")
        let proposal = try #require(waiting.json["data"]?[0]?["proposal"])
        #expect(proposal == proposed.json["settlements"]?[0])
        let moment = try #require(proposal["proposed_at"]?.stringValue)
        func approve(
            _ person: String,
            _ body: String = #"{"proposed_at":"\#(moment)"}"#
        ) async -> APIFixture.Exchange {
            await api.send(.post, "\(path)/approve", body, fields: ["Gateway-Actor": person])
        }
        #expect(await approve("boris", "{}").pointers == ["/proposed_at"])
        let other = await approve("boris", #"{"proposed_at":"2026-11-23T09:30:00Z"}"#)
        #expect(other.status == 409)
        #expect(other.code == "version_conflict")
        #expect(other.json["detail"]?.stringValue?.contains(moment) == true)
        #expect(await approve("anna").code == "second_person_required")
        let settled = await approve("boris")
        #expect(settled.status == 200)
        #expect(settled.json["status"] == "authorized")
        let settlement = settled.json["settlements"]?[0]
        #expect(settlement?["proposed_by"] == "anna")
        #expect(settlement?["decided_by"] == "boris")
        #expect((await api.send(.get, "/unknowns")).json["data"]?.arrayValue?.isEmpty == true)
        _ = try await api.store.publishEvents(limit: 100, in: api.tenant)
        let events = try await api.store.events(after: 0, limit: 100, in: api.tenant)
        let told = events.map(\.event).filter { $0.type == .settlementApproved }
        #expect(told.count == 1)
        #expect(told.first?.data.contains(#""decided_by":"boris""#) == true)
    }

    @Test
    func `a reference that somebody tells of fits wherever a vendor's does`() async {
        let attempt: AttemptID = api.identifiers.make()
        func propose(_ count: Int) async -> APIFixture.Exchange {
            let reference = String(repeating: "😀", count: count)
            return await api.send(
                .post,
                "/unknowns/\(attempt)/settlement",
                #"{"outcome":"succeeded","gateway_reference":"\#(reference)","reason":"r"}"#
            )
        }
        // A thousand bytes are kept.
        #expect(await propose(251).pointers.first == "/gateway_reference")
        #expect(await propose(250).status == 404)
    }

    @Test
    func `jobs are listed page by page`() async throws {
        for subject in ["a", "b", "c,d"] {
            let job = JobChange.schedule(.purge, subject: subject, due: .after(.zero))
            try await api.store.commit(Changeset(jobs: [job]), in: api.tenant)
        }
        var seen: [String?] = []
        var after = ""
        while true {
            let page = await api.send(.get, "/jobs?limit=1&kind=purge\(after)")
            seen += (page.json["data"]?.arrayValue ?? []).map { $0["subject"]?.stringValue }
            guard page.json["has_more"] == true else { break }
            let next = try #require(page.json["next"]?.stringValue)
            after = "&after=\(PercentCoding.encode(next))"
        }
        #expect(seen == ["a", "b", "c,d"])
        #expect(await api.send(.get, "/jobs?after=x").pointers == ["query:after"])
    }

    @Test
    func `jobs are listed, read, cancelled and retried`() async throws {
        api.vendor.failNext(.answerLost)
        let accepted = await charge()
        let id = try #require(accepted.json["id"]?.stringValue)
        let jobs = await api.send(.get, "/jobs?state=ready&kind=follow_payment")
        #expect(jobs.json["data"]?[0]?["subject"]?.stringValue == id)
        let path = "/jobs/follow_payment/\(id)"
        #expect((await api.send(.get, path)).status == 200)
        let cancelled = await api.send(.delete, path, fields: ["Gateway-Actor": "anna"])
        #expect(cancelled.json["state"] == "dead")
        #expect(cancelled.json["last_error"] == "cancelled by anna")
        let unknown = await api.send(.get, "/unknowns")
        #expect(unknown.json["data"]?[0]?["owner"] == "operator")
        let retried = await api.send(.post, "\(path)/retry")
        #expect(retried.json["state"] == "ready")
        #expect((await api.send(.get, "/jobs/fold_paper/x")).status == 404)
    }
}
