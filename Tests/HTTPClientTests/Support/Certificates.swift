import Foundation

/// Certificates of one test, made by the `openssl` command in a folder of their own.
struct Certificates {
    let folder: URL

    /// An authority `authority.pem` and, signed by it, `server.pem` for 127.0.0.1 and `client.pem`.
    init() async throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("client-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await makeCertificate("authority", ["-x509", "-subj", "/CN=Test authority"])
        try await sign("server", subject: "/CN=server", names: "IP:127.0.0.1")
        try await sign("other", subject: "/CN=other", names: "DNS:elsewhere.example")
        try await sign("client", subject: "/CN=gateway", names: "DNS:gateway.example")
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    private func makeCertificate(_ name: String, _ arguments: [String]) async throws {
        try await openssl(
            ["req", "-new", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
                + ["-keyout", path("\(name).key"), "-out", path("\(name).pem"), "-days", "2"]
                + arguments
        )
    }

    private func sign(_ name: String, subject: String, names: String) async throws {
        try await makeCertificate(
            name,
            ["-x509", "-CA", path("authority.pem"), "-CAkey", path("authority.key")]
                + ["-subj", subject, "-addext", "subjectAltName=\(names)"]
                + ["-addext", "basicConstraints=critical,CA:FALSE"]
        )
    }
}

/// `openssl s_server`, which answers every GET with a status page.
final class TLSPeer {
    let port: UInt16
    private let process = Process()

    init(
        _ certificates: Certificates,
        certificate: String = "server",
        arguments: [String] = []
    ) throws {
        let (listener, port) = loopbackListener(backlog: 1)
        close(listener)
        self.port = port
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["openssl", "s_server", "-www", "-accept", "127.0.0.1:\(port)"]
            + ["-cert", certificates.path("\(certificate).pem")]
            + ["-key", certificates.path("\(certificate).key")] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        // It says ACCEPT when it listens.
        var text = ""
        while !text.contains("ACCEPT") {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { break }
            text += String(decoding: more, as: UTF8.self)
        }
    }

    var url: String { "https://127.0.0.1:\(port)/" }

    // Not asked to end: it may have inherited a mask that keeps SIGTERM out.
    func stop() { kill(process.processIdentifier, SIGKILL) }
}

private func openssl(_ arguments: [String]) async throws {
    struct Failed: Error { var arguments: [String] }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.standardError = FileHandle.nullDevice
    let status = try await withCheckedThrowingContinuation { continuation in
        process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
        do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    guard status == 0 else { throw Failed(arguments: arguments) }
}
