import HTTP
import JSON
import PaymentCore

// Section 7.1: the only way to a payment whose identifier was lost with the reply. There is no
// filter by our own identifier, so the time around the asking is read row by row.
extension PayPal.Dialect {
    func search(
        for attempt: AttemptID,
        since askedAt: Timestamp,
        _ heard: inout PayPal.Heard
    ) throws(VendorRejection) -> PayPal.Step {
        // What is still to be read, the latest last.
        var windows = [PayPal.SearchWindow(around: askedAt)]
        var page: Int64 = 1
        var isShown = false
        while let window = windows.last {
            guard let reply = heard.next() else {
                return .ask(get("v1/reporting/transactions", window.query(page)), .movesMoney)
            }
            if reply.failure?.name == "RESULTSET_TOO_LARGE", let halves = window.halves {
                windows.removeLast()
                windows += halves
                page = 1
                continue
            }
            guard reply.isSuccess else { return .finished(refused(reply)) }
            guard let found = PayPal.SearchPage(reply.body) else {
                return .finished(.unknown(.unreadableReply))
            }
            if let order = found.order(of: attempt) {
                return try readFound(order, attempt, &heard)
            }
            isShown = isShown || found.shows(attempt)
            page += 1
            guard page > found.pages else { continue }
            // Rows come up to three hours late: silence counts once the time is written down.
            guard let written = found.refreshedAt, written >= window.end else {
                return .finished(.unknown(.searchLagging))
            }
            windows.removeLast()
            page = 1
        }
        return .finished(isShown ? .unknown(.unrecognizedStatus) : .notFound)
    }

    /// The order shows everything.
    private func readFound(
        _ order: String,
        _ attempt: AttemptID,
        _ heard: inout PayPal.Heard
    ) throws(VendorRejection) -> PayPal.Step {
        guard let reply = heard.next() else { return .ask(try readOrder(order), .movesMoney) }
        guard let found = reply.order else { return .finished(refused(reply)) }
        guard found.id == order, found.attempt == attempt else {
            return .finished(.unknown(.unreadableReply))
        }
        return .finished(self.found(found, reply) ?? .unknown(.unrecognizedStatus))
    }
}

extension PayPal {
    /// From shortly before the asking until every repetition under its key was over.
    struct SearchWindow {
        let start: Timestamp
        let end: Timestamp

        init(around askedAt: Timestamp) {
            start = askedAt - .seconds(600)
            end = askedAt + .seconds(7 * 3_600)
        }

        private init(from start: Timestamp, to end: Timestamp) {
            self.start = start
            self.end = end
        }

        /// The later half first; nil when it is too short to be halved.
        var halves: [SearchWindow]? {
            let length = (end - start).components.seconds / 2
            guard length > 1 else { return nil }
            let middle = start + .seconds(length)
            return [SearchWindow(from: middle, to: end), SearchWindow(from: start, to: middle)]
        }

        func query(_ page: Int64) -> [(String, String)] {
            [
                ("start_date", Self.text(start)), ("end_date", Self.text(end)),
                ("fields", "transaction_info"), ("page_size", "500"), ("page", String(page)),
                // Holds too.
                ("balance_affecting_records_only", "N"),
            ]
        }

        /// RFC 3339 with whole seconds.
        private static func text(_ moment: Timestamp) -> String {
            "\(moment.rfc3339.prefix(19))Z"
        }
    }

    struct SearchPage {
        private let rows: [JSONValue]
        let pages: Int64
        let refreshedAt: Timestamp?

        init?(_ body: JSONValue?) {
            guard let rows = body?["transaction_details"]?.arrayValue,
                let pages = body?["total_pages"]?.integerValue
            else { return nil }
            self.rows = rows
            self.pages = pages
            refreshedAt = body?["last_refreshed_datetime"]?.stringValue.flatMap {
                Timestamp(rfc3339: $0.withColonInOffset)
            }
        }

        /// The order that a row names. What a refund's row names is the capture, and it bears the
        /// payment's number, too.
        func order(of attempt: AttemptID) -> String? {
            rows(of: attempt).first { $0["paypal_reference_id_type"] == "ODR" }?[
                "paypal_reference_id"
            ]?.stringValue
        }

        func shows(_ attempt: AttemptID) -> Bool { !rows(of: attempt).isEmpty }

        private func rows(of attempt: AttemptID) -> [JSONValue] {
            rows.compactMap { $0["transaction_info"] }
                .filter { $0["custom_field"]?.stringValue == attempt.description }
        }
    }
}

extension String {
    /// `…+0000` as `…+00:00`: the reports write offsets without a colon.
    fileprivate var withColonInOffset: String {
        let offset = suffix(5)
        guard let sign = offset.first, sign == "+" || sign == "-",
            offset.dropFirst().allSatisfy(\.isNumber)
        else { return self }
        return "\(dropLast(2)):\(suffix(2))"
    }
}
