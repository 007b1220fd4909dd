internal import JSON

extension Stripe.World {
    /// The error body of section 4; absent fields are left out.
    func render(_ failure: Stripe.Failure, requestID: String) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.object { body in
            body.object("error") { error in
                error.member("type", failure.kind.rawValue)
                if let decline = failure.decline {
                    Stripe.write(decline, to: &error)
                } else if let code = failure.code {
                    error.member("code", code)
                }
                error.member("message", failure.message)
                if let parameter = failure.parameter { error.member("param", parameter) }
                if let charge = failure.charge { error.member("charge", charge) }
                if let code = failure.code {
                    let page = code.replacing("_", with: "-")
                    error.member("doc_url", "https://stripe.com/docs/error-codes/\(page)")
                }
                error.member(
                    "request_log_url",
                    "https://dashboard.stripe.com/test/logs/\(requestID)"
                )
                writeSubject(of: failure, to: &error)
            }
        }
        return writer.bytes
    }

    private func writeSubject(of failure: Stripe.Failure, to error: inout JSONWriter) {
        switch failure.subject {
        case .paymentIntent(let id):
            guard let intent = paymentIntents[id] else { return }
            error.value("payment_intent") { write(intent, .none, to: &$0) }
        case .setupIntent(let id):
            guard let intent = setupIntents[id] else { return }
            error.value("setup_intent") { write(intent, .none, to: &$0) }
        case nil: return
        }
    }
}
