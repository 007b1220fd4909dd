import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// What an account is configured with: fiscal codes, saved cards, and what is refused.
@Suite struct OctoAccountTests {
    private func problems(_ changes: [String: [String]]) -> [CredentialProblem] {
        Octo.descriptor.problems(in: OctoFixture.account(changing: changes).credentials)
    }

    @Test(arguments: [
        ("shop_id", "forty"), ("shop_id", "0"), ("hold_ttl_minutes", "0"),
        ("hold_ttl_minutes", "50000"), ("page_ttl_minutes", "1441"), ("language", "de"),
        ("signature_mode", "none"), ("hold_callback_answer", "cancel"), ("clock_offset", "+03:00"),
        ("token_method", "visa"), ("api_base", "http://octo.uz"), ("tsp_id", "x"),
    ])
    func `a wrong setting is named, and nothing is sent under it`(
        name: String,
        value: String
    ) throws {
        #expect(problems([name: [value]]) == [CredentialProblem(field: name, code: .invalid)])
        // A word that only travels to Octo is refused by Octo.
        guard !["language", "token_method", "clock_offset"].contains(name) else { return }
        #expect(throws: VendorRejection.self) {
            try OctoFixture.dialect(changing: [name: [value]])
        }
    }

    // MARK: Fiscal codes

    @Test(arguments: [
        "[]", #"{"other":{}}"#, #"{"default":{}}"#,
        #"{"default":{"spic":"1","package_code":"2","nds":2,"inn":"3"}}"#,
        #"{"default":{"spic":"1","package_code":"2","nds":0}}"#,
        #"{"default":{"spic":"1","package_code":"2","nds":0,"inn":"3","pinfl":"4"}}"#,
        #"{"default":{"spic":"1","package_code":"2","nds":0,"inn":"3","more":1}}"#,
        #"{"items":[]}"#, #"{"items":{"ROOM":1}}"#,
    ])
    func `fiscal codes that cannot be read are refused`(goods: String) {
        #expect(problems(["fiscal_goods": [goods]]).map(\.field).contains("fiscal_goods"))
        #expect(throws: VendorRejection.self) {
            try OctoFixture.dialect(changing: ["fiscal_goods": [goods]])
        }
    }

    private func basket(
        _ items: [Order.Item],
        goods: String = OctoFixture.goods,
        payer: VendorOperation.Payer? = nil,
        token: String? = nil
    ) throws -> JSONValue {
        let played = try OctoFixture.play(
            OctoFixture.authorize(token: token, payer: payer, items: items),
            changing: ["fiscal_goods": [goods]]
        )
        return try JSONValue.parse(try #require(played.sent.first).request.body)
    }

    private let room = Order.Item(
        description: "Double room",
        sku: "ROOM",
        quantity: 2,
        unitAmount: 7_000_000
    )
    private let breakfast = Order.Item(
        description: "Breakfast",
        sku: nil,
        quantity: 1,
        unitAmount: 1_000_000
    )

    @Test func `items that add up are sent with their codes, byte by byte`() throws {
        let body = try basket([room, breakfast])
        #expect(
            body["basket"]?.text == """
                [{"position_desc":"Double room","count":2,"price":70000.00,\
                "spic":"10899002001000000","pinfl":"12345678901234","package_code":"1501319",\
                "nds":1},{"position_desc":"Breakfast","count":1,"price":10000.00,\
                "spic":"10305008002000000","inn":"301234567","package_code":"1514296","nds":0}]
                """
        )
        #expect(body["user_data"] == nil)
    }

    @Test func `a payment of something else is one line`() throws {
        for items in [[], [room]] {
            #expect(
                try basket(items)["basket"]?.text == """
                    [{"position_desc":"Booking 117","count":1,"price":150000.00,\
                    "spic":"10305008002000000","inn":"301234567","package_code":"1514296",\
                    "nds":0}]
                    """
            )
        }
    }

    @Test func `what has no codes is refused before Octo is asked`() {
        let onlyRooms = """
            {"items":{"ROOM":{"spic":"1","package_code":"2","nds":0,"inn":"3"}}}
            """
        #expect(throws: VendorRejection.self) { try basket([room, breakfast], goods: onlyRooms) }
        #expect(throws: VendorRejection.self) { try basket([], goods: onlyRooms) }
    }

    @Test func `no codes, no basket, and no word about the payer`() throws {
        let payer = Self.payer(email: "guest@example.com", phone: nil)
        for goods in ["{}", #"{"items":{}}"#] {
            let body = try basket([room, breakfast], goods: goods, payer: payer)
            #expect(body["basket"] == nil)
            #expect(body["user_data"] == nil)
        }
    }

    private static func payer(email: String?, phone: String?) -> VendorOperation.Payer {
        VendorOperation.Payer(
            customer: Sample.customer,
            name: "Guest",
            email: email,
            phone: phone
        )
    }

    @Test(arguments: [
        ("guest@example.com", "+998901234567", true, true),
        ("guest@example.com", nil, true, true), (nil, "+998901234567", true, false),
        (nil, nil, false, false),
    ])
    func `a receipt goes to whom it can reach`(
        email: String?,
        phone: String?,
        isTold: Bool,
        isToldWithCard: Bool
    ) throws {
        let payer = Self.payer(email: email, phone: phone)
        #expect((try basket([], payer: payer)["user_data"] != nil) == isTold)
        // With a saved card Octo wants the e-mail as soon as it knows of a user.
        let charged = try basket([], payer: payer, token: "tok_1")
        #expect((charged["user_data"] != nil) == isToldWithCard)
    }

    // MARK: Saved cards

    private func step(
        _ operation: TokenOperation,
        _ answers: HTTPResponse...
    ) throws -> VendorStep<TokenOutcome> {
        try OctoFixture.dialect().step(operation, key: Sample.key, after: answers)
    }

    @Test func `a saved card is blocked, once and for all`() throws {
        let detach = TokenOperation.detach(token: VendorToken("uzcard:tok_1"))
        guard case .ask(let request, .movesMoney) = try step(detach) else {
            Issue.record("nothing is asked")
            return
        }
        #expect(request.url == "https://secure.octo.uz/block_card_token")
        #expect(
            String(decoding: request.body, as: UTF8.self) == """
                {"octo_shop_id":42125,"octo_secret":"5f0c7f0e-2a41-4d2b-9a53-1d1f4f0a77c2",\
                "card_token":"tok_1"}
                """
        )
        for (answer, expected) in [
            (OctoFixture.answer(#"{"error":0,"data":{}}"#), "done"),
            (OctoFixture.failure(6, "Card token not found or blocked"), "done"),
            (OctoFixture.failure(2, "Wrong secret"), "rejected_configuration"),
            (OctoFixture.failure(9, "No"), "rejected_invalid_request"),
            (OctoFixture.answer("", status: 500), "unknown_vendor_error"),
        ] {
            guard case .finished(let outcome) = try step(detach, answer) else {
                Issue.record("more is asked")
                continue
            }
            #expect(outcome.shortForm == expected)
        }
        guard
            case .finished(let throttled) = try step(
                detach,
                OctoFixture.tooSoon,
                OctoFixture.tooSoon
            )
        else { return }
        #expect(throttled == .notDone(.throttled))
    }

    @Test func `an imported token is taken as it is, without a word to Octo`() throws {
        let answers: [(TokenOperation, TokenOutcome)] = [
            (
                .registerCustomer(customer: Sample.customer, email: nil, name: nil),
                .customer(reference: "\(Sample.customer)")
            ),
            (.attach(token: VendorToken("t"), customerReference: "c"), .done),
            (
                .readMethod(token: VendorToken("humo:t")),
                .method(MethodDetails(brand: "humo"), customerReference: nil)
            ),
            (
                .readMethod(token: VendorToken("t")),
                .method(MethodDetails(), customerReference: nil)
            ),
        ]
        for (operation, expected) in answers {
            guard case .finished(let outcome) = try step(operation) else {
                Issue.record("\(operation) asks")
                continue
            }
            #expect(outcome == expected)
        }
    }

    @Test func `no card is bound here: that would be to see its number`() throws {
        let open = TokenOperation.openSession(
            session: Sample.session,
            customerReference: nil,
            kind: .card,
            offSession: false,
            returnURL: nil
        )
        #expect(throws: VendorRejection.self) { try step(open) }
        #expect(throws: VendorRejection.self) { try step(.readSession(reference: "x")) }
    }
}
