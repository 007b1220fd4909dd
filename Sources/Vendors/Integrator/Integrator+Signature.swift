import Cryptography
import HTTP
import PaymentCore

extension Integrator {
    /// Standard Webhooks 1.0: HMAC-SHA256 over `<id>.<seconds>.<body>`, in Base64 behind `v1,`;
    /// several signatures, one for each secret, are separated by spaces.
    struct Signature {
        static let idField: HTTPFieldName = "webhook-id"
        static let timeField: HTTPFieldName = "webhook-timestamp"
        static let signatureField: HTTPFieldName = "webhook-signature"
        /// How far the signing may lie from now, on both sides, in seconds.
        static let tolerance: Int64 = 300

        let id: String
        /// As it is written: it is a part of what is signed.
        let time: String
        let body: [UInt8]

        /// The bytes of a secret: Base64 behind `whsec_`, else its text. Nil for broken Base64.
        static func secret(_ text: String) -> Secret? {
            guard text.hasPrefix("whsec_") else { return Secret(text) }
            return Base64.decode(String(text.dropFirst(6))).flatMap {
                $0.isEmpty ? nil : Secret($0)
            }
        }

        /// The header's value: one signature for each secret, so that either side can change it.
        func header(_ secrets: [Secret]) -> String {
            secrets.map(signed).joined(separator: " ")
        }

        private func signed(_ secret: Secret) -> String {
            let message = Array("\(id).\(time).".utf8) + body
            return "v1," + Base64.encode(HMAC.authenticate(.sha256, key: secret, message: message))
        }

        /// Holds every signature against every secret, then the time against `now`.
        func check(_ header: String, _ secrets: [Secret], now: Timestamp) throws(NoticeRefusal) {
            let given = header.split(separator: " ")
            guard given.contains(where: { $0.hasPrefix("v1,") }),
                time.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(time)
            else { throw .signatureMalformed }
            var isGenuine = false
            for secret in secrets {
                let expected = signed(secret)
                for signature in given where constantTimeEquals(String(signature), expected) {
                    isGenuine = true
                }
            }
            guard isGenuine else { throw .signatureWrong }
            let (age, overflow) = now.seconds.subtractingReportingOverflow(seconds)
            guard !overflow, age.magnitude <= UInt64(Self.tolerance) else {
                throw .timestampOutsideTolerance
            }
        }
    }
}
