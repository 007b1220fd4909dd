import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Section 5.2, its vectors and its must-fail list.
@Suite struct AdyenSignatureTests {
    private func verify(
        _ delivery: WebhookDelivery,
        mode: MerchantAccount.Mode = .test,
        changing changes: [String: [String]] = [:]
    ) throws -> [VendorNotice] {
        try AdyenFixture.dialect(mode: mode, changing: changes).verify(delivery, now: Sample.now)
    }

    private func delivery(
        _ text: String,
        fields: [(String, String)] = []
    ) -> WebhookDelivery {
        WebhookDelivery(fields: fields.map { (name: $0, value: $1) }, body: Array(text.utf8))
    }

    // The four vectors: reference, original, account, merchant reference, amount, event, success.
    @Test(arguments: [
        (
            #""pspReference":"7914073381342284","merchantAccountCode":"TestMerchant","#
                + #""merchantReference":"TestPayment-1407325143704","#
                + #""amount":{"value":1130,"currency":"EUR"},"eventCode":"AUTHORISATION","#
                + #""success":"true""#,
            "coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="
        ),
        (
            #""pspReference":"QFQTPCQ8HXSKGK82","merchantAccountCode":"AcmeECOM","#
                + #""merchantReference":"order-1001","amount":{"value":1099,"currency":"EUR"},"#
                + #""eventCode":"AUTHORISATION","success":"true""#,
            "yg8xp3eZ006jyvappa9WFaYdWoFRTaCWrph8tYfH8Ho="
        ),
        (
            #""pspReference":"KHQC5N7G84BLNK43","originalReference":"QFQTPCQ8HXSKGK82","#
                + #""merchantAccountCode":"AcmeECOM","merchantReference":"order-1001","#
                + #""amount":{"value":500,"currency":"EUR"},"eventCode":"CAPTURE","success":"true""#,
            "HBhVRBC3JV7cZ5jUl8fwdJ1RX9U5cEQiwrr1vyu//C0="
        ),
        (
            #""pspReference":"QFQTPCQ8HXSKGK99","merchantAccountCode":"AcmeECOM","#
                + #""merchantReference":"inv:2025\\07","amount":{"value":0,"currency":"JPY"},"#
                + #""eventCode":"AUTHORISATION","success":"false""#,
            "JFqtbaoMHRzhwzmyYeoQi+nj9VE9Tyoy/prcoK+O3SA="
        ),
    ])
    func `a test vector`(members: String, signature: String) throws {
        let item = """
            {"NotificationRequestItem":{\(members),\
            "additionalData":{"hmacSignature":"\(signature)"}}}
            """
        let body = #"{"live":"false","notificationItems":[\#(item)]}"#
        #expect(try verify(delivery(body)).count == 1)
        for (was, becomes) in [
            (#""success":"true""#, #""success":"false""#), (#""value":1099"#, #""value":1098"#),
            (#""eventCode":"#, #""eventcode":"#), (#""pspReference":""#, #""pspReference":"X"#),
        ] where body.contains(was) {
            #expect(throws: NoticeRefusal.signatureWrong) {
                try verify(delivery(body.replacing(was, with: becomes)))
            }
        }
    }

    @Test func `the vector of the wallets' sheet`() throws {
        let body = """
            {"live":"false","notificationItems":[{"NotificationRequestItem":{\
            "pspReference":"8835205393394754","originalReference":"8835205393390001",\
            "merchantAccountCode":"ExampleShopECOM","merchantReference":"ord-2024-000117",\
            "amount":{"value":150000,"currency":"EUR"},"eventCode":"CAPTURE",\
            "eventDate":"2024-11-20T15:05:33+01:00","success":"true","additionalData":\
            {"hmacSignature":"AUV668RuOVREVwW7oX/mZ1P9SGC9LyBjwFTtK097QXw="}}}]}
            """
        let key = "A1B2C3D4E5F60718293A4B5C6D7E8F90A1B2C3D4E5F60718293A4B5C6D7E8F90"
        let notices = try verify(
            delivery(body),
            changing: ["hmac_keys": [key], "merchant_account": ["ExampleShopECOM"]]
        )
        #expect(notices.map(\.key) == ["CAPTURE:8835205393394754:true"])
    }

    @Test func `the raw-body vector`() throws {
        let recorded = try AdyenFixture.recording("webhook_token_created").delivery
        #expect(recorded.body.count == 165)
        #expect(try verify(recorded).map(\.type) == ["recurring.token.created"])
        let text = String(decoding: recorded.body, as: UTF8.self)
        #expect(throws: NoticeRefusal.signatureWrong) {
            try verify(
                WebhookDelivery(fields: recorded.fields, body: Array("\(text)\n".utf8))
            )
        }
        #expect(throws: NoticeRefusal.signatureMissing) { try verify(delivery(text)) }
    }

    @Test func `the fixtures of the sheet are genuine`() throws {
        for name in ["webhook_authorised", "webhook_capture"] {
            #expect(try verify(AdyenFixture.recording(name).delivery).count == 1)
        }
    }

    @Test func `the key is bytes, not its digits`() throws {
        let digits = Array(AdyenFixture.hmacKey.utf8).map { String($0, radix: 16) }.joined()
        #expect(throws: NoticeRefusal.signatureWrong) {
            try verify(
                AdyenFixture.recording("webhook_capture").delivery,
                changing: ["hmac_keys": [digits]]
            )
        }
    }

    @Test(arguments: [
        (#""hmacSignature":"HBhVRBC3JV7cZ5jUl8fwdJ1RX9U5cEQiwrr1vyu//C0=""#, #""x":"y""#),
        ("HBhVRBC3JV7cZ5jUl8fwdJ1RX9U5cEQiwrr1vyu//C0=", ""),
    ])
    func `a missing or empty signature is refused`(was: String, becomes: String) throws {
        let recorded = try AdyenFixture.recording("webhook_capture").delivery
        let text = String(decoding: recorded.body, as: UTF8.self).replacing(was, with: becomes)
        #expect(throws: NoticeRefusal.signatureMissing) { try verify(delivery(text)) }
    }

    @Test func `either key is accepted while one replaces the other`() throws {
        let recorded = try AdyenFixture.recording("webhook_capture").delivery
        let other = String(repeating: "ab", count: 32)
        for keys in [[other, AdyenFixture.hmacKey], [AdyenFixture.hmacKey, other]] {
            #expect(try verify(recorded, changing: ["hmac_keys": keys]).count == 1)
        }
        #expect(throws: NoticeRefusal.signatureWrong) {
            try verify(recorded, changing: ["hmac_keys": [other]])
        }
    }

    @Test(arguments: [[], [""], ["not hexadecimal"], ["abc"]])
    func `without a usable key nothing is accepted`(keys: [String]) throws {
        let recorded = try AdyenFixture.recording("webhook_capture").delivery
        #expect(throws: NoticeRefusal.notConfigured) {
            try verify(recorded, changing: ["hmac_keys": keys])
        }
    }

    @Test func `a batch is accepted or refused as a whole`() throws {
        let first = AdyenWebhook.item("CAPTURE", original: "P1", key: AdyenFixture.hmacKey)
        let second = AdyenWebhook.item(
            "REFUND",
            reference: "NC6HT9CRT65ZGN82",
            original: "P1",
            key: AdyenFixture.hmacKey
        )
        let forged = AdyenWebhook.item("CANCELLATION", key: String(repeating: "ab", count: 32))
        #expect(
            try verify(AdyenWebhook.delivery(items: [first, second])).map(\.key)
                == ["CAPTURE:KHQC5N7G84BLNK43:true", "REFUND:NC6HT9CRT65ZGN82:true"]
        )
        for items in [[first, forged], [forged, first], [first, second, forged]] {
            #expect(throws: NoticeRefusal.signatureWrong) {
                try verify(AdyenWebhook.delivery(items: items))
            }
        }
        let unsigned = AdyenWebhook.item("CAPTURE")
        #expect(throws: NoticeRefusal.signatureMissing) {
            try verify(AdyenWebhook.delivery(items: [first, unsigned]))
        }
        #expect(throws: NoticeRefusal.signatureMissing) {
            try verify(AdyenWebhook.delivery(items: []))
        }
    }

    @Test(arguments: ["{", "[]", "null", "\"x\"", #"{"live":"false"}"#, #"{"type":"x"}"#])
    func `a body that is no notification is refused`(body: String) {
        #expect(throws: NoticeRefusal.unreadableBody) { try verify(delivery(body)) }
    }

    @Test func `basic authentication is demanded where it is agreed`() throws {
        let body = try AdyenFixture.recording("webhook_capture").delivery.body
        let agreed = ["webhook_user": ["adyen"], "webhook_password": ["s3cret"]]
        func delivery(_ value: String?) -> WebhookDelivery {
            WebhookDelivery(
                fields: value.map { [(name: "authorization", value: $0)] } ?? [],
                body: body
            )
        }
        #expect(try verify(delivery("Basic YWR5ZW46czNjcmV0"), changing: agreed).count == 1)
        for wrong in ["Basic YWR5ZW46eA==", "Bearer YWR5ZW46czNjcmV0", "", "Basic"] {
            #expect(throws: NoticeRefusal.signatureWrong) {
                try verify(delivery(wrong), changing: agreed)
            }
        }
        #expect(throws: NoticeRefusal.signatureMissing) {
            try verify(delivery(nil), changing: agreed)
        }
    }

    @Test(arguments: [
        (MerchantAccount.Mode.test, "false", true), (.test, "true", false),
        (.live, "true", true), (.live, "false", false),
    ])
    func `notifications of the other environment are refused`(
        mode: MerchantAccount.Mode,
        live: String,
        isAccepted: Bool
    ) throws {
        let item = AdyenWebhook.item("CAPTURE", key: AdyenFixture.hmacKey)
        let changes = ["live_prefix": ["p"], "client_key": [""]]
        let delivery = AdyenWebhook.delivery(items: [item], live: live)
        if isAccepted {
            #expect(
                try verify(delivery, mode: mode, changing: changes).map(\.isLive) == [
                    live == "true"
                ]
            )
        } else {
            #expect(throws: NoticeRefusal.wrongMode) {
                try verify(delivery, mode: mode, changing: changes)
            }
        }
    }

    @Test func `an item of another merchant account is kept and applies nothing`() throws {
        let own = AdyenWebhook.item("CAPTURE", key: AdyenFixture.hmacKey)
        let other = AdyenWebhook.item(
            "REFUND",
            merchantAccount: "OtherECOM",
            key: AdyenFixture.hmacKey
        )
        let delivery = AdyenWebhook.delivery(items: [own, other])
        let notices = try verify(delivery)
        #expect(notices.map(\.type) == ["CAPTURE", "REFUND"])
        #expect(notices[0].content != .kept)
        #expect(notices[1].content == .kept)
        #expect(try AdyenFixture.dialect().readNotices(in: delivery) == notices)
    }
}
