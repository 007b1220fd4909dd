import Foundation
import HTTP
import HTTPClient
import KeyServices
import PaymentCore
import Reactor
import Storage

extension Configuration {
    /// What wraps the tenants' data keys, with whatever may have wrapped them before.
    ///
    /// - Parameter loop: key services are called from there, whoever asks.
    func keyManagement(on loop: EventLoop, _ clock: ServiceClock) throws -> any KeyManagement {
        guard keyService != "file" else { return try KeyFile(keyFile) }
        let line = try serviceLine(on: loop, clock)
        let service: any KeyManagement
        if keyService.hasPrefix("arn:") {
            service = try AWSKeys(
                keyARN: keyService,
                endpoint: keyEndpoint.isEmpty ? nil : keyEndpoint,
                environment: ProcessInfo.processInfo.environment,
                line: line
            )
        } else {
            service = try GoogleKeys(
                name: keyService,
                serviceAccount: try googleAccount(),
                endpoint: keyEndpoint.isEmpty ? "https://cloudkms.googleapis.com" : keyEndpoint,
                line: line
            )
        }
        // Keys from before the service came are still opened by the file, when there is one.
        let older: (any KeyManagement)? =
            FileManager.default.fileExists(atPath: keyFile) ? try KeyFile(keyFile) : nil
        return KeyChain(current: service) { name -> (any KeyManagement)? in
            guard name.hasPrefix("arn:") || name.hasPrefix("projects/") else { return older }
            return service
        }
    }

    /// Whether data keys are wrapped by a file that is not there.
    var lacksKeyFile: Bool {
        keyService == "file" && !FileManager.default.fileExists(atPath: keyFile)
    }

    /// Where accounts' credentials are that only name a secret.
    ///
    /// - Parameter loop: secret managers are called from there, whoever asks.
    func secretManager(on loop: EventLoop, _ clock: ServiceClock) throws -> any SecretManager {
        let line = try serviceLine(on: loop, clock)
        let own = secretEndpoint.isEmpty ? nil : secretEndpoint
        return SecretManagers(
            aws: AWSSecrets(
                endpoint: own,
                environment: ProcessInfo.processInfo.environment,
                line: line
            ),
            google: try GoogleSecrets(
                serviceAccount: try googleAccount(),
                endpoint: own ?? "https://secretmanager.googleapis.com",
                line: line
            )
        )
    }

    private func googleAccount() throws -> [UInt8]? {
        guard !googleCredentials.isEmpty else { return nil }
        guard let data = FileManager.default.contents(atPath: googleCredentials) else {
            throw SettingError(
                name: "GATEWAY_GOOGLE_CREDENTIALS",
                reason: "cannot read \(googleCredentials)"
            )
        }
        return [UInt8](data)
    }

    private func serviceLine(on loop: EventLoop, _ clock: ServiceClock) throws -> ServiceLine {
        var configuration = HTTPClientConfiguration()
        configuration.authorityFile = vendorCA.isEmpty ? nil : vendorCA
        let settings = configuration
        let client = LoopClient()
        let options = HTTPSendOptions(
            connectTimeout: .seconds(2),
            totalTimeout: .seconds(5),
            maximumResponseBytes: 1 << 16
        )
        return ServiceLine(clock: clock) {
            request throws(HTTPTransportError) in
            do {
                return try await loop.submit {
                    try await client.on(loop, settings).send(request, options: options)
                }
            } catch let error as HTTPTransportError {
                throw error
            } catch {
                throw HTTPTransportError(
                    code: .cancelled,
                    message: "the process is ending",
                    requestMayHaveReachedPeer: false
                )
            }
        }
    }
}

/// A client that is made on its loop, with the first request.
private final class LoopClient: @unchecked Sendable {
    // Safe because: touched only on its loop.
    private var client: HTTPClient?

    func on(
        _ loop: EventLoop,
        _ configuration: HTTPClientConfiguration
    ) throws(HTTPTransportError) -> HTTPClient {
        loop.preconditionOnLoop()
        if let client { return client }
        let made = try HTTPClient(loop: loop, configuration: configuration)
        client = made
        return made
    }
}
