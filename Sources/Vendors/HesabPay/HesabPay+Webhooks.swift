import Cryptography
package import HTTP
import JSON
package import PaymentCore

extension HesabPay.Dialect {
    /// Asked remotely, HesabPay says whether signature and timestamp are its own; it does not see
    /// the body. So a pair counts once (it is the notice's key), and only for a while.
    package func verification(
        of delivery: WebhookDelivery,
        now: Timestamp,
        after answers: [HTTPResponse]
    ) throws(NoticeRefusal) -> VerificationStep {
        guard let words = HesabPay.Words(delivery.body, wire) else { throw .unreadableBody }
        let mark = try HesabPay.Mark(delivery, words)
        guard (now - mark.time).magnitude <= wire.maximumAge else {
            throw .timestampOutsideTolerance
        }
        switch wire.signatureMode {
        case .hmac: try verify(mark, delivery, words)
        case .remote:
            guard let answer = answers.first else {
                return .ask(verify(mark.signature, mark.timestamp), isCacheable: false)
            }
            try readVerdict(answer)
        }
        return .verified(try notices(words, mark))
    }

    /// The documented way's answer. Only its own "no" is one.
    private func readVerdict(_ answer: HTTPResponse) throws(NoticeRefusal) {
        let status = answer.status.code
        guard status < 500, status != 401, status != 403, status != 429,
            let words = HesabPay.Words(answer.body, wire), let isOK = words.isOK
        else { throw .unverifiable }
        guard isOK, answer.status.isSuccess else { throw .signatureWrong }
    }

    private func verify(
        _ mark: HesabPay.Mark,
        _ delivery: WebhookDelivery,
        _ words: HesabPay.Words
    ) throws(NoticeRefusal) {
        guard !webhookKeys.isEmpty else { throw .notConfigured }
        guard let given = Hex.decode(mark.signature) else { throw .signatureMalformed }
        let message = words.filled(wire.signedText, mark, delivery.body)
        var isGenuine = false
        for key in webhookKeys
        where constantTimeEquals(
            given,
            HMAC.authenticate(.sha256, key: key, message: message)
        ) {
            isGenuine = true
        }
        guard isGenuine else { throw .signatureWrong }
    }

    package static func notices(
        in delivery: WebhookDelivery
    ) throws(NoticeRefusal) -> [VendorNotice] {
        // Its words are the account's: see `readNotices(in:)`.
        throw .notConfigured
    }

    package func readNotices(
        in delivery: WebhookDelivery
    ) throws(NoticeRefusal) -> [VendorNotice] {
        guard let words = HesabPay.Words(delivery.body, wire) else { throw .unreadableBody }
        return try notices(words, try HesabPay.Mark(delivery, words))
    }

    /// Success and failure may come to one address: `success` tells them apart (section 3.2).
    private func notices(
        _ words: HesabPay.Words,
        _ mark: HesabPay.Mark
    ) throws(NoticeRefusal) -> [VendorNotice] {
        guard let isOK = words.isOK else { throw .unreadableBody }
        return [
            VendorNotice(
                key: mark.key,
                type: isOK ? "payment_success" : "payment_failure",
                occurredAt: words.text(wire.names.occurredAt).flatMap {
                    LocalTime.moment($0, offset: wire.clockOffset)
                },
                isLive: nil,
                content: content(words)
            )
        ]
    }

    /// What names no attempt of ours, or no amount, is kept for a person.
    private func content(_ words: HesabPay.Words) -> VendorNotice.Content {
        guard let attempt = words.attempt else { return .kept }
        if words.isSuccess {
            guard var snapshot = words.captured(attempt) else { return .kept }
            // Not kept by accounts that will not send money there.
            if pin != nil { snapshot.payerAccount = words.payerAccount }
            return .snapshot(.payment(snapshot))
        }
        guard words.isOK == false, let currency = HesabPay.currency else { return .kept }
        return .snapshot(
            .payment(
                PaymentSnapshot(
                    reference: attempt.description,
                    attempt: attempt,
                    status: .declined(words.decline),
                    amount: Money(words.amount ?? 0, currency),
                    capturable: 0,
                    captured: 0,
                    details: words.details
                )
            )
        )
    }
}

extension HesabPay {
    /// What a webhook is verified by.
    struct Mark {
        let signature: String
        /// As it was written: it may be a part of what was signed.
        let timestamp: String
        let time: Timestamp

        init(_ delivery: WebhookDelivery, _ words: Words) throws(NoticeRefusal) {
            let wire = words.wire
            let signature =
                wire.signatureHeader.map { delivery.field($0) } ?? words.text(wire.names.signature)
            let stamp = wire.timestampHeader.map { delivery.field($0) } ?? words.stamp
            guard let signature, !signature.isEmpty, let stamp else { throw .signatureMissing }
            guard stamp.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let seconds = Int64(stamp), (0...253_402_300_799).contains(seconds)
            else { throw .signatureMalformed }
            self.signature = signature
            timestamp = stamp
            time = Timestamp(seconds: seconds)
        }

        /// One pair, one event: a body under another's signature is a duplicate.
        var key: String {
            Hex.encode(Digest.sha256.hash("\(timestamp).\(signature)"))
        }
    }
}

extension HesabPay.Words {
    /// Unix seconds, as a text or as a number.
    fileprivate var stamp: String? {
        text(wire.names.timestamp) ?? self[wire.names.timestamp]?.integerValue.map { "\($0)" }
    }

    /// What was signed: `{timestamp}`, `{raw_body}` and members by their paths stand for themselves.
    fileprivate func filled(_ pattern: String, _ mark: HesabPay.Mark, _ body: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Substring(pattern)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            bytes += Array(rest[..<open].utf8)
            switch String(rest[rest.index(after: open)..<close]) {
            case "timestamp": bytes += Array(mark.timestamp.utf8)
            case "raw_body": bytes += body
            case let path:
                guard let value = self[path] else { break }
                bytes += Array((value.stringValue ?? value.text).utf8)
            }
            rest = rest[rest.index(after: close)...]
        }
        return bytes + Array(rest.utf8)
    }
}

extension Duration {
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
