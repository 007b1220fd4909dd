import Cryptography
import HTTP
import JSON
import PaymentCore

// Calls of the Merchant API (sections 2.2 and 3.6).
extension Click.Dialect {
    func get(_ path: String) -> HTTPRequest { request(.get, path, nil) }

    func delete(_ path: String) -> HTTPRequest { request(.delete, path, nil) }

    func post(_ path: String, _ members: (inout JSONWriter) -> Void) -> HTTPRequest {
        var writer = JSONWriter(capacity: 256)
        writer.object { writer in
            writer.member("service_id", number)
            members(&writer)
        }
        return request(.post, path, writer.bytes)
    }

    func status(of payment: Int64) -> HTTPRequest {
        get("payment/status/\(service.id)/\(payment)")
    }

    func submit(_ receipt: Click.FiscalReceipt, of payment: Int64) -> HTTPRequest {
        request(.post, "payment/ofd_data/submit_items", receipt.body(of: payment, at: service))
    }

    func fiscalData(of payment: Int64) -> HTTPRequest {
        get("payment/ofd_data/\(service.id)/\(payment)")
    }

    private var number: Int64 { Int64(service.id) ?? 0 }

    private func request(_ method: HTTPMethod, _ path: String, _ body: [UInt8]?) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: "\(service.apiBase.text)/\(path)",
            fields: [
                "Auth": authorization, .accept: "application/json",
                .contentType: "application/json",
            ],
            body: body ?? []
        )
    }

    /// Made afresh for each request, since it expires soon.
    private var authorization: String {
        let seconds = String(VendorClock.now().seconds)
        let secret = service.secrets.first?.reveal() ?? []
        let digest = Digest.sha1.hash(Array(seconds.utf8) + secret)
        return "\(service.userID):\(Hex.encode(digest)):\(seconds)"
    }
}
