import Cryptography
import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// Links to Payme's page (section 2.3), and what else needs no call.
@Suite struct PaymeLinkTests {
    private func dialect(
        _ changes: [String: [String]] = [:],
        mode: MerchantAccount.Mode = .live
    ) throws -> Payme.Dialect {
        try Payme.Dialect(PaymeFixture.account(changing: changes, mode: mode))
    }

    private func link(
        _ dialect: Payme.Dialect,
        returnURL: String? = "https://shop.example/return?o=117"
    ) throws -> String {
        let step = try dialect.step(
            .authorize(
                .sample(
                    try PaymeFixture.soum(PaymeFixture.amount),
                    manualCapture: false,
                    token: nil,
                    returnURL: returnURL
                )
            ),
            key: Sample.key,
            after: []
        )
        guard case .requiresAction(.redirect(let url), let receipt) = try #require(step.outcome)
        else { throw Recording.Fault.malformed("\(step)") }
        #expect(receipt.reference == "\(Sample.attempt)")
        return url
    }

    private func text(_ url: String) throws -> String {
        let encoded = try #require(url.split(separator: "/").last)
        let bytes = try #require(Base64.decode(String(encoded)))
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `the sheet's link, with our order`() throws {
        let url = try link(dialect(["language": ["uz"]]))
        let order = "\(Sample.attempt)"
        let expected =
            "m=64f1a2b3c4d5e6f708192a3b;ac.order_id=\(order);a=15000000;l=uz;"
            + "c=https://shop.example/return?o=117;cr=860"
        #expect(try text(url) == expected)
        #expect(url.hasPrefix("https://checkout.paycom.uz/"))
        // The sheet's own bytes: everything but the order's name.
        let sheet =
            "bT02NGYxYTJiM2M0ZDVlNmY3MDgxOTJhM2I7YWMub3JkZXJfaWQ9b3JkLTIwMjQtMDAwMTE3O2E9MTUwMDAwMDA7bD11ejtjPWh0dHBzOi8vc2hvcC5leGFtcGxlL3JldHVybj9vPTExNztjcj04NjA="
        let renamed = expected.replacing(order, with: "ord-2024-000117")
        #expect(Base64.encode(Array(renamed.utf8)) == sheet)
    }

    @Test func `what could end a parameter is encoded, what is not told is left out`() throws {
        let wait = try dialect(["return_wait": ["5000"], "account_field": ["booking"]])
        #expect(
            try text(link(wait, returnURL: "https://shop.example/?a=1;b=2"))
                == "m=64f1a2b3c4d5e6f708192a3b;ac.booking=\(Sample.attempt);a=15000000;l=ru;"
                + "c=https://shop.example/?a=1%3Bb=2;ct=5000;cr=860"
        )
        #expect(
            try text(link(wait, returnURL: nil))
                == "m=64f1a2b3c4d5e6f708192a3b;ac.booking=\(Sample.attempt);a=15000000;l=ru;cr=860"
        )
    }

    @Test func `each mode has its own page, and an account may have another`() throws {
        #expect(try link(dialect(mode: .test)).hasPrefix("https://test.paycom.uz/"))
        let own = try dialect(["checkout_base": ["http://127.0.0.1:4010/payme/"]])
        #expect(try link(own).hasPrefix("http://127.0.0.1:4010/payme/bT0"))
    }

    @Test func `an unused link is let go without a call, and nothing is known of it`() throws {
        let dialect = try dialect()
        let reference = "\(Sample.attempt)"
        let released = try dialect.step(.void(.sample(of: reference)), key: "k", after: [])
        #expect(released.outcome == .succeeded(VendorReceipt(reference: reference)))
        let original = VendorOperation.Original.sample(
            try PaymeFixture.soum(PaymeFixture.amount)
        )
        let looked = try dialect.step(
            .lookUp(.init(.payment(reference: reference), original: original)),
            key: "k",
            after: []
        )
        guard case .found(.payment(let snapshot)) = try #require(looked.outcome) else {
            Issue.record("\(looked)")
            return
        }
        #expect(snapshot.status == .open)
        let lost = try dialect.step(
            .lookUp(.init(.paymentOfAttempt(Sample.attempt, askedAt: Sample.now))),
            key: "k",
            after: []
        )
        #expect(lost.outcome == .notFound, "nobody was told the link")
    }

    @Test func `without the Subscribe API the rest is refused before any call`() throws {
        let dialect = try dialect()
        let amount = try PaymeFixture.soum(PaymeFixture.amount)
        let refused: [(VendorOperation, String)] = [
            (.authorize(.sample(amount, manualCapture: false)), "subscribe_off"),
            (.authorize(.sample(amount, token: nil)), "stored_card_needed"),
            (
                .authorize(
                    .sample(amount, manualCapture: false, token: nil, offSession: true)
                ),
                "stored_card_needed"
            ),
            (.authorize(.sample(manualCapture: false, token: nil)), "currency"),
            (.capture(.sample(amount, of: PaymeFixture.transaction)), "subscribe_off"),
            (.void(.sample(of: PaymeFixture.transaction)), "subscribe_off"),
            (.refund(.sample(amount, of: PaymeFixture.transaction)), "refund_in_cabinet"),
        ]
        for (operation, code) in refused {
            let error = #expect(throws: VendorRejection.self) {
                try dialect.step(operation, key: "k", after: [])
            }
            #expect(error?.code == code)
        }
        for operation in TokenOperation.samples {
            #expect(throws: VendorRejection.self) {
                try dialect.step(operation, key: "k", after: [])
            }
        }
    }

    @Test func `an account can do what it is set up for`() throws {
        let all = Payme.descriptor.capabilities
        let links = try dialect().narrowed(all)
        #expect(links.manualCapture == false && links.offSession == false)
        #expect(links.operations.isDisjoint(with: [.tokenize, .detach]))
        let cards = try dialect(["subscribe": ["on"]]).narrowed(all)
        #expect(cards.manualCapture == false && cards.offSession)
        #expect(cards.operations == all.operations)
        #expect(try dialect(["subscribe": ["on"], "holds": ["on"]]).narrowed(all).manualCapture)
    }
}
