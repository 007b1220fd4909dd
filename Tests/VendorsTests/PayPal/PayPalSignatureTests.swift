import Cryptography
import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Whether a notification is PayPal's (section 5.1).
@Suite struct PayPalSignatureTests {
    /// The reference's vector.
    private let body = """
        {"id":"WH-58D329510W468432D-8HN650336L201105X","event_version":"1.0",\
        "create_time":"2025-01-01T00:00:00.000Z","resource_type":"capture",\
        "event_type":"PAYMENT.CAPTURE.COMPLETED","summary":"Payment completed for EUR 10.99 EUR",\
        "resource":{"id":"42311647XV020574X","status":"COMPLETED",\
        "amount":{"currency_code":"EUR","value":"10.99"}}}
        """
    private let signer: PayPalSigner

    init() throws {
        signer = try PayPalSigner.shared.get()
    }

    /// Verifies as the client does: `answers` come for what is asked.
    private func verify(
        _ delivery: WebhookDelivery,
        _ account: MerchantAccount? = nil,
        answers: [HTTPResponse]? = nil,
        now: Timestamp = Sample.now
    ) async throws -> (notices: [VendorNotice], sent: [HTTPRequest]) {
        let transport = ScriptedTransport(answers ?? [signer.certificate])
        let port = PayPal.descriptor.makePort(transport: transport)
        let notices = try await port.verify(delivery, account: account ?? signer.account, now: now)
        return (notices, transport.sent.map(\.request))
    }

    private func expectRefusal(
        _ refusal: NoticeRefusal,
        _ delivery: WebhookDelivery,
        _ account: MerchantAccount? = nil,
        answers: [HTTPResponse]? = nil,
        now: Timestamp = Sample.now,
        asked: Int
    ) async {
        let transport = ScriptedTransport(answers ?? [signer.certificate])
        let port = PayPal.descriptor.makePort(transport: transport)
        await #expect(throws: refusal) {
            try await port.verify(delivery, account: account ?? signer.account, now: now)
        }
        #expect(transport.sent.count == asked)
    }

    @Test func `the vector's body has the vector's checksum, and its message the vector's digest`()
    {
        let bytes = Array(body.utf8)
        #expect(bytes.count == 333)
        #expect(CRC32.checksum(bytes) == 1_786_493_721)
        let message = "\(PayPalSigner.transmission)|\(PayPalSigner.time)|\(PayPalSigner.webhookID)"
        #expect(
            Hex.encode(Digest.sha256.hash("\(message)|\(CRC32.checksum(bytes))"))
                == "1cf78630bfe62e820f88edb7c76ecf44ca80a03c039d651cfac20ece490b2c4a"
        )
    }

    @Test func `a signed notification is PayPal's, and its certificate is fetched once`()
        async throws
    {
        let transport = ScriptedTransport([signer.certificate])
        let port = PayPal.descriptor.makePort(transport: transport)
        for _ in 0..<2 {
            let notices = try await port.verify(
                try signer.delivery(body),
                account: signer.account,
                now: Sample.now
            )
            #expect(notices.map(\.key) == ["WH-58D329510W468432D-8HN650336L201105X"])
        }
        #expect(transport.sent.map(\.request.url) == [PayPalSigner.certificateURL])
        #expect(transport.sent.allSatisfy { $0.request.fields[.authorization] == nil })
    }

    @Test func `the algorithm's name is not case-sensitive`() async throws {
        let delivery = try signer.delivery(body, changing: ["paypal-auth-algo": "sha256WITHrsa"])
        #expect(try await verify(delivery).notices.count == 1)
    }

    @Test func `a body or a registration other than signed is refused`() async throws {
        let other = try signer.signature(
            over: Array(body.utf8),
            webhookID: "1JE4291016473214D"
        )
        await expectRefusal(
            .signatureWrong,
            try signer.delivery(body, changing: ["paypal-transmission-sig": other]),
            asked: 1
        )
        let signed = try signer.delivery(body)
        let forged = WebhookDelivery(
            fields: signed.fields,
            body: Array(body.replacing("10.99", with: "10.98").utf8)
        )
        await expectRefusal(.signatureWrong, forged, asked: 1)
        await expectRefusal(
            .signatureWrong,
            try signer.delivery(
                body,
                changing: ["paypal-transmission-id": "203e3700-8b0c-11e6-8695-6b62a8a99ac4"]
            ),
            asked: 1
        )
    }

    @Test(arguments: [
        ("paypal-transmission-sig", nil, NoticeRefusal.signatureMissing),
        ("paypal-transmission-id", nil, .signatureMalformed),
        ("paypal-transmission-id", "", .signatureMalformed),
        ("paypal-transmission-time", nil, .signatureMalformed),
        ("paypal-transmission-time", "yesterday", .signatureMalformed),
        ("paypal-cert-url", nil, .signatureMalformed),
        ("paypal-auth-algo", nil, .signatureMalformed),
        ("paypal-auth-algo", "SHA1withRSA", .signatureMalformed),
        ("paypal-auth-algo", "none", .signatureMalformed),
    ])
    func `a header that is missing or of another form is refused before anything is asked`(
        name: String,
        value: String?,
        refusal: NoticeRefusal
    ) async throws {
        await expectRefusal(refusal, try signer.delivery(body, changing: [name: value]), asked: 0)
    }

    @Test(arguments: [
        "http://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com.evil.test/v1/notifications/certs/CERT-1",
        "https://evil.example/v1/notifications/certs/CERT-1?x=.sandbox.paypal.com",
        "https://evil.example/v1/notifications/certs/?x=.sandbox.paypal.com",
        "https://evil.example#.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        "https://evil.example\\.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        "https://user@api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com:8443/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com/v1/notifications/certs/",
        "https://api.sandbox.paypal.com/v1/notifications/certs/../../evil",
        "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1?x=y",
        "https://api.sandbox.paypal.com/v2/CERT-1",
        "https://apisandbox.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/CERT-1", "ftp://api.sandbox.paypal.com", "",
    ])
    func `a certificate of another place is not fetched`(url: String) async throws {
        let delivery = try signer.delivery(body, changing: ["paypal-cert-url": url])
        await expectRefusal(.signatureMalformed, delivery, asked: 0)
    }

    @Test(arguments: [
        "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        "https://api-m.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        "https://API.sandbox.PayPal.com:443/v1/notifications/certs/CERT-1",
    ])
    func `PayPal's places in the sandbox`(url: String) async throws {
        let delivery = try signer.delivery(body, changing: ["paypal-cert-url": url])
        #expect(try await verify(delivery).sent.map(\.url) == [url])
    }

    @Test func `a live account trusts live places alone, a configured one its own place`()
        async throws
    {
        let live = PayPalFixture.account(
            mode: .live,
            changing: ["webhook_authorities": [signer.root]]
        )
        let place = "https://api.paypal.com/v1/notifications/certs/CERT-1"
        let delivery = try signer.delivery(body, changing: ["paypal-cert-url": place])
        #expect(try await verify(delivery, live).sent.map(\.url) == [place])
        await expectRefusal(.signatureMalformed, try signer.delivery(body), live, asked: 0)
        let simulated = PayPalFixture.account(changing: [
            "webhook_authorities": [signer.root], "api_base": ["http://127.0.0.1:4012"],
        ])
        let own = "http://127.0.0.1:4012/v1/notifications/certs/CERT-1"
        let local = try signer.delivery(body, changing: ["paypal-cert-url": own])
        #expect(try await verify(local, simulated).sent.map(\.url) == [own])
    }

    @Test(arguments: [
        (Int64(-301), NoticeRefusal?.some(.timestampOutsideTolerance)), (-299, nil), (0, nil),
        (4 * 86_400, nil), (4 * 86_400 + 2, .timestampOutsideTolerance),
    ])
    func `retries of three days are taken, later ones and the future are not`(
        age: Int64,
        refusal: NoticeRefusal?
    ) async throws {
        let now = Timestamp(seconds: Sample.now.seconds + 1 + age)
        let delivery = try signer.delivery(body)
        guard let refusal else {
            #expect(try await verify(delivery, now: now).notices.count == 1)
            return
        }
        await expectRefusal(refusal, delivery, now: now, asked: 0)
    }

    // MARK: Certificates

    @Test func `another root, another name and an ended leaf are not trusted`() async throws {
        let stranger = try PayPalSigner()
        await expectRefusal(
            .signatureWrong,
            try stranger.delivery(body),
            answers: [stranger.certificate],
            asked: 1
        )
        let elsewhere = try PayPalSigner(name: "messageverificationcerts.paypal.com.evil.test")
        await expectRefusal(
            .signatureWrong,
            try elsewhere.delivery(body),
            elsewhere.account,
            answers: [elsewhere.certificate],
            asked: 1
        )
        let ended = try PayPalSigner(
            validity: (Sample.now.seconds - 86_400)...(Sample.now.seconds - 1)
        )
        await expectRefusal(
            .signatureWrong,
            try ended.delivery(body),
            ended.account,
            answers: [ended.certificate],
            asked: 1
        )
    }

    @Test func `the system's authorities do not know the test's root`() async throws {
        await expectRefusal(
            .signatureWrong,
            try signer.delivery(body),
            PayPalFixture.account(),
            asked: 1
        )
    }

    @Test(arguments: ["", "<html>", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
    func `what is no certificate verifies nothing`(text: String) async throws {
        let answer = HTTPResponse(status: .ok, body: Array(text.utf8))
        await expectRefusal(
            .signatureWrong,
            try signer.delivery(body),
            answers: [answer],
            asked: 1
        )
    }

    @Test func `a redirection is not followed, and a certificate has its size`() async throws {
        await expectRefusal(
            .signatureMalformed,
            try signer.delivery(body),
            answers: [HTTPResponse(status: .found, fields: [.location: "https://evil.example"])],
            asked: 1
        )
        let padding = [UInt8](repeating: 0x20, count: 64 << 10)
        await expectRefusal(
            .signatureMalformed,
            try signer.delivery(body),
            answers: [HTTPResponse(status: .ok, body: Array(signer.leaf.pem.utf8) + padding)],
            asked: 1
        )
    }

    @Test func `an account without its registration or with a broken root cannot verify`()
        async throws
    {
        let delivery = try signer.delivery(body)
        let unregistered = PayPalFixture.account(changing: ["webhook_id": []])
        await expectRefusal(.notConfigured, delivery, unregistered, asked: 0)
        let broken = PayPalFixture.account(changing: ["webhook_authorities": ["AAAA"]])
        await expectRefusal(.notConfigured, delivery, broken, asked: 1)
    }

    // MARK: PayPal's own word

    private var asking: MerchantAccount {
        PayPalFixture.account(changing: ["webhook_verification": ["api"]])
    }

    private func word(_ text: String, _ status: Int = 200) throws -> [HTTPResponse] {
        [
            try PayPalFixture.recorded("access_token"),
            PayPalFixture.answer(status, #"{"verification_status":"\#(text)"}"#),
        ]
    }

    @Test func `PayPal is asked with the body as it came`() async throws {
        // Spaces and escapes that nobody would write again in the same way.
        let odd = #"{ "id" : "WH-1", "event_type":"X", "summary":"\u0041\/" }"#
        let delivery = try signer.delivery(odd)
        let (notices, sent) = try await verify(delivery, asking, answers: try word("SUCCESS"))
        #expect(notices.map(\.key) == ["WH-1"])
        var question = try #require(sent.last)
        #expect(question.fields[.authorization] == "Bearer A21AAExample")
        question.fields.removeAll(.authorization)
        #expect(
            PayPalFixture.wire(question) == """
                POST \(PayPalFixture.base)/v1/notifications/verify-webhook-signature
                Content-Type: application/json

                {"auth_algo":"SHA256withRSA","cert_url":"\(PayPalSigner.certificateURL)",\
                "transmission_id":"\(PayPalSigner.transmission)",\
                "transmission_sig":"\(try signer.signature(over: Array(odd.utf8)))",\
                "transmission_time":"\(PayPalSigner.time)",\
                "webhook_id":"\(PayPalSigner.webhookID)","webhook_event":\(odd)}
                """
        )
    }

    @Test(arguments: [
        ("FAILURE", 200, NoticeRefusal.signatureWrong), ("PERHAPS", 200, .unverifiable),
        ("SUCCESS", 500, .unverifiable), ("FAILURE", 429, .unverifiable),
    ])
    func `any other word verifies nothing`(
        text: String,
        status: Int,
        refusal: NoticeRefusal
    ) async throws {
        let delivery = try signer.delivery(body)
        await expectRefusal(refusal, delivery, asking, answers: try word(text, status), asked: 2)
    }

    @Test func `PayPal is asked, too, when its certificate cannot be had`() async throws {
        let gone = HTTPResponse(status: .notFound)
        let (notices, sent) = try await verify(
            try signer.delivery(body),
            answers: [gone] + (try word("SUCCESS"))
        )
        #expect(notices.count == 1)
        #expect(sent.count == 3)
        await expectRefusal(
            .signatureWrong,
            try signer.delivery(body),
            answers: [gone] + (try word("FAILURE")),
            asked: 3
        )
    }

    @Test func `the place of the certificate counts, too, when PayPal is asked`() async throws {
        let delivery = try signer.delivery(
            body,
            changing: ["paypal-cert-url": "https://evil.example/v1/notifications/certs/C"]
        )
        await expectRefusal(
            .signatureMalformed,
            delivery,
            asking,
            answers: try word("SUCCESS"),
            asked: 0
        )
    }

    @Test func `a silent vendor leaves it open`() async throws {
        let transport = ScriptedTransport(.timeout, mayHaveReachedPeer: true)
        let port = PayPal.descriptor.makePort(transport: transport)
        let delivery = try signer.delivery(body)
        await #expect(throws: NoticeRefusal.unverifiable) {
            try await port.verify(delivery, account: signer.account, now: Sample.now)
        }
        #expect(transport.sent.first?.options.totalTimeout ?? .zero <= .seconds(5))
    }
}
