internal import JSON

// What each method's result must look like (sections 3.4 to 3.10).
extension Payme.Answer {
    static func violations(in result: JSONObject, of method: Payme.Method) -> [String] {
        var reader = ResultReader(result)
        switch method {
        case .checkPerform:
            if result["allow"] != true { reader.complain("allow is not true") }
            if let additional = result["additional"], additional.objectValue == nil {
                reader.complain("additional is no object")
            }
        case .create:
            reader.time("create_time")
            reader.text("transaction")
            reader.integer("state", in: [1])
            switch result["receivers"] {
            case nil, .null?, .array?: break
            case .bool?, .integer?, .number?, .string?, .object?:
                reader.complain("receivers is neither null nor a list")
            }
        case .perform:
            reader.time("perform_time")
            reader.text("transaction")
            reader.integer("state", in: [2])
        case .cancel:
            reader.time("cancel_time")
            reader.text("transaction")
            reader.integer("state", in: [-1, -2])
        case .check:
            reader.status()
        case .statement:
            guard let rows = result["transactions"]?.arrayValue else {
                return ["transactions is no list"]
            }
            for (index, row) in rows.enumerated() {
                var rowReader = ResultReader(row.objectValue ?? JSONObject())
                rowReader.statementRow()
                reader.violations += rowReader.violations.map { "transactions[\(index)]: \($0)" }
            }
        case .fiscal:
            if result["success"] != true { reader.complain("success is not true") }
        }
        return reader.violations
    }

    /// The fiscal detail must add up to what is paid (section 6).
    static func violations(inDetail detail: JSONValue?, amount: Int64) -> [String] {
        guard let detail, detail != .null else { return [] }
        guard let items = detail["items"]?.arrayValue, !items.isEmpty else {
            return ["detail.items is missing"]
        }
        var violations: [String] = []
        if detail["receipt_type"]?.integerValue != 0 { violations.append("receipt_type is not 0") }
        var sum = detail["shipping"]?["price"]?.integerValue ?? 0
        for (index, item) in items.enumerated() {
            guard let price = item["price"]?.integerValue, let count = item["count"]?.integerValue,
                item["title"]?.stringValue?.isEmpty == false
            else {
                violations.append("items[\(index)] lacks title, price or count")
                continue
            }
            let code = item["code"]?.stringValue ?? ""
            if code.count != 17 || !code.allSatisfy(\.isWholeNumber) {
                violations.append("items[\(index)].code has not 17 digits")
            }
            sum = sum &+ price &* count &- (item["discount"]?.integerValue ?? 0)
        }
        if sum != amount { violations.append("the items come to \(sum), not \(amount)") }
        return violations
    }
}

private struct ResultReader {
    private let result: JSONObject
    var violations: [String] = []

    init(_ result: JSONObject) {
        self.result = result
    }

    mutating func complain(_ violation: String) {
        violations.append(violation)
    }

    mutating func text(_ name: String) {
        if result[name]?.stringValue?.isEmpty != false { complain("\(name) is no text") }
    }

    mutating func integer(_ name: String, in values: Set<Int64>) {
        guard let value = result[name]?.integerValue, values.contains(value) else {
            return complain("\(name) is \(result[name]?.text ?? "missing")")
        }
    }

    /// A moment that has been: milliseconds, thirteen digits.
    mutating func time(_ name: String) {
        let range = Int64(1_000_000_000_000)...9_999_999_999_999
        guard let value = result[name]?.integerValue, range.contains(value) else {
            return complain("\(name) is no time in milliseconds")
        }
    }

    /// A moment that has been when `isSet`; otherwise zero, neither null nor absent.
    private mutating func time(_ name: String, isSet: Bool) {
        if isSet { return time(name) }
        if result[name]?.integerValue != 0 {
            complain("\(name) is \(result[name]?.text ?? "missing"), not 0")
        }
    }

    mutating func status() {
        text("transaction")
        integer("state", in: [1, 2, -1, -2])
        let state = result["state"]?.integerValue ?? 0
        time("create_time")
        time("perform_time", isSet: state == 2 || state == -2)
        time("cancel_time", isSet: state < 0)
        if state < 0 {
            if result["reason"]?.integerValue == nil { complain("reason is no integer") }
        } else if result["reason"] != JSONValue.null {
            complain("reason is \(result["reason"]?.text ?? "missing"), not null")
        }
    }

    mutating func statementRow() {
        text("id")
        time("time")
        if result["amount"]?.integerValue ?? 0 <= 0 { complain("amount is no amount in tiyin") }
        if result["account"]?.objectValue == nil { complain("account is no object") }
        if !result.names.contains("receivers") { complain("receivers is missing") }
        status()
    }
}
