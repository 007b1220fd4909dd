import JSON
import PaymentCore

extension Payme {
    /// One call of the Merchant API, its parameters read and of the right types (section 3).
    enum Call {
        case checkPerform(amount: Int64, Account)
        case create(Creation)
        case perform(id: String)
        case cancel(id: String, reason: Int64)
        case check(id: String)
        /// Both ends are included.
        case statement(from: Int64, through: Int64)
        case setFiscalData(id: String, FiscalReceipt)

        /// Times are Payme's clock in Unix milliseconds, amounts tiyin.
        struct Creation {
            let id: String
            let time: Int64
            let amount: Int64
            let account: Account
        }
    }

    /// A body before its meaning. The `id` is echoed whatever else is wrong.
    struct Envelope {
        let id: JSONValue
        private let text: JSONValue?

        init(_ body: [UInt8]) {
            // Silence is right: what does not parse is answered with a code of its own.
            text = try? JSONValue.parse(body, limits: Self.limits)
            id =
                switch text?["id"] {
                case .integer(let id): .integer(id)
                case .number(let id): .number(id)
                case .string(let id) where id.utf8.count <= 64: .string(id)
                case .string, .null, .bool, .array, .object, nil: .null
                }
        }

        /// A call has a dozen members; whoever sends more has no business here.
        private static let limits = JSONLimits(
            byteCount: 64 << 10,
            depth: 8,
            stringByteCount: 16 << 10,
            memberCount: 100
        )

        func call(_ cashbox: Cashbox) throws(Failure) -> Call {
            guard let text else { throw .unreadable }
            guard !id.isNull, text["jsonrpc"] == nil || text["jsonrpc"] == "2.0",
                let method = text["method"]?.stringValue
            else { throw .malformed }
            guard let name = MethodName(rawValue: method) else {
                throw .unknownMethod(String(method.prefix(64)))
            }
            guard let parameters = text["params"], parameters.objectValue != nil else {
                throw .malformed
            }
            return try Call(name, parameters, cashbox)
        }
    }

    enum MethodName: String, CaseIterable {
        case checkPerform = "CheckPerformTransaction"
        case create = "CreateTransaction"
        case perform = "PerformTransaction"
        case cancel = "CancelTransaction"
        case check = "CheckTransaction"
        case statement = "GetStatement"
        case setFiscalData = "SetFiscalData"
    }

    /// What names the order: an object of the cashbox's own fields.
    struct Account {
        /// As received.
        let json: JSONValue
        /// The order's name: ours is the attempt's id.
        let order: String

        init(_ json: JSONValue?, field: String) throws(Failure) {
            guard let json, let members = json.objectValue?.members,
                members.allSatisfy({ $0.value.plainText != nil })
            else { throw .malformed }
            guard let order = json[field]?.plainText else {
                throw .account(.unnamed, field: field)
            }
            self.json = json
            self.order = order
        }

        var attempt: AttemptID? { AttemptID(order) }

        /// Whether both say the same: `197` and `"197"` do.
        func isSame(as other: JSONValue) -> Bool {
            let own = json.objectValue?.members ?? []
            let others = other.objectValue?.members ?? []
            return own.count == others.count
                && own.allSatisfy { other[$0.name]?.plainText == $0.value.plainText }
        }
    }
}

extension Payme.Call {
    fileprivate init(
        _ method: Payme.MethodName,
        _ parameters: JSONValue,
        _ cashbox: Payme.Cashbox
    ) throws(Payme.Failure) {
        switch method {
        case .checkPerform:
            self = .checkPerform(
                amount: try parameters.whole("amount"),
                try parameters.account(cashbox)
            )
        case .create:
            let id = try parameters.text("id")
            guard id.isPaymeID else { throw .malformed }
            self = .create(
                Creation(
                    id: id,
                    time: try parameters.moment("time"),
                    amount: try parameters.whole("amount"),
                    account: try parameters.account(cashbox)
                )
            )
        case .perform: self = .perform(id: try parameters.text("id"))
        case .cancel:
            self = .cancel(
                id: try parameters.text("id"),
                reason: try parameters.whole("reason")
            )
        case .check: self = .check(id: try parameters.text("id"))
        case .statement:
            let (from, through) = (try parameters.moment("from"), try parameters.moment("to"))
            guard from <= through else { throw .malformed }
            self = .statement(from: from, through: through)
        case .setFiscalData:
            guard let id = parameters["id"]?.stringValue else { throw .badParameter("id") }
            self = .setFiscalData(id: id, try Payme.FiscalReceipt(parameters))
        }
    }
}

extension JSONValue {
    fileprivate func text(_ name: String) throws(Payme.Failure) -> String {
        guard let text = self[name]?.stringValue, (1...64).contains(text.utf8.count) else {
            throw .malformed
        }
        return text
    }

    fileprivate func whole(_ name: String) throws(Payme.Failure) -> Int64 {
        guard let number = self[name]?.wholeNumber else { throw .malformed }
        return number
    }

    /// Unix milliseconds; years 1970 to 9999.
    fileprivate func moment(_ name: String) throws(Payme.Failure) -> Int64 {
        let time = try whole(name)
        guard (0...253_402_300_799_999).contains(time) else { throw .malformed }
        return time
    }

    fileprivate func account(_ cashbox: Payme.Cashbox) throws(Payme.Failure) -> Payme.Account {
        try Payme.Account(self["account"], field: cashbox.accountField)
    }
}

extension JSONValue {
    /// A whole number, also in the form `15000000.0`.
    var wholeNumber: Int64? {
        switch self {
        case .integer(let number): number
        case .number(let digits): DecimalAmount.minorUnits(digits, digits: 0)
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// A string, or a number in its digits.
    var plainText: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let digits): digits
        case .null, .bool, .array, .object: nil
        }
    }
}

extension String {
    /// 24 hexadecimal digits, as all of Payme's identifiers.
    var isPaymeID: Bool {
        utf8.count == 24
            && utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20)
            }
    }
}
