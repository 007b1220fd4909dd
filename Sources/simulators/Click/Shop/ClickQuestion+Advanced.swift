internal import HTTP
internal import JSON

extension Click {
    /// How Click asks a shop: by the plain SHOP API, or as an Advanced or Split Shop (section 3.7).
    package enum Dialogue: String, Sendable, CaseIterable {
        case shop
        case advanced
        case split
    }
}

// The same questions in JSON, under other numbers.
extension Click.Question {
    /// - Parameter tries: how often it was sent before: a repetition has an attempt of its own.
    func inquiry(
        to service: Click.Service,
        _ signature: WebhookQueue.Signature,
        tries: Int
    ) -> HTTPRequest? {
        guard let url = service.prepareURL else { return nil }
        return HTTPRequest(
            method: .post,
            url: url,
            fields: [.contentType: "application/json", .userAgent: "Click"],
            body: inquiryBody(
                secret: service.secret,
                signature,
                attempt: number * 100 + Int64(tries)
            )
        )
    }

    /// Parameters are called as in the sheet's vector.
    func inquiryBody(
        secret: String,
        _ signature: WebhookQueue.Signature = .good,
        attempt: Int64
    ) -> [UInt8] {
        let time = signature == .stale ? time + .seconds(-3_600) : time
        let signTime = time.dateAndTime(offset: Click.zone)
        let code = flaw == .unknownAction ? 7 : action.rawValue + 1
        let isForged = flaw == .wrongSignature || signature == .bad
        var parameters = [("contract", JSONValue.string(reference))]
        if flaw != .missingField { parameters.append(("amount", .number(amount))) }
        let sign = Self.signature(
            ["\(paydoc)", "\(attempt)", "\(service)", isForged ? "a guess" : secret, reference]
                + (flaw == .missingField ? [] : [amount]) + ["\(code)", signTime]
        )
        var writer = JSONWriter(capacity: 256)
        writer.object { writer in
            writer.member("click_paydoc_id", paydoc)
            writer.member("attempt_trans_id", attempt)
            writer.member("service_id", service)
            if let prepareID { writer.member("merchant_prepare_id", prepareID) }
            writer.member("params", .object(JSONObject(parameters)))
            writer.member("action", code)
            writer.member("error", error)
            writer.member("error_note", note)
            writer.member("sign_time", signTime)
            writer.member("sign_string", sign)
        }
        return writer.bytes
    }
}
