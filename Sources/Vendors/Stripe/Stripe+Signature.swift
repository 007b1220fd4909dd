import Cryptography
import PaymentCore

extension Stripe {
    /// The header `Stripe-Signature` (section 5.1): `t=<unix>,v1=<hex>[,v1=<hex>][,v0=<hex>]`.
    struct Signature {
        /// As it was written: it is a part of what was signed.
        let timestampText: String
        let timestamp: Int64
        /// Never empty.
        let signatures: [String]

        /// How far the signing may lie from now, on both sides.
        static let tolerance: Int64 = 300

        init(_ header: String) throws(NoticeRefusal) {
            var timestamp: String?
            var signatures: [String] = []
            for item in header.split(separator: ",", omittingEmptySubsequences: false) {
                let parts = item.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { throw .signatureMalformed }
                switch parts[0] {
                case "t":
                    // Two times would leave open which one was signed.
                    guard timestamp == nil else { throw .signatureMalformed }
                    timestamp = String(parts[1])
                case "v1": signatures.append(String(parts[1]))
                default: break  // Other schemes; `v0` is a fake for test mode.
                }
            }
            guard let text = timestamp, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let seconds = Int64(text), !signatures.isEmpty
            else { throw .signatureMalformed }
            timestampText = text
            self.timestamp = seconds
            self.signatures = signatures
        }

        /// Holds every signature against every secret, then the time against `now`.
        func verify(
            _ body: [UInt8],
            secrets: [Secret],
            now: Timestamp
        ) throws(NoticeRefusal) {
            let message = Array(timestampText.utf8) + [UInt8(ascii: ".")] + body
            var isGenuine = false
            for secret in secrets {
                let expected = Hex.encode(
                    HMAC.authenticate(.sha256, key: secret, message: message)
                )
                for signature in signatures where constantTimeEquals(signature, expected) {
                    isGenuine = true
                }
            }
            guard isGenuine else { throw .signatureWrong }
            let (age, overflow) = now.seconds.subtractingReportingOverflow(timestamp)
            guard !overflow, age.magnitude <= UInt64(Self.tolerance) else {
                throw .timestampOutsideTolerance
            }
        }
    }
}
