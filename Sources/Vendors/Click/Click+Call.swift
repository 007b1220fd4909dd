import Cryptography
import HTTP
import PaymentCore

extension Click {
    /// One request of the SHOP API, its form, action, signature and service checked in this order
    /// (sections 3.2 and 3.3). Times and amounts stay as they were written: they are signed so.
    struct Call {
        enum Action: Equatable {
            case prepare
            /// With the number that the preparation was answered with; the Advanced Shop need not
            /// give it.
            case complete(preparation: Int64?)
        }

        let action: Action
        let echo: Echo
        /// Click's id of its attempt: what makes a repetition one.
        let transaction: Int64
        /// The payment document, which the payer sees; it is not signed.
        let document: Int64
        let order: String
        let amount: String
        /// 0, or negative when Click took no money.
        let error: Int64
        let note: String
        let signTime: String
        let signedAt: Timestamp

        /// In tiyin; nil when it has digits beyond them.
        var tiyin: Int64? { DecimalAmount.minorUnits(amount, digits: 2) }

        init(_ form: Form, _ service: Service) throws(Verdict) {
            // 1. Everything is there and well formed.
            guard let transaction = form.number("click_trans_id"), transaction > 0,
                let document = form.number("click_paydoc_id"),
                let serviceID = form.number("service_id"),
                let order = form["merchant_trans_id"], (1...255).contains(order.utf8.count),
                let amount = form["amount"], amount.isPlainDecimal,
                let action = form.number("action"), let error = form.number("error"), error <= 0,
                let note = form["error_note"], let signTime = form["sign_time"],
                let signedAt = Timestamp(tashkent: signTime), form["sign_string"] != nil
            else { throw .malformed }
            // 2. The action is one of ours.
            switch action {
            case 0: self.action = .prepare
            case 1:
                guard let preparation = form.number("merchant_prepare_id") else {
                    throw .malformed
                }
                self.action = .complete(preparation: preparation)
            default: throw .unknownAction
            }
            // 3. Click has signed it, 4. for our service.
            guard form.isSigned(with: service.secrets) else { throw .badSignature }
            guard String(serviceID) == service.id else { throw .malformed }
            self.transaction = transaction
            self.document = document
            self.order = order
            self.amount = amount
            self.error = error
            self.note = note
            self.signTime = signTime
            self.signedAt = signedAt
            echo = form.echo
        }
    }

    /// The fields of a request as they were written; one that occurs twice counts as absent.
    struct Form {
        private let fields: [String: String]

        init(_ body: [UInt8]) {
            let items = QueryItems(form: body, maximumCount: 50)?.all ?? []
            fields = Dictionary(grouping: items, by: \.name)
                .compactMapValues { $0.count == 1 ? $0[0].value : nil }
        }

        subscript(_ name: String) -> String? { fields[name] }

        func number(_ name: String) -> Int64? {
            guard let text = fields[name], !text.hasPrefix("+") else { return nil }
            return Int64(text)
        }

        /// What every answer repeats, as far as it is there.
        var echo: Echo {
            Echo(
                transaction: number("click_trans_id"),
                order: self["merchant_trans_id"].flatMap { $0.utf8.count <= 255 ? $0 : nil }
            )
        }

        /// Section 2.1: MD5 over the values as received.
        func isSigned(with secrets: [Secret]) -> Bool {
            guard let given = self["sign_string"].flatMap(Hex.decode) else { return false }
            let head = ["click_trans_id", "service_id"].map { fields[$0] ?? "" }.joined()
            let tail = [
                "merchant_trans_id", "merchant_prepare_id", "amount", "action", "sign_time",
            ]
            // A preparation is not signed with the number that it is going to get.
            .filter { $0 != "merchant_prepare_id" || fields["action"] == "1" }
            .map { fields[$0] ?? "" }.joined()
            return secrets.contains { secret in
                let signed = Array(head.utf8) + secret.reveal() + Array(tail.utf8)
                return constantTimeEquals(given, Digest.md5.hash(signed))
            }
        }
    }

    struct Echo {
        let transaction: Int64?
        let order: String?
    }
}

extension String {
    /// Digits, and perhaps a point and more of them.
    fileprivate var isPlainDecimal: Bool {
        let parts = split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        return utf8.count <= 32
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
    }
}

// Click's times are Tashkent's: five hours ahead of UTC, all year.
extension Timestamp {
    /// `YYYY-MM-DD HH:mm:ss`.
    init?(tashkent text: String) {
        guard !text.contains("T"), let moment = LocalTime.moment(text, offset: Self.tashkent)
        else { return nil }
        self = moment
    }

    /// The day, `YYYY-MM-DD`.
    var tashkentDay: String {
        String((LocalTime.text(self, offset: Self.tashkent) ?? "").prefix(10))
    }

    private static let tashkent = "+05:00"
}
