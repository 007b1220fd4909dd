internal import JSON
internal import PaymentCore

/// Reads the filters of an intent list from its query.
enum IntentFilterReader {
    static func read(_ query: inout Fields) -> (filter: IntentFilter, isImpossible: Bool) {
        var filter = IntentFilter()
        filter.createdFrom = query.optional("created_from", .timestamp)
        filter.createdBefore = query.optional("created_before", .timestamp)
        filter.minimumAmount = query.optional("amount_min", .integer(0...Int64.max))
        filter.maximumAmount = query.optional("amount_max", .integer(0...Int64.max))
        filter.currency = query.optional("currency", .currency)
        let states = query.optional("status", .choices(IntentState.self))
        let billing = query.optional("billing_status", .choices(BillingStatus.self))
        filter.vendor = query.optional("gateway", .vendor)
        filter.account = query.optional("merchant_account_id", .identifier(MerchantAccountID.self))
        filter.customer = query.optional("customer_id", .identifier(CustomerID.self))
        filter.method = query.optional("method_id", .identifier(PaymentMethodID.self))
        filter.methodKind = query.optional("method_kind", .choice(MethodKind.self))
        filter.order = query.optional("order_id", .identifier(OrderID.self))
        filter.orderReference = query.optional("order_reference", .text(1...128))
        filter.item = query.optional("item", .text(1...64).described("An item's sku."))
        filter.property = query.optional("property_id", .text(1...64))
        filter.hasDiscrepancy = query.optional("discrepancy", .flag)
        filter.details = details(&query)
        let grouped = billing.map { billing in
            Set(IntentState.allCases.filter { billing.contains($0.billingStatus) })
        }
        switch (states, grouped) {
        case (let states?, let grouped?): filter.states = states.intersection(grouped)
        case (let only?, nil), (nil, let only?): filter.states = only
        case (nil, nil): return (filter, false)
        }
        return (filter, filter.states.isEmpty)
    }

    /// `details.<field>`, with an operator in brackets where it is not equality.
    private static func details(_ query: inout Fields) -> [DetailCondition] {
        let conditions = query.prefixed(
            "details.",
            Schema(
                ("type", "object"),
                ("maxProperties", .integer(Int64(maximumConditions))),
                (
                    "propertyNames",
                    [
                        "pattern": .string(
                            "^details(\\.[A-Za-z0-9_-]{1,64}){1,5}(\\[(eq|lt|gt|between)\\])?$"
                        )
                    ]
                ),
                ("additionalProperties", Schema.text(length: 1...255).json)
            ).described(
                "Conditions on the vendor's details, each a parameter of its own by the name of "
                    + "the field, such as `details.receipt.number=7` or "
                    + "`details.fee[between]=1,5`."
            )
        )
        guard conditions.count <= maximumConditions else {
            query.refuse("details", .wrongLength, ["minimum": "0", "maximum": "5"])
            return []
        }
        return conditions.compactMap { name, value in
            let parts = name.split(separator: "[", maxSplits: 1)
            let path = parts.first?.split(separator: ".", omittingEmptySubsequences: false) ?? []
            guard (1...5).contains(path.count), path.allSatisfy(isFieldName),
                let comparison = comparison(parts.count == 2 ? parts[1] : "eq]", value)
            else {
                query.refuse("details.\(name)", .malformed, ["expected": "condition"])
                return nil
            }
            return DetailCondition(path: path.map(String.init), comparison: comparison)
        }
    }

    private static func comparison(
        _ operation: Substring,
        _ value: String
    ) -> DetailCondition.Comparison? {
        guard (1...255).contains(value.utf8.count) else { return nil }
        switch operation {
        case "eq]": return .equals(value)
        case "lt]": return .lessThan(value)
        case "gt]": return .greaterThan(value)
        case "between]":
            let bounds = value.split(separator: ",", omittingEmptySubsequences: false)
            guard bounds.count == 2, !bounds[0].isEmpty, !bounds[1].isEmpty else { return nil }
            return .between(String(bounds[0]), String(bounds[1]))
        default: return nil
        }
    }

    private static func isFieldName(_ name: Substring) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x5F
                    || $0 == 0x2D
            }
    }

    private static let maximumConditions = 5
}

extension FieldType {
    /// One or more of an enumeration's raw values, separated by commas.
    static func choices<Choice>(_ type: Choice.Type = Choice.self) -> FieldType<Set<Choice>>
    where
        Choice: RawRepresentable<String> & CaseIterable & Hashable & Sendable,
        Value == Set<Choice>
    {
        let known = type.allCases.map(\.rawValue)
        return FieldType(
            .text,
            Schema.pattern(
                "^(\(known.joined(separator: "|")))(,(\(known.joined(separator: "|"))))*$",
                "One or more, by commas: \(known.joined(separator: ", "))."
            )
        ) { value, pointer, problems in
            guard case .string(let text) = value else {
                return problems.refuse(pointer, expected: "string")
            }
            let words = text.split(separator: ",", omittingEmptySubsequences: false)
            let choices = words.compactMap { Choice(rawValue: String($0)) }
            guard choices.count == words.count else {
                return problems.refuse(
                    pointer,
                    .notOneOf,
                    ["choices": known.joined(separator: ", ")]
                )
            }
            return Set(choices)
        }
    }
}
