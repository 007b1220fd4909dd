import HTTP
import JSON
import PaymentCore
import Synchronization

extension HesabPay {
    /// The names and rules of one account: the defaults with its own changes, read once into what
    /// they mean.
    struct Wire {
        enum ItemsMode: String {
            case summary
            case itemised
        }

        /// How a refund is made.
        enum RefundMode: String {
            /// In HesabPay's dashboard, or by the endpoint where one is configured.
            case manual
            /// By sending the payer money.
            case payout
        }

        enum SignatureMode: String {
            case remote
            case hmac = "hmac_sha256"
        }

        struct Paths {
            let createSession: String
            let verifySignature: String
            let multiVendor: String
            let status: String?
            let refund: String?
        }

        /// How a text of HesabPay is classed.
        struct DeclineRule {
            let pattern: String?
            let statusCode: Int64?
            let kind: Decline.Class
        }

        let base: VendorBaseURL
        let sandboxBase: VendorBaseURL
        let authorizationField: HTTPFieldName
        let authorizationScheme: String
        let paths: Paths
        let names: Names
        let okStatusCode: Int64
        let itemsMode: ItemsMode
        let refundMode: RefundMode
        let signatureMode: SignatureMode
        /// Lower case; nil: the signature stands in the body.
        let signatureHeader: String?
        let timestampHeader: String?
        let signedText: String
        /// An offset from UTC.
        let clockOffset: String
        let sessionLifetime: Duration
        let maximumAge: Duration
        let declines: [DeclineRule]

        init(_ json: JSONObject) throws(WireFault) {
            let root = WireReader(json)
            base = try root.value("base_url", VendorBaseURL.init)
            sandboxBase = try root.value("sandbox_base_url", VendorBaseURL.init)
            authorizationField = try root.value("auth_header") { HTTPFieldName($0) }
            authorizationScheme = try root.value("auth_scheme") { $0 }
            let paths = try root.object("paths")
            self.paths = Paths(
                createSession: try paths.value("create_session", Self.path),
                verifySignature: try paths.value("verify_signature", Self.path),
                multiVendor: try paths.value("multi_vendor", Self.path),
                status: try paths.valueOrNil("status", Self.path),
                refund: try paths.valueOrNil("refund", Self.path)
            )
            names = try Names(try root.object("fields"))
            okStatusCode = try root.number("ok_status_code", in: Int64.min...Int64.max)
            itemsMode = try root.value("items_mode") { ItemsMode(rawValue: $0) }
            refundMode = try root.value("refund_mode") { RefundMode(rawValue: $0) }
            // One way or the other.
            if refundMode == .payout, self.paths.refund != nil {
                throw WireFault(path: "refund_mode")
            }
            signatureMode = try root.value("signature_mode") { SignatureMode(rawValue: $0) }
            signatureHeader = try root.valueOrNil("signature_header", Self.header)
            timestampHeader = try root.valueOrNil("timestamp_header", Self.header)
            signedText = try root.value("signed_text") { $0 }
            // No body holds its own signature.
            if signatureMode == .hmac, signatureHeader == nil, signedText.contains("{raw_body}") {
                throw WireFault(path: "signature_header")
            }
            clockOffset = try root.value("timezone", Self.offset)
            let minutes = try root.number("session_ttl_minutes", in: 1...1_440)
            sessionLifetime = .seconds(60 * minutes)
            maximumAge = .seconds(3_600 * (try root.number("webhook_max_age_hours", in: 1...720)))
            declines = try root.declines("declines")
        }

        /// The defaults, read once for the process.
        private static let usual = Result { () throws(WireFault) in try Wire(Defaults.json) }

        init(_ settings: AccountSettings) throws(VendorRejection) {
            do throws(WireFault) {
                guard let text = Fields.wire.value(in: settings.credentials) else {
                    self = try Self.usual.get()
                    return
                }
                self = try Self.remembered(text)
            } catch {
                throw .configuration("\(Fields.wire.name): \(error.path) cannot be used")
            }
        }

        static func problems(in credentials: Credentials) -> [CredentialProblem] {
            guard let text = Fields.wire.value(in: credentials) else { return [] }
            do throws(WireFault) {
                let wire = try changed(by: text)
                guard wire.refundMode == .payout, Fields.pin.value(in: credentials) == nil
                else { return [] }
                return [CredentialProblem(field: Fields.pin.name, code: .missing)]
            } catch {
                return [CredentialProblem(field: Fields.wire.name, code: .invalid)]
            }
        }

        /// What accounts' own texts mean: reading one takes longer than all the rest of a request.
        private static let read = Mutex<[String: Wire]>([:])

        private static func remembered(_ text: String) throws(WireFault) -> Wire {
            if let known = read.withLock({ $0[text] }) { return known }
            let wire = try changed(by: text)
            read.withLock { read in
                // More than any installation has: start over.
                if read.count == 1_000 { read = [:] }
                read[text] = wire
            }
            return wire
        }

        private static func changed(by text: String) throws(WireFault) -> Wire {
            // Silence is right: that it is not an object is all that is said of it.
            guard let changes = (try? JSONValue.parse(Array(text.utf8)))?.objectValue else {
                throw WireFault(path: "the text")
            }
            return try Wire(try Defaults.json.replaced(by: changes))
        }

        private static func path(_ text: String) -> String? {
            let isPlain = text.utf8.allSatisfy {
                (0x21...0x7E).contains($0) && !"?#@\\%\"<>^`{|}".utf8.contains($0)
            }
            return text.hasPrefix("/") && isPlain ? text : nil
        }

        private static func header(_ text: String) -> String? {
            HTTPFieldName(text).map { $0.spelling.lowercased() }
        }

        /// Kabul keeps one offset all year; other zones are given as offsets.
        private static func offset(_ zone: String) -> String? {
            switch zone {
            case "Asia/Kabul": "+04:30"
            case "UTC": "+00:00"
            default: LocalTime.moment("2000-01-01 00:00:00", offset: zone) == nil ? nil : zone
            }
        }
    }

    /// What members are called, as paths: `items.0.id`.
    struct Names {
        let reference: String
        let items: String
        let itemID: String
        let itemName: String
        let itemPrice: String
        let email: String
        let successURL: String
        let failureURL: String
        let checkoutURL: [String]
        let sessionID: String
        let expiresAt: String
        let ok: String
        let statusCode: String
        let message: [String]
        let webhookReference: [String]
        let transactionID: String
        let amount: String
        let memo: String
        let signature: String
        let timestamp: String
        let payer: String
        let occurredAt: String
        let pin: String
        let payees: String
        let payee: String
        let payeeAmount: String
        let results: String

        fileprivate init(_ fields: WireReader) throws(WireFault) {
            reference = try fields.name("reference")
            items = try fields.name("items")
            itemID = try fields.name("item_id")
            itemName = try fields.name("item_name")
            itemPrice = try fields.name("item_price")
            email = try fields.name("email")
            successURL = try fields.name("success_url")
            failureURL = try fields.name("failure_url")
            checkoutURL = try fields.names("checkout_url")
            sessionID = try fields.name("session_id")
            expiresAt = try fields.name("expires_at")
            ok = try fields.name("ok")
            statusCode = try fields.name("status_code")
            message = try fields.names("message")
            webhookReference = try fields.names("webhook_reference")
            transactionID = try fields.name("transaction_id")
            amount = try fields.name("amount")
            memo = try fields.name("memo")
            signature = try fields.name("signature")
            timestamp = try fields.name("timestamp")
            payer = try fields.name("payer")
            occurredAt = try fields.name("occurred_at")
            pin = try fields.name("pin")
            payees = try fields.name("payees")
            payee = try fields.name("payee")
            payeeAmount = try fields.name("payee_amount")
            results = try fields.name("results")
        }
    }
}

/// One object of the configuration; a fault names the member.
private struct WireReader {
    private let json: JSONObject
    private let path: String

    init(_ json: JSONObject, at path: String = "") {
        self.json = json
        self.path = path
    }

    private func fault(_ name: String) -> HesabPay.WireFault {
        HesabPay.WireFault(path: path + name)
    }

    func object(_ name: String) throws(HesabPay.WireFault) -> WireReader {
        guard let object = json[name]?.objectValue else { throw fault(name) }
        return WireReader(object, at: "\(path)\(name).")
    }

    func value<Value>(
        _ name: String,
        _ read: (String) -> Value?
    ) throws(HesabPay.WireFault) -> Value {
        guard let value = try valueOrNil(name, read) else { throw fault(name) }
        return value
    }

    func valueOrNil<Value>(
        _ name: String,
        _ read: (String) -> Value?
    ) throws(HesabPay.WireFault) -> Value? {
        guard let member = json[name], !member.isNull else { return nil }
        guard let text = member.stringValue, !text.isEmpty, let value = read(text) else {
            throw fault(name)
        }
        return value
    }

    func name(_ name: String) throws(HesabPay.WireFault) -> String {
        try value(name) { $0 }
    }

    func names(_ name: String) throws(HesabPay.WireFault) -> [String] {
        let names = json[name]?.arrayValue?.compactMap { $0.stringValue } ?? []
        guard !names.isEmpty, names.count == json[name]?.arrayValue?.count,
            !names.contains("")
        else { throw fault(name) }
        return names
    }

    func number(
        _ name: String,
        in range: ClosedRange<Int64>
    ) throws(HesabPay.WireFault) -> Int64 {
        guard let number = json[name]?.integerValue, range.contains(number) else {
            throw fault(name)
        }
        return number
    }

    func declines(
        _ name: String
    ) throws(HesabPay.WireFault) -> [HesabPay.Wire.DeclineRule] {
        var rules: [HesabPay.Wire.DeclineRule] = []
        for rule in json[name]?.arrayValue ?? [] {
            let pattern = rule["pattern"]?.stringValue
            let statusCode = rule["status_code"]?.integerValue
            guard let members = rule.objectValue,
                Set(members.names).isSubset(of: ["pattern", "status_code", "class"]),
                let kind = rule["class"]?.stringValue.flatMap(Decline.Class.init),
                pattern != nil || statusCode != nil,
                (rule["pattern"] == nil) == (pattern == nil),
                (rule["status_code"] == nil) == (statusCode == nil),
                pattern.map({ (try? Regex($0)) != nil }) ?? true
            else { throw fault(name) }
            rules.append(
                HesabPay.Wire.DeclineRule(pattern: pattern, statusCode: statusCode, kind: kind)
            )
        }
        return rules
    }
}
