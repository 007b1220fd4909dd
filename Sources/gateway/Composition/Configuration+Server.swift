import Cryptography
import HTTPServer
import Logging
import Observability
import PaymentAPI
import PaymentCore
import Reactor

/// The settings in the terms of the modules that they are for.
extension Configuration {
    func address(port: UInt16) throws -> SocketAddress {
        guard let address = SocketAddress(host, port: port) else {
            throw SettingError(name: "GATEWAY_HTTP_HOST", reason: "“\(host)” is no address")
        }
        return address
    }

    /// A body beyond it is refused with its head, in generic words: 16 MiB.
    private static let longestRefusedBody = 16 << 20

    func server() throws -> HTTPServerConfiguration {
        var server = HTTPServerConfiguration(address: try address(port: UInt16(port)))
        server.maximumConnections = maximumConnections
        server.headerTimeout = headerTimeout
        server.bodyTimeout = bodyTimeout
        server.idleTimeout = idleTimeout
        server.writeTimeout = writeTimeout
        server.requestTimeout = requestDeadline
        // Whoever takes a body has a limit of their own, and words for what is beyond it.
        server.maximumBodyBytes = max(maximumBody, maximumWebhookBody, Self.longestRefusedBody)
        server.tls = try tls()
        return server
    }

    /// A prober or two, and whoever looks by hand.
    private static let probers = 64

    /// The listener for those who watch the process; nil when there is none. Plain HTTP: it shows
    /// nothing of payments, and a prober has no certificate.
    ///
    /// - Parameter isBeside: whether the process listens on its own port, too.
    func probes(isBeside: Bool) throws -> HTTPServerConfiguration? {
        guard metricsPort != 0 else { return nil }
        guard !isBeside || metricsPort != port else {
            throw SettingError(
                name: "GATEWAY_METRICS_PORT",
                reason: "\(metricsPort) is GATEWAY_HTTP_PORT, where health and metrics are anyway"
            )
        }
        var probes = HTTPServerConfiguration(address: try address(port: UInt16(metricsPort)))
        probes.maximumConnections = Self.probers
        probes.headerTimeout = headerTimeout
        probes.bodyTimeout = bodyTimeout
        probes.idleTimeout = idleTimeout
        probes.writeTimeout = writeTimeout
        probes.requestTimeout = requestDeadline
        return probes
    }

    /// Nil when the listener speaks plain HTTP.
    func tls() throws -> TLSContext? {
        guard !tlsCertificate.isEmpty else {
            // Somebody wants TLS: plain HTTP would serve whoever asks.
            let others = [("GATEWAY_TLS_KEY", tlsKey), ("GATEWAY_TLS_CLIENT_CA", tlsClientCA)]
            for (name, value) in others where !value.isEmpty {
                throw SettingError(name: name, reason: "it needs GATEWAY_TLS_CERTIFICATE")
            }
            return nil
        }
        guard !tlsKey.isEmpty else {
            throw SettingError(name: "GATEWAY_TLS_KEY", reason: "a certificate needs its key")
        }
        do throws(TLSError) {
            return try TLSContext.server(
                certificateChain: tlsCertificate,
                privateKey: tlsKey,
                clientCertificates: tlsClientCA.isEmpty ? .ignored : .required,
                clientAuthorities: tlsClientCA.isEmpty ? nil : tlsClientCA
            )
        } catch {
            throw SettingError(error, of: self)
        }
    }

    func api(_ roles: Set<Role>) throws -> APIConfiguration {
        var api = APIConfiguration()
        api.surfaces = Set(
            APIConfiguration.Surface.allCases.filter {
                switch $0 {
                case .api: roles.contains(.api)
                case .webhooks: roles.contains(.webhooks)
                }
            }
        )
        api.problemTypeBase = problemBase
        api.eventNamespace = eventNamespace
        api.maximumBodyBytes = maximumBody
        api.maximumWebhookBytes = maximumWebhookBody
        api.limits.keyPerSecond = ratePerKey
        api.limits.addressPerSecond = ratePerAddress
        api.trustedProxies = TrustedProxies(
            try trustedProxies.map { text in
                guard let network = IPNetwork(text) else {
                    throw SettingError(
                        name: "GATEWAY_TRUSTED_PROXIES",
                        reason: "“\(text)” is neither an address nor a network"
                    )
                }
                return network
            },
            field: forwardedField
        )
        for text in webhookNetworks {
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let vendor = VendorID(String(parts[0])),
                let network = IPNetwork(parts[1])
            else {
                throw SettingError(
                    name: "GATEWAY_WEBHOOK_NETWORKS",
                    reason: "“\(text)” is not vendor=network"
                )
            }
            api.webhookNetworks[vendor, default: []].append(network)
        }
        return api
    }
}

extension Configuration.LogLevel {
    var level: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
