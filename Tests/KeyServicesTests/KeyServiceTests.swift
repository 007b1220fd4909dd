import Cryptography
import HTTP
import JSON
import PaymentCore
import Storage
import Synchronization
import Testing

@testable import KeyServices

/// Both services against a peer that keeps what it wraps bound to its context, as theirs do.
@Suite struct KeyServiceTests {
    private static let arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"
    private static let name = "projects/p/locations/global/keyRings/r/cryptoKeys/k"
    private static let environment = [
        "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
    ]
    private let peer = KeyServicePeer()
    private let tenant = TenantID(UUID7(milliseconds: 1, randomHigh: 0, randomLow: 1))
    private let other = TenantID(UUID7(milliseconds: 1, randomHigh: 0, randomLow: 2))

    private func services() throws -> [any KeyManagement] {
        [
            try AWSKeys(keyARN: Self.arn, environment: Self.environment, line: peer.line),
            try GoogleKeys(
                name: Self.name,
                serviceAccount: try KeyServicePeer.serviceAccount(),
                line: peer.line
            ),
        ]
    }

    @Test func `what was wrapped for a tenant opens for it and for no other`() async throws {
        for service in try services() {
            let key = Secret(SecureRandom.bytes(32))
            let wrapped = try await service.wrap(key, of: tenant)
            #expect(try await service.unwrap(wrapped, of: tenant) == key)
            do throws(KeyManagementError) {
                _ = try await service.unwrap(wrapped, of: other)
                Issue.record("another tenant's key opened")
            } catch {
                #expect(error.code == .notOpened)
            }
        }
    }

    @Test func `a service out of reach is unavailable, refused credentials are ours to mend`()
        async throws
    {
        for service in try services() {
            peer.answer { _ throws(HTTPTransportError) in
                throw HTTPTransportError(
                    code: .connect,
                    message: "refused",
                    requestMayHaveReachedPeer: false
                )
            }
            await expect(.unavailable, of: service)
            peer.answer { _ in
                HTTPResponse(
                    status: .badRequest,
                    body: Array(#"{"__type":"AccessDeniedException"}"#.utf8)
                )
            }
            await expect(.malformed, of: service)
            peer.answer { _ in HTTPResponse(status: HTTPStatus(500), body: Array("<html>".utf8)) }
            await expect(.unavailable, of: service)
        }
    }

    @Test func `what names no key is refused at the start`() {
        for arn in [
            "", "arn:aws:kms::1:key/x", "arn:aws:s3:eu:1:key/x", "arn:aws:kms:eu:1:alias/x",
        ] {
            #expect(throws: KeyManagementError.self) {
                try AWSKeys(keyARN: arn, environment: [:], line: peer.line)
            }
        }
        for name in ["", "projects/p", "projects//locations/l/keyRings/r/cryptoKeys/k"] {
            #expect(throws: KeyManagementError.self) {
                try GoogleKeys(name: name, serviceAccount: nil, line: peer.line)
            }
        }
        #expect(throws: KeyManagementError.self) {
            try GoogleKeys(name: Self.name, serviceAccount: [1, 2], line: peer.line)
        }
    }

    @Test func `keys move from a file to a service and both kinds open`() async throws {
        let file = try LocalKeys(text: LocalKeys.line(named: "local-1"))
        let service = try services()[0]
        let chain = KeyChain(current: service) { name -> (any KeyManagement)? in
            name.hasPrefix("arn:") ? service : file
        }
        let key = Secret(SecureRandom.bytes(32))
        let old = try await file.wrap(key, of: tenant)
        #expect(try await chain.unwrap(old, of: tenant) == key)
        let new = try await chain.wrap(key, of: tenant)
        #expect(new.wrappingKey == Self.arn)
        #expect(try await chain.unwrap(new, of: tenant) == key)
    }

    @Test func `a Google token is fetched once while it lasts`() async throws {
        let service = try services()[1]
        for _ in 0..<3 { _ = try await service.wrap(Secret("k"), of: tenant) }
        #expect(peer.tokensGiven == 1)
    }

    private func expect(_ code: KeyManagementError.Code, of service: any KeyManagement) async {
        do throws(KeyManagementError) {
            _ = try await service.wrap(Secret("k"), of: tenant)
            Issue.record("it was wrapped")
        } catch {
            #expect(error.code == code)
        }
    }
}

/// Speaks KMS of both vendors over one function.
private final class KeyServicePeer: Sendable {
    typealias Answerer = @Sendable (HTTPRequest) throws(HTTPTransportError) -> HTTPResponse

    private let override = Mutex<Answerer?>(nil)
    private let tokens = Mutex(0)

    var tokensGiven: Int { tokens.withLock { $0 } }

    func answer(_ answerer: @escaping Answerer) { override.withLock { $0 = answerer } }

    var line: ServiceLine {
        ServiceLine(clock: FixedClock()) {
            [self] request throws(HTTPTransportError) in
            if let answerer = override.withLock({ $0 }) { return try answerer(request) }
            return serve(request)
        }
    }

    static func serviceAccount() throws -> [UInt8] {
        let pem = try RSAPrivateKey.generate().pem.revealText()
        let file: JSONValue = [
            "client_email": "gateway@p.iam.gserviceaccount.com", "private_key": .string(pem),
        ]
        return file.canonicalBytes()
    }

    private func serve(_ request: HTTPRequest) -> HTTPResponse {
        if request.url.hasSuffix("/token") {
            tokens.withLock { $0 += 1 }
            return ok(["access_token": "ya29", "expires_in": 3_600])
        }
        guard let body = try? JSONValue.parse(request.body),
            request.fields[.authorization] != nil
        else { return refused("ValidationException") }
        let context =
            body["EncryptionContext"]?["tenant"]?.stringValue
            ?? body["additionalAuthenticatedData"]?.stringValue ?? ""
        if let plain = (body["Plaintext"] ?? body["plaintext"])?.stringValue {
            let sealed = Base64.encode(Array("\(context)|\(plain)".utf8))
            return ok(["CiphertextBlob": .string(sealed), "ciphertext": .string(sealed)])
        }
        let sealed = (body["CiphertextBlob"] ?? body["ciphertext"])?.stringValue ?? ""
        let opened = String(decoding: Base64.decode(sealed) ?? [], as: UTF8.self)
        let parts = opened.split(separator: "|", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0] == context else {
            return refused("InvalidCiphertextException")
        }
        return ok(["Plaintext": .string(parts[1]), "plaintext": .string(parts[1])])
    }

    private func ok(_ body: JSONValue) -> HTTPResponse {
        HTTPResponse(status: .ok, body: body.canonicalBytes())
    }

    private func refused(_ type: String) -> HTTPResponse {
        HTTPResponse(
            status: .badRequest,
            body: JSONValue.object(JSONObject([("__type", .string(type))])).canonicalBytes()
        )
    }
}

private struct FixedClock: WallClock {
    var now: Timestamp { Timestamp(seconds: 1_735_689_600) }
}
