internal import JSON

extension Payme {
    /// The parameters of `receipts.create`.
    struct ReceiptOrder: Sendable {
        let amount: Int64
        let account: JSONObject
        let description: String?
        let detail: JSONValue?
        let hold: Bool

        init(_ params: JSONObject) throws(Failure) {
            (amount, account, description, detail, hold) = try Failure.reading(params) {
                fields throws(JSONFieldErrors) in
                let amount = fields.required("amount", .int64(in: 1...))
                let account = fields.required("account", .account)
                let description = fields.optional("description", .string(bytes: 0...1_000))
                let detail = fields.optional("detail", .any)
                let hold = fields.optional("hold", .bool) ?? false
                let read = try fields.finish(amount, account)
                return (read.0, read.1, description, detail, hold)
            }
        }
    }

    /// The parameters of `receipts.pay`.
    struct PayOrder: Sendable {
        let id: String
        let token: String
        let payer: JSONValue?
        let hold: Bool

        init(_ params: JSONObject) throws(Failure) {
            (id, token, payer, hold) = try Failure.reading(params) {
                fields throws(JSONFieldErrors) in
                let id = fields.required("id", .string)
                let token = fields.required("token", .string(bytes: 1...200))
                let payer = fields.optional("payer", .any)
                let hold = fields.optional("hold", .bool) ?? false
                let read = try fields.finish(id, token)
                return (read.0, read.1, payer, hold)
            }
        }

        init(id: String, token: String, hold: Bool) {
            (self.id, self.token, self.hold) = (id, token, hold)
            payer = nil
        }
    }
}

extension Payme.Failure {
    /// Reads parameters: what is missing or of another type is −32600, another value −31610. A name
    /// that the reference does not know is refused too.
    static func reading<Value>(
        _ params: JSONObject,
        _ members: (inout JSONFields) throws(JSONFieldErrors) -> Value
    ) throws(Payme.Failure) -> Value {
        var fields = JSONFields(params)
        do throws(JSONFieldErrors) {
            return try members(&fields)
        } catch {
            let fault = error.all[0]
            let name = String("\(fault.pointer)".dropFirst()).replacing("/", with: ".")
            switch fault.code {
            case .missing, .wrongType, .notInteger: throw .malformed(name)
            case .unknown, .outOfRange, .wrongLength, .invalid: throw .wrongValue(name)
            }
        }
    }
}

extension JSONReader<JSONObject> {
    /// The fields by which the shop knows its order.
    fileprivate static var account: Self {
        JSONReader<JSONValue>.any.map("This must be an object of texts or integers.") { value in
            guard let account = value.objectValue, !account.isEmpty,
                account.members.allSatisfy({
                    $0.value.stringValue != nil || $0.value.integerValue != nil
                })
            else { return nil }
            return account
        }
    }
}
