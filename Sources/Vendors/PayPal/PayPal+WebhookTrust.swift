import Cryptography
import HTTP
import JSON
import PaymentCore

extension PayPal {
    /// What makes a notification genuine for one account (section 5.1).
    struct WebhookTrust {
        /// Our registration: a part of what is signed, and not in the request.
        let id: String?
        let asksAPI: Bool
        /// DER in Base64, instead of the system's authorities.
        private let authorities: [String]
        private let mode: MerchantAccount.Mode
        private let base: VendorBaseURL

        init(_ credentials: Credentials, mode: MerchantAccount.Mode, base: VendorBaseURL) {
            id = Fields.webhookID.value(in: credentials)
            asksAPI = Fields.webhookVerification.value(in: credentials) == "api"
            authorities = credentials.values(Fields.webhookAuthorities.name).filter { !$0.isEmpty }
            self.mode = mode
            self.base = base
        }

        /// Certificates are a few kilobytes; anything longer is not one.
        private static let maximumBytes = 64 << 10
        private static let path = "/v1/notifications/certs/"

        /// Whether a certificate may be fetched from there: PayPal's own place for the account's
        /// mode, or the very place where the account's API is.
        func admits(certificateURL url: String) -> Bool {
            let own = base.text + Self.path
            if url.hasPrefix(own) { return Self.isName(url.dropFirst(own.count)) }
            let scheme = "https://"
            guard url.lowercased().hasPrefix(scheme) else { return false }
            let rest = url.dropFirst(scheme.count)
            let authority = rest.prefix { $0 != "/" }
            let host = (authority.hasSuffix(":443") ? authority.dropLast(4) : authority)
                .lowercased()
            let path = rest.dropFirst(authority.count)
            return isPayPal(host) && path.hasPrefix(Self.path)
                && Self.isName(path.dropFirst(Self.path.count))
        }

        /// A host of PayPal's for the account's mode. User info, other ports and whatever else does
        /// not belong in a host's name fail here.
        private func isPayPal(_ host: String) -> Bool {
            let isPlain = host.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
                    || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
            }
            let isSandbox = host.hasSuffix(".sandbox.paypal.com")
            guard isPlain, Self.isPayPalName(host) else { return false }
            return switch mode {
            case .test: isSandbox
            case .live: !isSandbox
            }
        }

        static func isPayPalName(_ name: String) -> Bool {
            name == "paypal.com" || name.hasSuffix(".paypal.com")
        }

        private static func isName(_ text: Substring) -> Bool {
            !text.isEmpty
                && text.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                        || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-")
                        || $0 == UInt8(ascii: "_")
                }
        }

        /// Holds a signature against a certificate that was fetched.
        func verify(
            _ signature: Transmission,
            of body: [UInt8],
            webhookID: String,
            certificate pem: [UInt8],
            now: Timestamp
        ) throws(NoticeRefusal) {
            guard pem.count <= Self.maximumBytes,
                let bytes = Base64.decode(signature.signature)
            else { throw .signatureMalformed }
            let leaf: X509Certificate
            do throws(CryptographyError) {
                leaf = try Self.chains.leaf(of: pem, trusting: authoritiesPEM, at: now.seconds)
            } catch {
                throw hasReadableAuthorities ? .signatureWrong : .notConfigured
            }
            guard leaf.names.contains(where: { Self.isPayPalName($0.lowercased()) }),
                leaf.verify(bytes, of: signature.message(over: body, webhookID: webhookID))
            else { throw .signatureWrong }
        }

        private static let chains = VerifiedChains()

        private var hasReadableAuthorities: Bool {
            authoritiesPEM.map { (try? X509Certificate.chain(pem: $0)) != nil } ?? true
        }

        /// Nil for the system's.
        private var authoritiesPEM: [UInt8]? {
            guard !authorities.isEmpty else { return nil }
            var lines: [Substring] = []
            for authority in authorities {
                lines.append("-----BEGIN CERTIFICATE-----")
                var rest = authority[...]
                while !rest.isEmpty {
                    lines.append(rest.prefix(64))
                    rest = rest.dropFirst(64)
                }
                lines.append("-----END CERTIFICATE-----")
            }
            return Array(lines.joined(separator: "\n").utf8)
        }
    }

    /// The headers of one delivery, complete and of a form that we know.
    struct Transmission {
        let id: String
        /// As it was written: it is a part of what was signed.
        let timeText: String
        let time: Timestamp
        let signature: String
        let certificateURL: String

        init(_ delivery: WebhookDelivery) throws(NoticeRefusal) {
            guard let signature = delivery.field("paypal-transmission-sig") else {
                throw .signatureMissing
            }
            guard let id = delivery.field("paypal-transmission-id"), !id.isEmpty,
                let timeText = delivery.field("paypal-transmission-time"),
                let time = Timestamp(rfc3339: timeText),
                let url = delivery.field("paypal-cert-url"),
                // Never negotiated.
                delivery.field("paypal-auth-algo")?.lowercased() == "sha256withrsa"
            else { throw .signatureMalformed }
            self.id = id
            self.timeText = timeText
            self.time = time
            self.signature = signature
            certificateURL = url
        }

        /// Retries run for three days, and clocks differ by minutes.
        func checkTime(_ now: Timestamp) throws(NoticeRefusal) {
            let age = now - time
            guard age <= .seconds(4 * 86_400), age >= .seconds(-300) else {
                throw .timestampOutsideTolerance
            }
        }

        /// Of the body only its checksum is signed.
        func message(over body: [UInt8], webhookID: String) -> [UInt8] {
            Array("\(id)|\(timeText)|\(webhookID)|\(CRC32.checksum(body))".utf8)
        }
    }
}
