internal import JSON

extension Click.World {
    /// - Returns: the body of a 200.
    mutating func execute(
        _ operation: Click.Operation,
        _ values: [String],
        _ body: JSONObject,
        _ service: Click.Service
    ) throws(Click.Failure) -> JSONValue {
        switch operation {
        case .createInvoice: return try createInvoice(body, service)
        case .invoiceStatus: return try invoiceStatus(values[1], service)
        case .paymentStatus: return try status(of: payment(values[1], of: service))
        case .statusByReference: return try statusByReference(values[1], on: values[2], service)
        case .reverse: return try reverse(payment(values[1], of: service))
        case .reversePartially:
            return try reversePartially(payment(values[1], of: service), values[2], service)
        case .requestToken: return try requestToken(body, service)
        case .verifyToken: return try verifyToken(body, service)
        case .payByToken: return try payByToken(body, service)
        case .deleteToken: return try deleteToken(values[1], service)
        case .payByPass: return try payByPass(body, service)
        case .confirmPass: return try confirmPass(body, service)
        case .beginConfirming: return confirmPasses(of: service, true)
        case .endConfirming: return confirmPasses(of: service, false)
        case .submitItems: return try submitItems(body, service)
        case .submitQRCode: return try submitQRCode(body, service)
        case .fiscalData: return try fiscalData(of: payment(values[1], of: service))
        }
    }

    static func success(_ members: KeyValuePairs<String, JSONValue> = [:]) -> JSONValue {
        var object = JSONObject([("error_code", 0), ("error_note", "Success")])
        for (name, value) in members { object[name] = value }
        return .object(object)
    }

    func payment(_ id: String, of service: Click.Service) throws(Click.Failure) -> Click.Payment {
        guard let payment = payments[id], payment.service == service.id else {
            throw .noSuchPayment
        }
        return payment
    }

    /// Reads a body; a name that the reference does not know is refused.
    static func reading<Value>(
        _ body: JSONObject,
        _ members: (inout JSONFields) throws(JSONFieldErrors) -> Value
    ) throws(Click.Failure) -> Value {
        var fields = JSONFields(body)
        _ = fields.required("service_id", .int64)
        do throws(JSONFieldErrors) {
            return try members(&fields)
        } catch {
            let faults = error.all.map { "\($0.pointer): \($0.message)" }
            throw .malformed(faults.joined(separator: " "))
        }
    }
}
