import ArgumentParser
import Cryptography
import Glibc
import PaymentCore

/// Signed notifications as each vendor sends them, for a load tool to replay.
struct Deliveries: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Signs a vendor's notifications: prints the account's fields, then writes a file.",
        discussion: """
            A line of the file is one delivery: its header fields, each `name: value`, and its body \
            last, with tabs between them. Each is an event of its own that changes no payment.
            """
    )

    @Argument(help: "stripe, paypal, adyen, octo, hesabpay or integrator.") var vendor: String
    @Option(help: "How many.") var count = 10_000
    @Option(help: "The file.") var output: String
    @Option(help: "PayPal: the address that serves the certificate.") var certificateBase = ""
    @Option(help: "PayPal: the file that the certificate is written to.") var certificate = ""

    func run() throws {
        let signer = try Self.signer(vendor, certificateBase: certificateBase)
        for (name, value) in signer.fields { print("\(name)=\(value)") }
        if let pem = signer.certificate { try Self.write(pem, to: certificate) }
        let stamp = String(time(nil), radix: 36)
        var text = ""
        for number in 0..<count {
            let delivery = try signer.sign("\(stamp)x\(number)")
            text += delivery.fields.map { "\($0): \($1)\t" }.joined() + delivery.body + "\n"
        }
        try Self.write(text, to: output)
    }

    private static func signer(
        _ vendor: String,
        certificateBase: String
    ) throws -> any DeliverySigner {
        switch vendor {
        case "stripe": StripeSigner()
        case "paypal": try PayPalSigner(certificateBase: certificateBase)
        case "adyen": AdyenSigner()
        case "octo": OctoSigner()
        case "hesabpay": HesabPaySigner()
        case "integrator": IntegratorSigner()
        default: throw ValidationError("nobody signs as \(vendor)")
        }
    }

    private static func write(_ text: String, to path: String) throws {
        guard let file = unsafe fopen(path, "w") else {
            throw ValidationError("\(path) cannot be written")
        }
        unsafe fputs(text, file)
        unsafe fclose(file)
    }
}

/// One vendor's way to sign, from its sheet.
protocol DeliverySigner {
    /// What the account is configured with, so that it believes these deliveries.
    var fields: [(String, String)] { get }
    /// What is fetched to verify them.
    var certificate: String? { get }

    func sign(_ event: String) throws -> (fields: [(String, String)], body: String)
}

extension DeliverySigner {
    var certificate: String? { nil }
    var seconds: Int { time(nil) }

    func hex(_ key: String, _ message: String) -> String {
        Hex.encode(HMAC.sha256(key: Array(key.utf8), message: Array(message.utf8)))
    }
}

struct StripeSigner: DeliverySigner {
    let fields = [("secret_key", "sk_test_bench"), ("webhook_secrets", "whsec_bench")]

    func sign(_ event: String) -> (fields: [(String, String)], body: String) {
        let body = """
            {"id":"evt_\(event)","object":"event","api_version":"2025-03-31.basil",\
            "created":\(seconds),"livemode":false,"type":"customer.updated","data":{"object":\
            {"id":"cus_\(event)","object":"customer","livemode":false,"metadata":{}}}}
            """
        let signature = "t=\(seconds),v1=\(hex("whsec_bench", "\(seconds).\(body)"))"
        return ([("Stripe-Signature", signature)], body)
    }
}

struct AdyenSigner: DeliverySigner {
    private static let key = String(repeating: "4A", count: 32)
    let fields = [
        ("api_key", "bench"), ("merchant_account", "BenchECOM"), ("hmac_keys", AdyenSigner.key),
        ("return_url", "https://hotel.example/thanks"),
    ]

    func sign(_ event: String) -> (fields: [(String, String)], body: String) {
        let reference = "bench\(event)".uppercased()
        let text = "\(reference)::BenchECOM:\(event):1099:EUR:REPORT_AVAILABLE:true"
        let code = HMAC.sha256(key: Hex.decode(Self.key) ?? [], message: Array(text.utf8))
        return (
            [],
            """
            {"live":"false","notificationItems":[{"NotificationRequestItem":{"additionalData":\
            {"hmacSignature":"\(Base64.encode(code))"},"amount":{"currency":"EUR","value":1099},\
            "eventCode":"REPORT_AVAILABLE","eventDate":"2025-01-01T01:00:00+01:00",\
            "merchantAccountCode":"BenchECOM","merchantReference":"\(event)",\
            "pspReference":"\(reference)","reason":"","success":"true"}}]}
            """
        )
    }
}

struct OctoSigner: DeliverySigner {
    let fields = [("shop_id", "27"), ("octo_secret", "bench"), ("unique_key", "bench-key")]

    func sign(_ event: String) -> (fields: [(String, String)], body: String) {
        let code = Digest.sha1.hash("bench-key\(event)succeeded")
        return (
            [],
            """
            {"shop_transaction_id":"\(event)","octo_payment_UUID":"\(event)",\
            "status":"succeeded","signature":"\(Hex.encode(code).uppercased())",\
            "hash_key":"5b7a1f62-0c1e-4d52-8a0f-7d0c2f7b1170","total_sum":150000.00,\
            "transfer_sum":145500.00,"refunded_sum":0,"maskedPan":"860006** **** 6311",\
            "rrn":"436456990117","riskLevel":0,"payed_time":"2024-11-20 14:21:10",\
            "currency":"UZS","card_vendor":"uzcard"}
            """
        )
    }
}

struct HesabPaySigner: DeliverySigner {
    let fields = [
        ("api_key", "bench"), ("webhook_key", "bench-key"),
        (
            "wire",
            #"{"signature_mode":"hmac_sha256","signature_header":"X-Signature","#
                + #""timestamp_header":"X-Timestamp"}"#
        ),
    ]

    func sign(_ event: String) -> (fields: [(String, String)], body: String) {
        let body = """
            {"status_code":10,"success":true,"message":"Payment successful",\
            "sender_account":"0790000117","transaction_id":"\(event)","user_id":"\(event)",\
            "amount":6500,"transaction_date":"2024-11-20 13:36:01",\
            "items":[{"id":"\(event)","name":"Booking","price":6500}]}
            """
        let code = hex("bench-key", "\(seconds).\(body)")
        return ([("X-Signature", code), ("X-Timestamp", "\(seconds)")], body)
    }
}

struct IntegratorSigner: DeliverySigner {
    let fields =
        [("secrets", "bench-key")]
        + ["authorize", "capture", "void", "refund", "look_up"].map {
            ("\($0)_url", "https://bank.example/\($0)")
        }

    func sign(_ event: String) -> (fields: [(String, String)], body: String) {
        let body = """
            {"id":"evt_\(event)","type":"ping","mode":"test",\
            "created_at":"2025-01-01T00:00:00Z","data":{"reference":"\(event)"}}
            """
        let message = Array("evt_\(event).\(seconds).\(body)".utf8)
        let code = HMAC.sha256(key: Array("bench-key".utf8), message: message)
        return (
            [
                ("webhook-id", "evt_\(event)"), ("webhook-timestamp", "\(seconds)"),
                ("webhook-signature", "v1,\(Base64.encode(code))"),
            ],
            body
        )
    }
}

struct PayPalSigner: DeliverySigner {
    private let key: RSAPrivateKey
    private let base: String
    let certificate: String?
    let fields: [(String, String)]

    init(certificateBase: String) throws {
        let now = Int64(time(nil))
        let validity = (now - 86_400)...(now + 86_400)
        let authority = try CertificateAuthority(name: "Bench Root CA", validity: validity)
        key = try RSAPrivateKey.generate()
        base = certificateBase
        certificate = try authority.issue(
            to: "messageverificationcerts.sandbox.paypal.com",
            for: key,
            validity: validity
        ).pem
        let root = authority.certificate.pem.split(separator: "\n")
            .filter { !$0.hasPrefix("-----") }.joined()
        fields = [
            ("client_id", "bench"), ("client_secret", "bench"), ("webhook_id", "WH-BENCH"),
            ("webhook_authorities", root), ("api_base", certificateBase),
        ]
    }

    func sign(_ event: String) throws -> (fields: [(String, String)], body: String) {
        let body = """
            {"id":"WH-\(event)","event_version":"1.0","create_time":"2025-01-01T00:00:00.000Z",\
            "resource_type":"checkout-order","event_type":"CHECKOUT.ORDER.SAVED",\
            "summary":"Checkout order saved","resource":{"id":"\(event)",\
            "status":"COMPLETED","amount":{"currency_code":"EUR","value":"10.99"}}}
            """
        let moment = Timestamp(seconds: Int64(seconds)).rfc3339
        let text = "\(event)|\(moment)|WH-BENCH|\(CRC32.checksum(Array(body.utf8)))"
        return (
            [
                ("PAYPAL-TRANSMISSION-ID", event), ("PAYPAL-TRANSMISSION-TIME", moment),
                ("PAYPAL-TRANSMISSION-SIG", Base64.encode(try key.sign(Array(text.utf8)))),
                ("PAYPAL-CERT-URL", "\(base)/v1/notifications/certs/CERT-bench"),
                ("PAYPAL-AUTH-ALGO", "SHA256withRSA"), ("PAYPAL-AUTH-VERSION", "v2"),
            ],
            body
        )
    }
}
