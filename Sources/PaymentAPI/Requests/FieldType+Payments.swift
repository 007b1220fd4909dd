internal import JSON
internal import PaymentCore

extension FieldType {
    /// One of our own identifiers. Typed, so the gate for card data leaves it alone.
    static func identifier<Kind: IdentifierKind>(
        _ type: Identifier<Kind>.Type = Identifier<Kind>.self
    ) -> FieldType where Value == Identifier<Kind> {
        FieldType(.text, Schema.identifier(Kind.prefix)) { value, pointer, problems in
            guard case .string(let text) = value else {
                return problems.refuse(pointer, expected: "string")
            }
            guard let identifier = Identifier<Kind>(text) else {
                return problems.refuse(
                    pointer,
                    .malformed,
                    ["expected": "identifier \(Kind.prefix)_…"]
                )
            }
            return identifier
        }
    }
}

extension FieldType where Value == Currency {
    /// An ISO 4217 code that payments can be made in.
    static let currency = FieldType(.text, Schema.reference(.currency)) {
        value,
        pointer,
        problems in
        guard case .string(let code) = value else {
            return problems.refuse(pointer, expected: "string")
        }
        guard let currency = Currency(code) else {
            return problems.refuse(pointer, .malformed, ["expected": "ISO 4217 currency code"])
        }
        return currency
    }
}

extension FieldType where Value == VendorID {
    /// The name of a vendor, such as `stripe`.
    static let vendor = FieldType(.text, Schema.vendor) { value, pointer, problems in
        guard case .string(let name) = value else {
            return problems.refuse(pointer, expected: "string")
        }
        guard let vendor = VendorID(name) else {
            return problems.refuse(pointer, .malformed, ["expected": "vendor name"])
        }
        return vendor
    }
}

extension FieldType where Value == Timestamp {
    /// A moment in RFC 3339.
    static let timestamp = FieldType(.text, Schema.timestamp) { value, pointer, problems in
        guard case .string(let text) = value else {
            return problems.refuse(pointer, expected: "string")
        }
        guard let moment = Timestamp(rfc3339: text) else {
            return problems.refuse(pointer, .malformed, ["expected": "RFC 3339 time"])
        }
        return moment
    }
}

extension FieldType where Value == ExchangeRate {
    /// A plain decimal as text, because a rate must be exact.
    static let rate = FieldType(.text, Schema.rate) { value, pointer, problems in
        guard case .string(let text) = value else {
            return problems.refuse(pointer, expected: "string")
        }
        guard let rate = ExchangeRate(text) else {
            return problems.refuse(pointer, .malformed, ["expected": "decimal such as 0.9213"])
        }
        return rate
    }
}

extension FieldType where Value == [String: String] {
    /// The caller's own words: at most 50 texts of at most 500 characters under names of at most
    /// 40.
    static let metadata = FieldType(.structure, Schema.givenMetadata) {
        value,
        pointer,
        problems in
        guard case .object(let object) = value else {
            return problems.refuse(pointer, expected: "object")
        }
        guard object.count <= 50 else {
            return problems.refuse(pointer, .wrongLength, ["minimum": "0", "maximum": "50"])
        }
        let text = FieldType<String>.text(0...500)
        let before = problems.count
        var metadata: [String: String] = [:]
        for member in object.members {
            let place = pointer + JSONPointer([.member(member.name)]).description
            guard (1...40).contains(member.name.unicodeScalars.count) else {
                problems.append(
                    FieldProblem(place, .wrongLength, ["minimum": "1", "maximum": "40"])
                )
                continue
            }
            metadata[member.name] = text.read(member.value, place, &problems)
        }
        return problems.count == before ? metadata : nil
    }
}

extension FieldType where Value == Order.Item {
    static let orderItem = FieldType.object { item in
        let description = item.required("description", .text())
        let sku = item.optional("sku", .text(1...64))
        let quantity = item.required("quantity", .integer(1...1_000_000))
        let unitAmount = item.required("unit_amount", .integer(0...Int64.largestAmount))
        guard let description, let quantity, let unitAmount else { return nil }
        return Order.Item(
            description: description,
            sku: sku,
            quantity: quantity,
            unitAmount: unitAmount
        )
    }
}

extension FieldType where Value == [Order.Item] {
    /// Line items whose sum fits its type.
    static let orderItems = FieldType.array(of: .orderItem, 1...100)
        .mapping(.outOfRange, ["minimum": "0", "maximum": "9223372036854775807"]) { items in
            sumFits(items) ? items : nil
        }

    private static func sumFits(_ items: [Order.Item]) -> Bool {
        var sum: Int64 = 0
        return items.allSatisfy { item in
            let (line, tooLong) = item.quantity.multipliedReportingOverflow(by: item.unitAmount)
            let (next, tooMuch) = sum.addingReportingOverflow(line)
            sum = next
            return !tooLong && !tooMuch
        }
    }
}

extension FieldType where Value == [IPNetwork] {
    /// Addresses and networks in CIDR notation.
    static let networks = FieldType.array(
        of: FieldType<IPNetwork>(.text, Schema.network) { value, pointer, problems in
            guard case .string(let text) = value else {
                return problems.refuse(pointer, expected: "string")
            }
            guard text.utf8.count <= 64, let network = IPNetwork(text) else {
                return problems.refuse(pointer, .malformed, ["expected": "network as address/bits"])
            }
            return network
        },
        0...64
    )
}
