internal import Cryptography
internal import HTTP

extension PayPal {
    /// One event on its way to one receiver, and what is signed of it (section 5.1).
    struct Transmission: Sendable {
        let id: String
        /// As it is written in the field: it is signed to the letter.
        let time: String
        let webhookID: String
        let checksum: UInt32

        static let algorithm = "SHA256withRSA"
        /// Certificates are found under this path.
        static let certificates = "/v1/notifications/certs/"
        static let certificateID = "CERT-360caa42-fca2a594-1d93a270"

        init(id: String, time: String, webhookID: String, body: some Sequence<UInt8>) {
            self.id = id
            self.time = time
            self.webhookID = webhookID
            checksum = CRC32.checksum(of: body)
        }

        var message: String { "\(id)|\(time)|\(webhookID)|\(checksum)" }

        /// A UUID that is the same for every try of one event at one receiver.
        static func id(event: String, endpoint: Int) -> String {
            let digits = Array(Hex.encode(Digest.sha256.hash("\(event) \(endpoint)")))
            func part(_ range: Range<Int>) -> String { String(digits[range]) }
            return "\(part(0..<8))-\(part(8..<12))-\(part(12..<16))-\(part(16..<20))-"
                + part(20..<32)
        }

        func fields(signature: String, certificateURL: String) -> HTTPFields {
            [
                "PAYPAL-TRANSMISSION-ID": id,
                "PAYPAL-TRANSMISSION-TIME": time,
                "PAYPAL-TRANSMISSION-SIG": signature,
                "PAYPAL-CERT-URL": certificateURL,
                "PAYPAL-AUTH-ALGO": Self.algorithm,
                "PAYPAL-AUTH-VERSION": "v2",
            ]
        }
    }

    /// The cyclic redundancy check of IEEE 802.3.
    enum CRC32 {
        private static let table = (UInt32(0)..<256).map { index in
            (0..<8).reduce(index) { value, _ in
                value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
            }
        }

        static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
            ~bytes.reduce(~UInt32(0)) { sum, byte in
                table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8)
            }
        }
    }
}
