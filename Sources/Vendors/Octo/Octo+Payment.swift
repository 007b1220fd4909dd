import JSON
import PaymentCore

extension Octo {
    /// The states of a payment (section 4), with all the spellings that are met.
    enum Status: String {
        case created
        case waitUserAction = "wait_user_action"
        case waitingForCapture = "waiting_for_capture"
        case succeeded
        case canceled
        case failed
        case refunded
        case partiallyRefunded = "partially_refunded"

        init?(_ word: String) {
            switch word.lowercased() {
            case "cancelled", "cancel": self = .canceled
            case "capture": self = .succeeded
            case let plain:
                guard let status = Status(rawValue: plain) else { return nil }
                self = status
            }
        }
    }

    /// A payment as an answer shows it.
    struct Payment {
        let words: Words
        let uuid: String
        let statusWord: String
        let total: Money?
        /// What was released by a partial capture and what was refunded, in one.
        let refunded: Money?
        let transferred: Money?
        /// Octo's clock.
        let at: Timestamp?

        /// Nil for what is not this attempt's payment, or has an amount that cannot be read.
        init?(_ words: Words, of attempt: AttemptID, in currency: Currency, at: Timestamp?) {
            guard let uuid = words.text("octo_payment_UUID", "uuid"),
                let statusWord = words.text("status"),
                words["shop_transaction_id"].map({ $0 == .string("\(attempt)") }) ?? true,
                words["currency"].map({ $0 == .string(currency.code) }) ?? true
            else { return nil }
            self.words = words
            self.uuid = uuid
            self.statusWord = statusWord
            self.at = at
            do throws(Unreadable) {
                total = try Self.amount(words.first("total_sum", "totalSum"), in: currency)
                refunded = try Self.amount(words["refunded_sum"], in: currency)
                transferred = try Self.amount(words["transfer_sum"], in: currency)
            } catch {
                return nil
            }
        }

        private struct Unreadable: Error {}

        private static func amount(
            _ value: JSONValue?,
            in currency: Currency
        ) throws(Unreadable) -> Money? {
            guard let value else { return nil }
            guard let units = DecimalAmount.minorUnits(value, of: currency), units >= 0 else {
                throw Unreadable()
            }
            return Money(units, currency)
        }

        /// Nil: a word that we do not know.
        var status: Status? { Status(statusWord) }
        var page: String? { words.text("octo_pay_url", "redirectUrl") }

        /// What was captured and not given back; nil when the answer does not say.
        var kept: Int64? {
            guard let total else { return nil }
            return max(0, total.minorUnits - (refunded?.minorUnits ?? 0))
        }
    }
}
