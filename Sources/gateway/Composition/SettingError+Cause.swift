import Cryptography
import Glibc
import HTTP
import PaymentCore
import Postgres
import Reactor

extension SettingError {
    /// Makes something of a setting's value; what goes wrong is reported with the setting's name.
    ///
    /// - Parameter value: what is shown of it; nil when it is a secret.
    static func naming<Made>(
        _ name: String,
        _ value: String?,
        _ make: () throws -> Made
    ) throws(SettingError) -> Made {
        do {
            return try make()
        } catch {
            throw SettingError(name, value, words(for: error))
        }
    }

    private init(_ name: String, _ value: String?, _ reason: String) {
        self.init(name: name, reason: value.map { "“\($0)”: \(reason)" } ?? reason)
    }

    private static func words(for error: any Error) -> String {
        switch error {
        case let error as PostgresError: error.message
        case let error as StoreError: error.message
        case let error as HTTPTransportError: error.message
        default: "\(error)"
        }
    }
}

extension SettingError {
    /// The setting that prevents TLS, by what is wrong with it.
    init(_ error: TLSError, of configuration: Configuration) {
        switch error.code {
        case .privateKey: self.init("GATEWAY_TLS_KEY", configuration.tlsKey, error.message)
        case .authorities:
            self.init("GATEWAY_TLS_CLIENT_CA", configuration.tlsClientCA, error.message)
        case .certificate, .handshake, .library:
            self.init("GATEWAY_TLS_CERTIFICATE", configuration.tlsCertificate, error.message)
        }
    }
}

extension Configuration {
    /// Listens on an address of ours, or says which setting stands in the way.
    @discardableResult
    func listening<Made>(
        on address: SocketAddress,
        _ listen: () throws(SystemError) -> Made
    ) throws(SettingError) -> Made {
        do throws(SystemError) {
            return try listen()
        } catch {
            let port =
                address.port == UInt16(metricsPort) ? "GATEWAY_METRICS_PORT" : "GATEWAY_HTTP_PORT"
            throw SettingError(
                name: error.number == EADDRNOTAVAIL ? "GATEWAY_HTTP_HOST" : port,
                reason: "“\(address)”: \(error)"
            )
        }
    }
}
