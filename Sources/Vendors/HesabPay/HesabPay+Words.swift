import HTTP
import JSON
import PaymentCore

extension HesabPay {
    /// An answer or webhook in the words of an account.
    struct Words {
        let json: JSONValue
        let wire: Wire

        /// Nil for what is not a JSON object.
        init?(_ body: [UInt8], _ wire: Wire) {
            // Silence is right: what does not parse is not read.
            guard let json = try? JSONValue.parse(body), json.objectValue != nil else { return nil }
            self.json = json
            self.wire = wire
        }

        /// The member at a path such as `items.0.id`; nil also for null.
        subscript(_ path: String) -> JSONValue? {
            var value: JSONValue? = json
            for part in path.split(separator: ".") {
                guard let inner = value else { return nil }
                value = Int(part).flatMap { inner[$0] } ?? inner[String(part)]
            }
            return value.flatMap { $0.isNull ? nil : $0 }
        }

        func text(_ path: String) -> String? {
            guard let text = self[path]?.stringValue, !text.isEmpty else { return nil }
            return text
        }

        func text(_ paths: [String]) -> String? {
            paths.lazy.compactMap { text($0) }.first
        }

        var isOK: Bool? { self[wire.names.ok]?.boolValue }
        var statusCode: Int64? { self[wire.names.statusCode]?.integerValue }

        /// Whether it says success, in both of its words where both are there.
        var isSuccess: Bool {
            isOK == true && (statusCode ?? wire.okStatusCode) == wire.okStatusCode
        }

        /// Its text, bounded. Some answers give a map of fields to lists of texts.
        var message: String? {
            guard let value = wire.names.message.lazy.compactMap({ self[$0] }).first else {
                return nil
            }
            return String(Self.flat(value).prefix(200))
        }

        private static func flat(_ value: JSONValue) -> String {
            switch value {
            case .string(let text): text
            case .array(let values): values.map(flat).joined(separator: " ")
            case .object(let object):
                object.members.map { "\($0.name): \(flat($0.value))" }.joined(separator: "; ")
            case .integer, .number, .bool: value.text
            case .null: ""
            }
        }

        /// Minor units of Afghanis.
        var amount: Int64? {
            HesabPay.currency.flatMap {
                DecimalAmount.minorUnits(self[wire.names.amount], of: $0)
            }
        }

        var transactionID: String? { text(wire.names.transactionID) }

        /// Our attempt, where HesabPay echoes it.
        var attempt: AttemptID? {
            wire.names.webhookReference.lazy.compactMap { text($0).flatMap(AttemptID.init) }.first
        }
    }
}

extension HesabPay.Words {
    /// What "no" means for the payer's next step (section 5).
    var decline: Decline {
        let text = message ?? ""
        let rule = wire.declines.first { rule in
            if let code = rule.statusCode, code != statusCode { return false }
            guard let pattern = rule.pattern else { return true }
            // Silence is right: an invalid pattern was refused when it was configured.
            guard let regex = try? Regex(pattern) else { return false }
            return text.firstMatch(of: regex.ignoresCase()) != nil
        }
        return Decline(rule?.kind ?? .soft, code: statusCode.map { "status_\($0)" } ?? "failed")
    }

    /// What is kept of it, as `docs/details/hesabpay.md` lists it.
    var details: String {
        VendorDetails.text { writer in
            writer.word("transaction_id", transactionID)
            writer.word("user_id", self[wire.names.reference])
            writer.flag("success", isOK.map { .bool($0) })
            writer.number("status_code", self[wire.names.statusCode])
            writer.word("message", message)
            writer.amount(
                "amount",
                HesabPay.currency.flatMap { currency in amount.map { Money($0, currency) } }
            )
            writer.word("memo", self[wire.names.memo])
            writer.word("transaction_date", self[wire.names.occurredAt])
            writer.word("session_id", self[wire.names.sessionID])
            writer.word("expires_at", self[wire.names.expiresAt])
            writer.word("sender_account", text(wire.names.payer).map(Self.hidden))
        }
    }

    /// A phone or wallet number except for its last three digits: it names a person.
    private static func hidden(_ account: String) -> String {
        String(repeating: "•", count: max(0, account.count - 3)) + account.suffix(3)
    }
}
