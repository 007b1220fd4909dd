import Cryptography
import HTTP

/// AWS Signature Version 4: signs a request's method, path, query, some headers and body for one
/// service in one region at one time. Pure.
struct SignatureV4: Sendable {
    let region: String
    let service: String

    /// The request with `x-amz-date`, the session token when there is one, and `Authorization`.
    ///
    /// - Parameters:
    ///   - date: `YYYYMMDD'T'HHMMSS'Z'`, in UTC.
    ///   - path: of the URL, encoded as it is sent.
    ///   - query: canonical, that is sorted and encoded; empty for none.
    func signed(
        _ request: HTTPRequest,
        host: String,
        path: String = "/",
        query: String = "",
        with credentials: AWSCredentials,
        at date: String
    ) -> HTTPRequest {
        var signed = request
        var headers = [("host", host), ("x-amz-date", date)]
        signed.fields.append(Self.date, date)
        if let token = credentials.sessionToken {
            headers.append(("x-amz-security-token", token.revealText()))
            signed.fields.append(Self.sessionToken, token.revealText())
        }
        for (name, value) in [("content-type", request.fields[.contentType])]
            + [("x-amz-target", request.fields[Self.target])]
        {
            if let value { headers.append((name, value)) }
        }
        headers.sort { $0.0 < $1.0 }
        let names = headers.map(\.0).joined(separator: ";")
        let canonical =
            ([request.method.rawValue, path, query] + headers.map { "\($0.0):\($0.1)" })
            .joined(separator: "\n") + "\n\n\(names)\n" + Self.digest(request.body)
        let scope = "\(date.prefix(8))/\(region)/\(service)/aws4_request"
        let toSign =
            "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n" + Self.digest(Array(canonical.utf8))
        var key = Array("AWS4".utf8) + credentials.secretKey.reveal()
        for part in [String(date.prefix(8)), region, service, "aws4_request"] {
            key = HMAC.sha256(key: key, message: Array(part.utf8))
        }
        let signature = Hex.encode(HMAC.sha256(key: key, message: Array(toSign.utf8)))
        signed.fields.append(
            .authorization,
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), "
                + "SignedHeaders=\(names), Signature=\(signature)"
        )
        return signed
    }

    static let date: HTTPFieldName = "X-Amz-Date"
    static let sessionToken: HTTPFieldName = "X-Amz-Security-Token"
    static let target: HTTPFieldName = "X-Amz-Target"

    private static func digest(_ bytes: [UInt8]) -> String {
        Hex.encode(Digest.sha256.hash(bytes))
    }
}
