import HTTP
import Synchronization
import TestKit
import Testing

/// Holds every answer of a gateway against the API document that it serves itself.
enum ContractCheck {
    private static let contract = Mutex<APIContract?>(nil)

    /// Records an issue for whatever the answer has that the document does not promise.
    ///
    /// - Parameters:
    ///   - path: as it was asked for, without the query.
    ///   - document: fetches `/openapi.json`; asked until it succeeds once.
    static func check(
        _ method: HTTPMethod,
        _ path: String,
        _ response: HTTPResponse,
        _ document: () async throws -> HTTPResponse
    ) async {
        // Silence is right: a gateway that was just killed is asked again with the next answer.
        guard let contract = await known(document) else { return }
        let violations = contract.violations(
            method: method.rawValue,
            path: path,
            status: response.status.code,
            contentType: response.fields[.contentType],
            body: response.body
        )
        if !violations.isEmpty {
            Issue.record("\(method) \(path) \(response.status.code): \(violations)")
        }
        if path.hasSuffix("/payments/events"), response.status == .ok {
            EventCheck.check(feed: response.body)
        }
    }

    private static func known(
        _ document: () async throws -> HTTPResponse
    ) async -> APIContract? {
        if let known = contract.withLock({ $0 }) { return known }
        guard let response = try? await document(), response.status == .ok,
            let made = try? APIContract(document: response.body)
        else { return nil }
        contract.withLock { $0 = made }
        return made
    }
}
