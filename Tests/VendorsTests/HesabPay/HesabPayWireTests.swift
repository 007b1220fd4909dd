import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// The names and rules that an account may change (section 9).
@Suite struct HesabPayWireTests {
    private func problems(_ wire: String) -> [CredentialProblem] {
        HesabPay.descriptor.problems(in: HesabPayFixture.account(wire: wire).credentials)
    }

    @Test func `the sheet's own document changes nothing`() throws {
        let sheet = """
            {"base_url":"https://api.hesab.com","auth_header":"Authorization",\
            "auth_scheme":"API-KEY","paths":{"create_session":"/api/v1/payment/create-session",\
            "verify_signature":"/api/v1/hesab/webhooks/verify-signature",\
            "multi_vendor":"/api/v1/payment/send-money-MultiVendor","status":null,\
            "refund":null},"fields":{"reference":"user_id","items":"items","item_id":"id",\
            "item_name":"name","item_price":"price","email":"email",\
            "success_url":"redirect_success_url","failure_url":"redirect_failure_url",\
            "checkout_url":["url","payment_url","paymentUrl"],"ok":"success",\
            "status_code":"status_code","webhook_reference":["user_id","items.0.id"],\
            "transaction_id":"transaction_id","amount":"amount","signature":"signature",\
            "timestamp":"timestamp","payer":"sender_account","occurred_at":"transaction_date"},\
            "ok_status_code":10,"items_mode":"summary","signature_mode":"remote",\
            "timezone":"Asia/Kabul","session_ttl_minutes":60,"webhook_max_age_hours":24}
            """
        #expect(problems(sheet).isEmpty)
        #expect(
            try HesabPayFixture.request(HesabPayFixture.authorize(), wire: sheet)
                == HesabPayFixture.request(HesabPayFixture.authorize())
        )
    }

    @Test(arguments: [
        #"{"nobody_knows":1}"#, #"{"fields":{"nobody_knows":"x"}}"#, #"{"base_url":"ftp://x"}"#,
        #"{"base_url":7}"#, #"{"paths":{"create_session":"no-slash"}}"#,
        #"{"paths":{"create_session":null}}"#, #"{"paths":{"status":"/a?b"}}"#, #"{"paths":[]}"#,
        #"{"fields":{"reference":""}}"#, #"{"fields":{"checkout_url":[]}}"#,
        #"{"fields":{"checkout_url":["a",1]}}"#, #"{"fields":{"checkout_url":"url"}}"#,
        #"{"ok_status_code":"10"}"#, #"{"items_mode":"both"}"#, #"{"signature_mode":"none"}"#,
        #"{"signature_mode":"hmac_sha256"}"#, #"{"signature_header":"not a header"}"#,
        #"{"timezone":"Kabul"}"#, #"{"session_ttl_minutes":0}"#,
        #"{"webhook_max_age_hours":100000}"#, #"{"auth_header":"a b"}"#,
        #"{"declines":[{"pattern":"(","class":"soft"}]}"#,
        #"{"declines":[{"pattern":"x","class":"mild"}]}"#, #"{"declines":[{"class":"soft"}]}"#,
        #"{"declines":[{"pattern":"x","class":"soft","more":1}]}"#,
        #"{"declines":[{"pattern":1,"class":"soft"}]}"#, #"{"declines":["x"]}"#,
    ])
    func `a wrong document is refused, and such an account asks nothing`(wire: String) {
        #expect(problems(wire) == [CredentialProblem(field: "wire", code: .invalid)])
        #expect(throws: VendorRejection.self) { try HesabPayFixture.dialect(wire: wire) }
    }

    @Test func `what is no object is refused once`() {
        #expect(problems("[]").map(\.code).allSatisfy { $0 == .invalid })
        #expect(!problems("nonsense").isEmpty)
    }

    @Test(arguments: [
        ("Asia/Kabul", 1_732_093_561), ("UTC", 1_732_109_761), ("+05:00", 1_732_091_761),
    ])
    func `HesabPay's clock is configured`(zone: String, seconds: Int64) throws {
        let notice = try HesabPayFixture.dialect(wire: #"{"timezone":"\#(zone)"}"#)
            .readNotices(in: HesabPayFixture.success).first
        #expect(notice?.occurredAt == Timestamp(seconds: seconds))
    }

    @Test func `a session's life and endpoints are the account's capabilities`() {
        let port = HesabPay.descriptor.makePort(transport: ScriptedTransport([HTTPResponse]()))
        let usual = port.capabilities(of: HesabPayFixture.account())
        #expect(usual.pageLifetime == .seconds(3_600))
        let own = port.capabilities(
            of: HesabPayFixture.account(
                wire: #"{"session_ttl_minutes":15,"paths":{"refund":"/r","status":"/s"}}"#
            )
        )
        #expect(own.pageLifetime == .seconds(900))
        #expect(own.operations == [.authorize, .void, .refund, .lookUp])
    }
}
