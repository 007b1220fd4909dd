import Cryptography
import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// The Advanced and the Split Shop (sections 2.3 and 3.7).
@Suite struct ClickInquiryTests {
    private static let document: Int64 = 700_117

    /// One request, signed over its parameters as they stand.
    private struct Request {
        var action: Int64
        var order: String
        var amount = "150000.00"
        var attempt: Int64 = 345
        var document = ClickInquiryTests.document
        var service: Int64 = 85_335
        var preparation: Int64?
        var error: Int64 = 0
        var signature: String?

        var body: String {
            let text =
                "\(document)\(attempt)\(service)\(ClickFixture.secret)\(order)\(amount)\(action)"
                + ClickFixture.signTime
            let number = preparation.map { #""merchant_prepare_id":\#($0),"# } ?? ""
            return """
                {"click_paydoc_id":\(document),"attempt_trans_id":\(attempt),\
                "service_id":\(service),"params":{"contract":"\(order)","amount":\(amount)},\
                "action":\(action),\(number)"error":\(error),"error_note":"x",\
                "sign_time":"\(ClickFixture.signTime)",\
                "sign_string":"\(signature ?? Hex.encode(Digest.md5.hash(text)))"}
                """
        }
    }

    private func bench(_ changes: [String: [String]] = [:]) throws -> QuestionBench {
        try ClickFixture.bench(
            changing: ["shop_protocol": ["advanced"]].merging(changes) { $1 }
        )
    }

    private func ask(_ request: Request, _ bench: QuestionBench) throws -> JSONValue {
        let answer = try bench.click(request.body)
        #expect(answer["click_paydoc_id"] == .integer(request.document))
        #expect(answer["attempt_trans_id"] == .integer(request.attempt))
        return answer
    }

    // MARK: Signature

    @Test func `the sheet's vector is signed well, and names no order of ours`() throws {
        let vector = { (sign: String) in
            """
            {"click_paydoc_id":700117,"attempt_trans_id":345,"service_id":85335,\
            "params":{"contract":"AC-532","amount":1000},"action":1,\
            "sign_time":"2024-11-20 14:05:33","sign_string":"\(sign)"}
            """
        }
        let bench = try bench()
        #expect(try bench.click(vector("be95956d3dc5f6f3cadc88201054166c"))["error"] == -5)
        #expect(try bench.click(vector("be95956d3dc5f6f3cadc88201054166d"))["error"] == -1)
        // Another order of the parameters is another text.
        let turned = vector("be95956d3dc5f6f3cadc88201054166c")
            .replacing(
                #""contract":"AC-532","amount":1000"#,
                with: #""amount":1000,"contract":"AC-532""#
            )
        #expect(try bench.click(turned)["error"] == -1)
        // So is another spelling of a number.
        let spelt = vector("be95956d3dc5f6f3cadc88201054166c").replacing(":1000}", with: ":1000.0}")
        #expect(try bench.click(spelt)["error"] == -1)
    }

    // MARK: Advanced

    @Test func `a payment is prepared and completed, and a repetition changes nothing`() throws {
        let bench = try bench()
        let order = "\(bench.attempt)"
        let prepared = try ask(Request(action: 1, order: order), bench)
        #expect(prepared["error"] == 0)
        let number = try #require(prepared["merchant_prepare_id"]?.integerValue)
        #expect(bench.state == .processing)
        let again = try ask(Request(action: 1, order: order, attempt: 346), bench)
        #expect(again["merchant_prepare_id"] == .integer(number))
        let completed = try ask(
            Request(action: 2, order: order, attempt: 347, preparation: number),
            bench
        )
        #expect(completed["error"] == 0)
        #expect(completed["merchant_confirm_id"] == .integer(number))
        #expect(bench.state == .captured)
        #expect(bench.payment.intent.reference == "\(Self.document)")
        let repeated = try ask(Request(action: 2, order: order, attempt: 348), bench)
        #expect(repeated["error"] == -4)
        #expect(bench.payment.captures.count == 1)
    }

    @Test func `a check tells where a payment stands`() throws {
        let bench = try bench()
        let order = "\(bench.attempt)"
        let check = Request(action: 3, order: order, attempt: 900)
        #expect(try ask(check, bench)["error"] == -6)
        _ = try ask(Request(action: 1, order: order), bench)
        #expect(try ask(check, bench)["status"] == 0)
        _ = try ask(Request(action: 2, order: order), bench)
        let answer = try ask(check, bench)
        #expect(answer["status"] == 2)
        #expect(answer["error"] == 0)
        let other = try self.bench()
        _ = try ask(Request(action: 1, order: order), other)
        #expect(try ask(Request(action: 2, order: order, error: -5_017), other)["error"] == -9)
        #expect(try ask(check, other)["status"] == 1)
    }

    @Test func `every refusal has its code, in the order of the plain shop`() throws {
        let bench = try bench()
        let order = "\(bench.attempt)"
        let cases: [(Request, JSONValue)] = [
            (Request(action: 7, order: order, signature: "00"), -3),
            (Request(action: 1, order: order, signature: "00"), -1),
            (Request(action: 1, order: order, service: 1), -8),
            (Request(action: 1, order: "AC-532"), -5),
            (Request(action: 1, order: order, amount: "300"), -2),
            (Request(action: 2, order: order, preparation: 999_999_999), -6),
        ]
        for (request, code) in cases {
            #expect(try ask(request, bench)["error"] == code, "\(request)")
        }
        #expect(bench.records.isEmpty)
        for body in [
            "", "[]", "{}", "action=1", #"{"action":1}"#, #"{"action":"x","service_id":1}"#,
        ] {
            #expect(try bench.click(body)["error"] == -8, "\(body)")
        }
        #expect(try bench.ask(ClickFixture.delivery("{}", method: "GET")).json()["error"] == -8)
    }

    @Test func `what nobody signs is answered only where the account says so`() throws {
        let order = "\(try bench().attempt)"
        let information = Request(action: 0, order: order, signature: "")
        let comparison =
            #"{"action":4,"service_id":85335,"from_date":"2024-11-20","till_date":"2024-11-20"}"#
        let closed = try bench()
        #expect(try ask(information, closed)["error"] == -3)
        #expect(try closed.click(comparison)["error"] == -3)
        let open = try bench(["unsigned_questions": ["on"]])
        let answer = try ask(information, open)
        #expect(answer["params"]?["contract"] == .string(order))
        #expect(answer["params"]?["amount"]?.text == "150000.00")
        #expect(open.records.isEmpty, "it is no money")
        #expect(try ask(Request(action: 0, order: "AC-532"), open)["error"] == -5)
        _ = try ask(Request(action: 1, order: order), open)
        let requests = try open.click(comparison)["requests"]
        #expect(requests?["\(Self.document)"]?["status"] == 0)
        let backwards = comparison.replacing(
            #""from_date":"2024"#,
            with: #""from_date":"2025"#
        )
        #expect(try open.click(backwards)["error"] == -8)
    }

    @Test func `our own failure is told with both of its identifiers`() throws {
        let questions = Click.Questions()
        let account = ClickFixture.account(changing: ["shop_protocol": ["advanced"]])
        let request = Request(action: 3, order: "AC-532")
        let reading = questions.read(
            ClickFixture.delivery(request.body),
            account: account,
            now: ClickFixture.now
        )
        guard case .question(let question) = reading else {
            Issue.record("a good request is a question")
            return
        }
        let answer = try questions.unavailable(question).json()
        #expect(answer["error"] == -7)
        #expect(answer["click_paydoc_id"] == .integer(Self.document))
        #expect(answer["attempt_trans_id"] == 345)
    }

    // MARK: Split

    @Test func `a split payment names what each gets, and it adds up`() throws {
        let bench = try bench([
            "shop_protocol": ["split"], "split_shares": [#"{"1001":1,"1002":1,"1003":1}"#],
        ])
        let order = "\(bench.attempt)"
        let prepared = try ask(Request(action: 1, order: order), bench)
        #expect(
            prepared["split"]?.text
                == #"[{"cntrg_id":1001,"amount":50000.00},{"cntrg_id":1002,"amount":50000.00},"#
                + #"{"cntrg_id":1003,"amount":50000.00}]"#
        )
        #expect(try ask(Request(action: 3, order: order), bench)["error"] == -3)
        let confirmed = try ask(Request(action: 2, order: order), bench)
        #expect(confirmed["error"] == 0)
        #expect(confirmed["split"] == nil)
        #expect(bench.state == .captured)
    }

    @Test(arguments: [1, 7, 100, 10_001, 15_000_000, Int64.max])
    func `shares add up to the tiyin`(amount: Int64) throws {
        let split = try #require(Click.Split(#"{"1":70,"2":29,"3":1}"#))
        let shares = split.shares(of: try ClickFixture.soum(amount))
        #expect(shares.reduce(0) { $0 + $1.amount.minorUnits } == amount)
        #expect(shares.allSatisfy { $0.amount.minorUnits >= 0 })
    }

    @Test(arguments: [nil, "{}", "[]", #"{"x":1}"#, #"{"1":0}"#, #"{"1":"70"}"#, #"{"1":10001}"#])
    func `a split shop without usable weights is refused when it is configured`(shares: String?) {
        var changes = ["shop_protocol": ["split"]]
        if let shares { changes["split_shares"] = [shares] }
        let credentials = ClickFixture.account(changing: changes).credentials
        let problems = Click.descriptor.problems(in: credentials)
        #expect(problems.contains { $0.field == "split_shares" })
    }

    @Test func `an account names its service in either form`() throws {
        let json = ClickFixture.delivery(Request(action: 1, order: "x").body)
        #expect(Click.routing.name(json)?.text == "85335")
    }
}
