internal import Cryptography
internal import HTTP
internal import JSON
internal import PaymentCore

// The body of a request, and what makes two requests the same.
extension APIGateway {
    /// The JSON of the body; nil when there is none and none is needed.
    func document(
        of head: RequestHead,
        for operation: Operation,
        _ source: some RequestSource
    ) async throws -> JSONValue? {
        switch operation.body {
        case .none: return nil
        case .optional, .required, .events: break
        }
        let bytes = try await source.body(limit: state.configuration.maximumBodyBytes)
        if bytes.isEmpty, operation.body == .optional { return nil }
        guard Self.isJSON(head.fields[.contentType]), Self.isPlain(head.fields)
        else { throw Problem(.unsupportedMediaType) }
        do {
            return try JSONValue.parse(
                bytes,
                limits: JSONLimits(
                    byteCount: state.configuration.maximumBodyBytes,
                    depth: state.configuration.maximumDepth,
                    memberCount: operation.body.maximumMembers
                )
            )
        } catch {
            throw Problem(
                .malformedJSON,
                ["reason": "\(error.code.rawValue), offset \(error.offset)"]
            )
        }
    }

    /// `application/json` or a type with the suffix `+json`; UTF-8, if a charset is named.
    private static func isJSON(_ field: String?) -> Bool {
        guard let field else { return false }
        // What nearly everybody sends.
        if field == "application/json" { return true }
        let parts = field.lowercased().split(separator: ";").map { part in
            String(part.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " }.reversed())
        }
        guard let type = parts.first,
            type == "application/json"
                || type.hasPrefix("application/") && type.hasSuffix("+json")
        else { return false }
        return parts.dropFirst().allSatisfy { parameter in
            !parameter.hasPrefix("charset=")
                || ["charset=utf-8", "charset=\"utf-8\""].contains(parameter)
        }
    }

    /// Whether a body is as it was written: nothing here is unpacked.
    private static func isPlain(_ fields: HTTPFields) -> Bool {
        fields.values(.contentEncoding).allSatisfy { $0.lowercased() == "identity" }
    }

    /// The idempotency key of a request with its fingerprint; what moves money must have one.
    func requestKey(
        of head: RequestHead,
        _ operation: Operation,
        _ document: JSONValue?
    ) throws(Problem) -> RequestKey? {
        guard let field = head.fields[.idempotencyKey] else {
            if operation.movesMoney { throw Problem(.idempotencyKeyRequired) }
            return nil
        }
        guard head.fields.values(.idempotencyKey).count == 1, let key = IdempotencyKey(field)
        else { throw Problem(.idempotencyKeyMalformed) }
        let request = Array("\(head.method) \(head.path)\n".utf8)
        return RequestKey(
            key: key.text,
            fingerprint: Digest.sha256.hash(request + (document?.canonicalBytes() ?? [])),
            operation: operation.name
        )
    }

    /// Lets the first of several equal requests through and gives its answer to the others that
    /// came meanwhile, without any of them touching the database.
    func once(
        _ key: RequestKey,
        in tenant: TenantID,
        _ answer: () async throws -> Answer
    ) async throws -> Answer {
        let name = SingleFlight<Answer>.Key(tenant: tenant, key: key.key)
        switch state.flights.board(name, fingerprint: key.fingerprint) {
        case .first(let flight):
            do {
                let landed = try await answer()
                state.flights.land(flight, name, with: landed)
                return landed
            } catch {
                state.flights.land(flight, name, with: nil)
                throw error
            }
        case .different: throw Problem(.idempotencyKeyReused)
        case .wait(_, nil): throw Problem(.idempotencyKeyInUse, retryAfter: .seconds(1))
        case .wait(let flight, let ticket?):
            await ticket.wait(atMost: state.configuration.duplicateWait, services.sleep)
            guard var landed = flight.landed else {
                throw Problem(.idempotencyKeyInUse, retryAfter: .seconds(1))
            }
            if landed.fields[.idempotentReplayed] == nil {
                landed.fields.append(.idempotentReplayed, "true")
            }
            return landed
        }
    }
}
