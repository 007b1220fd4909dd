package import Cryptography
import HTTP
import JSON
import PaymentCore

// Refunds as payouts to the payer (section 3.4): irreversible, and without a key that would
// identify a repetition.
extension HesabPay.Dialect {
    /// Refuses before any call what must not be sent, or cannot.
    func payout(
        _ refund: VendorOperation.Refund
    ) throws(Conversation.Interruption) -> HTTPRequest {
        guard let pin else {
            throw .refused(.unsupported(.refund, by: HesabPay.descriptor.id))
        }
        guard refund.isApproved else {
            throw .refused(
                VendorRejection(
                    .wrongState,
                    code: "approval_missing",
                    message: "a payout needs a second person's approval"
                )
            )
        }
        // A page that was paid twice may have had two payers, and one account is known.
        guard let account = refund.payerAccount, !refund.shares.isEmpty,
            refund.shares.allSatisfy({ $0.reference == refund.paymentReference })
        else {
            throw .refused(
                VendorRejection(
                    .methodNotUsable,
                    code: "payer_unknown",
                    message: "the payer's account is not known"
                )
            )
        }
        let sealedPIN = HesabPay.sealed(
            pin: pin,
            apiKey: apiKey,
            vector: vector(of: refund.attempt, pin)
        )
        return post(wire.paths.multiVendor) { body in
            body.member(wire.names.pin, sealedPIN)
            body.array(wire.names.payees) { list in
                list.object { payee in
                    payee.member(wire.names.payee, account.value)
                    payee.member(wire.names.payeeAmount, DecimalAmount.json(refund.amount))
                }
            }
        }
    }

    /// As good as random without the PIN, and the same whenever the request is made.
    private func vector(of attempt: AttemptID, _ pin: Secret) -> [UInt8] {
        let key = Secret(apiKey.reveal() + pin.reveal())
        let digest = HMAC.authenticate(
            .sha256,
            key: key,
            message: Array("payout \(attempt)".utf8)
        )
        return Array(digest.prefix(AESCBC.vectorLength))
    }

    /// Only its own plain "no" is one, and only its plain "yes" is done: the money cannot be looked
    /// up later.
    func paidOut(
        _ asked: VendorOperation.Refund,
        _ response: HTTPResponse
    ) -> VendorOutcome {
        let status = response.status
        if let refusal = refusal(status) { return refusal }
        guard status.code < 500 else { return .unknown(.vendorError) }
        guard let words = HesabPay.Words(response.body, wire), let isOK = words.isOK else {
            return .unknown(.unreadableReply)
        }
        if !isOK {
            let reference = words.transactionID ?? asked.attempt.description
            return .declined(
                words.decline,
                VendorReceipt(reference: reference, details: words.details)
            )
        }
        guard status.isSuccess, words.isSuccess, !words.hasFailedResult else {
            return .unknown(.unrecognizedStatus)
        }
        return .succeeded(
            VendorReceipt(
                reference: words.transactionID ?? asked.attempt.description,
                details: words.details
            )
        )
    }
}

extension HesabPay {
    /// The PIN as a payout carries it (section 2.3).
    ///
    /// - Parameter vector: 16 bytes.
    package static func sealed(pin: Secret, apiKey: Secret, vector: [UInt8]) -> String {
        var key = Array(apiKey.reveal().prefix(AESCBC.keyLength))
        key += [UInt8](repeating: 0, count: AESCBC.keyLength - key.count)
        let text = AESCBC.encrypt(pin.reveal(), key: Secret(key), vector: vector)
        return Base64.encode(vector + text)
    }
}

extension HesabPay.Words {
    /// Where a payout to this payer goes; nil for what is not an account, or was masked.
    var payerAccount: VendorToken? {
        guard let text = text(wire.names.payer), (3...64).contains(text.utf8.count),
            text.utf8.allSatisfy({
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                    || (0x61...0x7A).contains($0) || "+-._@".utf8.contains($0)
            })
        else { return nil }
        return VendorToken(text)
    }

    /// Whether it says of one of the payees that nothing was sent.
    fileprivate var hasFailedResult: Bool {
        (self[wire.names.results]?.arrayValue ?? []).contains {
            $0[wire.names.ok]?.boolValue == false
        }
    }
}
