internal import Foundation

/// Certificates made for this run of the tests: an authority, two servers, a client, and a stranger
/// whom the authority does not know.
package struct TestCertificates: Sendable {
    package struct Identity: Sendable {
        package let certificate: String
        package let key: String
    }

    package let authority: Identity
    package let server: Identity
    package let renewed: Identity
    package let client: Identity
    package let stranger: Identity

    /// Made once, when first asked for; gone when the process ends.
    package static let shared = Result { try TestCertificates() }

    private static let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("certificates-\(UUID().uuidString)").path

    private init() throws {
        let folder = Self.folder
        // Silence is right: nobody is left to be told.
        atexit { try? FileManager.default.removeItem(atPath: TestCertificates.folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
        authority = try Self.make("authority", in: folder, "basicConstraints=critical,CA:TRUE")
        server = try Self.make("server", in: folder, names, signedBy: authority)
        renewed = try Self.make("renewed", in: folder, names, signedBy: authority)
        client = try Self.make("client", in: folder, names, signedBy: authority)
        stranger = try Self.make("stranger", in: folder, names)
    }

    private static func make(
        _ name: String,
        in folder: String,
        _ addition: String,
        signedBy authority: Identity? = nil
    ) throws -> Identity {
        let identity = Identity(
            certificate: "\(folder)/\(name).pem",
            key: "\(folder)/\(name).key"
        )
        var arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-noenc", "-days", "2", "-subj", "/O=Tests/CN=\(name)", "-addext", addition,
            "-keyout", identity.key, "-out", identity.certificate,
        ]
        if let authority {
            arguments += ["-CA", authority.certificate, "-CAkey", authority.key]
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw WireClient.Unexpected() }
        return identity
    }
}
