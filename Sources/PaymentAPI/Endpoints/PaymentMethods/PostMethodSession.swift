internal import Cryptography
internal import HTTP
internal import PaymentCore

struct PostMethodSession: Endpoint {
    struct Input: Sendable {
        let customer: CustomerID
        let kind: MethodKind
        let provider: VendorID?
        let offSession: Bool
        let returnURL: String?
    }

    let operation = Operation(
        .post,
        "/payment-methods/sessions",
        .create,
        "Open a hosted session in which a customer gives a method to the vendor",
        detail: "Repeating the request with the same Idempotency-Key continues the same session. "
            + "`provider` says where the method is kept, and so where it will pay: no rule of the "
            + "routes does.",
        body: .required,
        takesKey: true,
        success: .created,
        answer: .reference(.methodSession)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let customer = request.body.required("customer_id", .identifier(CustomerID.self))
        let kind = request.body.optional("kind", .choice(MethodKind.self))
        let provider = request.body.optional("provider", .vendor)
        let offSession = request.body.optional("off_session", .flag)
        let returnURL = request.body.optional("return_url", .url)
        guard let customer else { return nil }
        return Input(
            customer: customer,
            kind: kind ?? .card,
            provider: provider,
            offSession: offSession ?? true,
            returnURL: returnURL
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let opened = try await call.workflows.openSession(
            call.optionalKey.map { MethodSessionID(Self.identifier(of: $0, in: call.tenant)) }
                ?? call.services.identifiers.make(),
            for: input.customer,
            kind: input.kind,
            provider: input.provider,
            offSession: input.offSession,
            returnURL: input.returnURL,
            under: call.optionalKey,
            in: call.tenant
        )
        return Answer(operation.success) { $0.members(of: opened.session, opened.action) }
    }

    /// One key and request make one session, whoever asks again, and whenever: the identifier is a
    /// digest of them, so there is nothing to remember.
    private static func identifier(of key: RequestKey, in tenant: TenantID) -> UUID7 {
        let digest = Digest.sha256.hash(
            Array("\(tenant)\n\(key.key)\n".utf8) + key.fingerprint
        )
        let words = digest.prefix(16).enumerated().reduce(into: (high: UInt64(0), low: UInt64(0))) {
            words,
            byte in
            if byte.offset < 8 {
                words.high = words.high << 8 | UInt64(byte.element)
            } else {
                words.low = words.low << 8 | UInt64(byte.element)
            }
        }
        return UUID7(
            milliseconds: words.high >> 16,
            randomHigh: words.high,
            randomLow: words.low
        )
    }
}
