import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// What was sold, told to Click for the tax authority (section 4.3).
@Suite(.time(ClickFixture.now)) struct ClickSaleTests {
    private static let base = "https://api.click.uz/v2/merchant"
    private static let address = "https://ofd.soliq.uz/epi?t=EP000000000117&r=2147490001"
    private let taxes = [
        "fiscal_code": ["10704001001000000"], "fiscal_package_code": ["1501319"],
        "fiscal_tin": ["305123456"],
    ]
    private let done = ClickSaleTests.answer(#"{"error_code":0,"error_note":"Success"}"#)
    private let nothing = ClickSaleTests.answer(
        #"{"error_code":-50,"error_note":"Nothing was submitted"}"#
    )
    private let shown = ClickSaleTests.answer(
        #"{"paymentId":2147490001,"qrCodeURL":"\#(address)"}"#
    )

    private static func answer(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: HTTPStatus(status), body: Array(text.utf8))
    }

    private func sale(
        _ reference: String = "2147490001",
        amount: Int64 = 15_000_000
    ) throws -> VendorSale {
        VendorSale(
            paymentReference: reference,
            amount: try ClickFixture.soum(amount),
            items: PaymeFixture.order.items,
            details: #"{"payment_id":2147490001}"#
        )
    }

    private func step(
        _ sale: VendorSale,
        _ answers: [HTTPResponse] = [],
        _ changes: [String: [String]]? = nil
    ) throws -> VendorStep<VendorOutcome> {
        try Click.Dialect(ClickFixture.account(changing: changes ?? taxes))
            .step(sale, after: answers)
    }

    private func details(_ step: VendorStep<VendorOutcome>) throws -> String? {
        guard case .succeeded(let receipt) = step.outcome else {
            throw Click.Dialect.unexpected(step)
        }
        return receipt.details
    }

    @Test func `F6: what was bought is told, and where its receipt is shown is kept`() throws {
        let (first, effect) = try #require(try step(sale()).request)
        #expect(effect == .addition)
        #expect(first.method == .get, "it may have been told before")
        #expect(first.url == "\(Self.base)/payment/ofd_data/85335/2147490001")
        let (request, _) = try #require(try step(sale(), [nothing]).request)
        #expect(request.url == "\(Self.base)/payment/ofd_data/submit_items")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"service_id":85335,"payment_id":2147490001,"items":[{"Name":"Hotel room, standard, night","SPIC":"10704001001000000","PackageCode":"1501319","GoodPrice":7500000,"Price":15000000,"Amount":2,"VAT":1607143,"VATPercent":12,"CommissionInfo":{"TIN":"305123456"}}],"received_ecash":15000000,"received_cash":0,"received_card":0}"#
        )
        let (question, _) = try #require(try step(sale(), [nothing, done]).request)
        #expect(question.url == first.url)
        let told = try step(sale(), [nothing, done, shown])
        let kept = try JSONValue.parse(try #require(try details(told)))
        #expect(kept["fiscal_qr_code_url"]?.stringValue == Self.address)
        #expect(kept["payment_id"] == 2_147_490_001, "what was known is known")
    }

    @Test func `what Click knows is not told again`() throws {
        let kept = try details(step(sale(), [shown]))
        #expect(kept?.contains("ofd.soliq.uz") == true)
    }

    @Test(arguments: [
        (#"{"error_code":-50,"error_note":"Nothing was submitted"}"#, 200),
        (#"{"paymentId":2147490078,"qrCodeURL":"https://ofd.example/1"}"#, 200),
        (#"{"paymentId":2147490001,"qrCodeURL":"javascript:alert(1)"}"#, 200),
        (#"{"paymentId":2147490001,"qrCodeURL":"https://ofd.example/1"}"#, 502), ("", 504),
    ])
    func `an address that is not told is absent, and the sale told`(
        text: String,
        status: Int
    ) throws {
        let last = try step(sale(), [nothing, done, Self.answer(text, status: status)])
        #expect(try details(last) == nil)
    }

    @Test(arguments: [
        (#"{"error_code":-9,"error_note":"Later"}"#, 200, "rejected"), ("", 401, "rejected"),
        ("", 502, "unknown"), ("<html>", 200, "unknown"),
    ])
    func `what Click did not take is no success`(
        text: String,
        status: Int,
        outcome: String
    ) throws {
        let last = try step(sale(), [nothing, Self.answer(text, status: status)])
        #expect(last.outcome?.shortForm.hasPrefix(outcome) == true, "\(last)")
    }

    @Test func `a receipt that would be wrong is not made`() throws {
        let without = taxes.merging(["fiscal_code": []]) { $1 }
        for (amount, account) in [
            (14_999_999, taxes), (15_000_001, taxes), (15_000_000, without),
        ] {
            #expect(throws: VendorRejection.self, "\(amount)") {
                try step(sale(amount: Int64(amount)), [], account)
            }
        }
        #expect(throws: VendorRejection.unknownReference) { try step(sale("invoice-7")) }
    }

    @Test func `only an account with its taxes is told of sales`() throws {
        func operations(_ changes: [String: [String]]) throws -> Set<Capabilities.Operation> {
            try Click.Dialect(ClickFixture.account(changing: changes))
                .narrowed(Click.descriptor.capabilities).operations
        }
        #expect(try operations(taxes).contains(.registerSale))
        #expect(try !operations([:]).contains(.registerSale))
        let odd = taxes.merging(["fiscal_tin": ["12345"]]) { $1 }
        #expect(try !operations(odd).contains(.registerSale), "neither TIN nor PINFL")
    }
}

extension Click.Dialect {
    fileprivate static func unexpected(_ step: VendorStep<VendorOutcome>) -> VendorRejection {
        VendorRejection(.invalidRequest, code: "unexpected", message: "\(step)")
    }
}
