import HTTP
import HTTPClient
import Reactor

/// A loop with a client on it, as the service has them, for the length of `body`.
func withClient<Value: Sendable>(
    _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(),
    _ body: @escaping @Sendable (HTTPClient) async throws -> Value
) async throws -> Value {
    let loop = try EventLoop(name: "client-test")
    loop.start()
    let result: Result<Value, any Error>
    do {
        result = .success(
            try await loop.submit {
                let client = try HTTPClient(loop: loop, configuration: configuration)
                defer { client.close() }
                return try await body(client)
            }
        )
    } catch {
        result = .failure(error)
    }
    await loop.stop()
    return try result.get()
}

extension HTTPClient {
    func get(
        _ url: String,
        options: HTTPSendOptions = HTTPSendOptions()
    ) async throws(HTTPTransportError) -> HTTPResponse {
        try await send(HTTPRequest(method: .get, url: url), options: options)
    }

    /// The error that a GET of `url` ends in; nil when it succeeds.
    func failure(
        _ url: String,
        options: HTTPSendOptions = HTTPSendOptions()
    ) async -> HTTPTransportError? {
        do throws(HTTPTransportError) {
            _ = try await get(url, options: options)
            return nil
        } catch {
            return error
        }
    }
}
