import Cryptography
import HTTP
import JSON
import PaymentCore
import Synchronization
import TestKit
import Testing

@testable import PaymentAPI

/// The books over the API. Every answer is held against the API document by the fixture.
struct LedgerEndpointTests {
    let api: APIFixture
    private let merchant = LedgerAccount(.merchantBalance, in: .usd)
    private let drawer = LedgerAccount(.cashDrawer, of: "front 1:a", in: .usd)

    init() throws {
        api = try APIFixture()
    }

    /// Puts transfers of 100, 101, … into the drawer.
    private func fill(_ count: Int64) {
        var hash = LedgerHead.origin
        var entries: [SealedEntry] = []
        for position in 1...count {
            let transfer = SealedTransfer(
                position: position,
                bookedAt: api.clock.now,
                id: api.identifiers.make(),
                event: api.identifiers.make(),
                line: 1,
                intent: nil,
                sequence: nil,
                phase: "posted",
                debit: drawer.id,
                credit: merchant.id,
                amount: 99 + position,
                currency: "USD",
                code: "capture",
                reference: "a \"quoted\", text",
                pending: nil,
                reverses: nil,
                postedAt: api.clock.now
            )
            hash = Digest.sha256.hash(hash + transfer.sealedBytes())
            entries.append(SealedEntry(transfer: transfer, hash: hash))
        }
        let head = LedgerHead(
            position: count,
            hash: hash,
            bookedAt: api.clock.now,
            signature: LedgerHead.Signature(key: "0123456789abcdef", bytes: [1, 2])
        )
        let made = entries
        api.ledger.rows.withLock { rows in
            rows.entries = made
            rows.heads = [head]
        }
    }

    @Test
    func `accounts are listed with their balance on the side they grow on`() async throws {
        let balance = LedgerBalance(debitsPosted: 300, creditsPosted: 1_000, creditsPending: 50)
        api.ledger.rows.withLock {
            $0.balances = [
                LedgerAccountBalance(account: merchant, balance: balance),
                LedgerAccountBalance(
                    account: drawer,
                    balance: LedgerBalance(debitsPosted: 1_000, creditsPosted: 300)
                ),
            ]
        }
        let list = await api.send(.get, "/ledger/accounts?at=2026-01-01T00:00:00Z")
        #expect(list.status == 200)
        let data = try #require(list.json["data"]?.arrayValue)
        #expect(data.map { $0["balance"]?.integerValue } == [700, 700])
        #expect(data.map { $0["owner"]?.stringValue } == [nil, "front 1:a"])
        #expect(data[0]["credits_pending"]?.integerValue == 50)
        #expect(
            api.ledger.rows.withLock { $0.lastMoment?.rfc3339 } == "2026-01-01T00:00:00.000000Z"
        )
        let cash = await api.send(.get, "/ledger/accounts?kind=cash_drawer&currency=USD")
        #expect(cash.json["data"]?.arrayValue?.count == 1)
        let none = await api.send(.get, "/ledger/accounts?currency=EUR")
        #expect(none.json["data"]?.arrayValue?.isEmpty == true)
        let one = await api.send(.get, "/ledger/accounts/cash_drawer%3Afront%201:a%3AUSD")
        #expect(one.status == 200)
        #expect(one.json["id"]?.stringValue == drawer.id)
    }

    @Test(arguments: ["bank:USD", "bank", "merchant_balance:usd", "%20"])
    func `an account that is none is not found`(name: String) async {
        for path in ["/ledger/accounts/\(name)", "/ledger/accounts/\(name)/entries"] {
            let answer = await api.send(.get, path)
            #expect(answer.status == 404)
            #expect(answer.code == "not_found")
        }
    }

    @Test
    func `a statement runs from its opening balance to its closing one`() async throws {
        fill(5)
        api.ledger.rows.withLock { $0.opening = LedgerBalance(creditsPosted: 1_000) }
        let path = "/ledger/accounts/\(merchant.id)/entries"
        let page = await api.send(.get, "\(path)?after=1&limit=3")
        #expect(page.status == 200)
        #expect(page.json["opening_balance"]?.integerValue == 1_000)
        let data = try #require(page.json["data"]?.arrayValue)
        #expect(data.map { $0["balance"]?.integerValue } == [1_101, 1_203, 1_306])
        #expect(data.allSatisfy { $0["side"]?.stringValue == "credit" })
        #expect(page.json["closing_balance"]?.integerValue == 1_306)
        #expect(page.json["has_more"]?.boolValue == true)
        #expect(page.json["next"]?.stringValue == "4")
        let end = await api.send(.get, "\(path)?after=5")
        #expect(end.json["next"]?.stringValue == "5")
        #expect(end.json["has_more"]?.boolValue == false)
    }

    @Test
    func `a trial balance has as much on one side as on the other`() async throws {
        api.ledger.rows.withLock {
            $0.balances = [
                LedgerAccountBalance(
                    account: merchant,
                    balance: LedgerBalance(debitsPosted: 300, creditsPosted: 1_000)
                ),
                LedgerAccountBalance(
                    account: drawer,
                    balance: LedgerBalance(debitsPosted: 1_000, creditsPosted: 300)
                ),
            ]
        }
        let answer = await api.send(.get, "/ledger/trial-balance")
        #expect(answer.status == 200)
        let dollars = try #require(answer.json["currencies"]?.arrayValue?.first)
        #expect(dollars["debits"]?.integerValue == 700)
        #expect(dollars["credits"]?.integerValue == 700)
        #expect(dollars["balanced"]?.boolValue == true)
    }

    @Test
    func `the columns of a trial balance may hold more than an account can`() async throws {
        let other = LedgerAccount(.cashDrawer, of: "front-2", in: .usd)
        api.ledger.rows.withLock {
            $0.balances = [drawer, other].map {
                LedgerAccountBalance(account: $0, balance: LedgerBalance(debitsPosted: .max))
            }
        }
        let answer = await api.send(.get, "/ledger/trial-balance")
        #expect(answer.status == 200)
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(text.contains(#""debits":18446744073709551614,"credits":0,"balanced":false"#))
    }

    @Test
    func `heads are listed behind a place`() async throws {
        fill(2)
        let list = await api.send(.get, "/ledger/heads")
        #expect(list.json["data"]?.arrayValue?.first?["position"]?.integerValue == 2)
        #expect(list.json["data"]?.arrayValue?.first?["signature"]?.stringValue == "0102")
        let rest = await api.send(.get, "/ledger/heads?after=2")
        #expect(rest.json["data"]?.arrayValue?.isEmpty == true)
    }

    @Test
    func `an export has a line for everything, in pages`() async throws {
        fill(1_203)
        let export = await api.send(.get, "/ledger/export")
        #expect(export.status == 200)
        #expect(export.fields[.contentType] == "application/x-ndjson")
        let lines = try String(decoding: export.body, as: UTF8.self)
            .split(separator: "\n").map { try JSONValue.parse(Array($0.utf8)) }
        #expect(lines.count == 1_205)
        #expect(lines.first?["object"]?.stringValue == "ledger_export")
        #expect(lines.first?["tenant"]?.stringValue == api.tenant.description)
        #expect(lines[1]["amount"]?.integerValue == 100)
        #expect(lines.last?["object"]?.stringValue == "ledger_head")
        #expect(lines.last?["hash"] == lines[1_203]["hash"])
        let rest = await api.send(.get, "/ledger/export?after=1200")
        let tail = String(decoding: rest.body, as: UTF8.self).split(separator: "\n")
        #expect(tail.count == 5)
        let begin = try JSONValue.parse(Array(tail[0].utf8))
        #expect(begin["previous_hash"] == lines[1_200]["hash"])
    }

    @Test
    func `an export as CSV quotes what needs it`() async throws {
        fill(2)
        let export = await api.send(.get, "/ledger/export?format=csv")
        #expect(export.fields[.contentType] == "text/csv")
        let text = String(decoding: export.body, as: UTF8.self)
        let lines = text.split(separator: "\r\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("position,booked_at,id,"))
        #expect(lines[1].contains(#","a ""quoted"", text","#))
    }

    @Test
    func `an export that fails at once is a problem, later it is broken off`() async {
        fill(1_203)
        api.ledger.rows.withLock { $0.readable = 0 }
        let early = await api.send(.get, "/ledger/export?after=10")
        #expect(early.status == 503)
        api.ledger.rows.withLock { $0.readable = 1 }
        let late = await api.send(.get, "/ledger/export")
        #expect(late.status == 200)
        let lines = String(decoding: late.body, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 501)
        #expect(!lines.contains { $0.contains("ledger_head") }, "its end is missing")
    }

    @Test
    func `an intent shows what it posted`() async throws {
        let created = await api.send(
            .post,
            "/intents",
            #"{"amount":1000,"currency":"USD","method":{"kind":"cash","drawer_id":"d"}}"#,
            key: "k"
        )
        let id = try #require(created.json["id"]?.stringValue.flatMap { IntentID($0) })
        let transfers = try await api.store.transfers(of: id, in: api.tenant)
        api.ledger.rows.withLock { $0.transfers[id] = transfers }
        let list = await api.send(.get, "/intents/\(id)/transfers")
        #expect(list.status == 200)
        let data = try #require(list.json["data"]?.arrayValue)
        #expect(data.map { $0["debit"]?.stringValue } == ["cash_drawer:d:USD"])
        let nobody: IntentID = api.identifiers.make()
        let missing = await api.send(.get, "/intents/\(nobody)/transfers")
        #expect(missing.status == 404)
    }

    @Test
    func `a limit is set, shown and lifted`() async {
        let path = "/ledger/accounts/merchant_balance:USD/limit"
        let set = await api.send(.put, path, #"{"overdraft":50}"#)
        #expect(set.status == 200)
        #expect(set.json["available"]?.integerValue == 115)
        let list = await api.send(.get, "/ledger/limits")
        #expect(list.json["data"]?.arrayValue?.count == 1)
        #expect(await api.send(.delete, path).status == 204)
        #expect(await api.send(.delete, path).status == 404)
        let negative = await api.send(.put, path, #"{"overdraft":-1}"#)
        #expect(negative.pointers == ["/overdraft"])
    }

    @Test
    func `a monitor is set, shown and removed`() async {
        let path = "/ledger/accounts/merchant_balance:USD/monitor"
        let set = await api.send(.put, path, #"{"threshold":10,"age_seconds":60}"#)
        #expect(set.status == 200)
        #expect(set.json["overdue"]?.integerValue == 20)
        #expect(set.json["alerting"]?.boolValue == true)
        let list = await api.send(.get, "/ledger/monitors")
        #expect(list.json["data"]?.arrayValue?.count == 1)
        #expect(await api.send(.delete, path).status == 204)
        #expect(await api.send(.delete, path).status == 404)
        let missing = await api.send(.put, path, "{}")
        #expect(missing.pointers == ["/threshold", "/age_seconds"])
    }
}
