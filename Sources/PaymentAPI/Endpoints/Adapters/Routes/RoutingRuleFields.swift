internal import JSON
internal import PaymentCore

extension FieldType where Value == RoutingRule {
    /// One rule of a tenant's routes.
    static let routingRule = FieldType.object { rule in
        let name = rule.required("name", .text(1...64))
        let conditions = rule.optional("when", .routingConditions)
        let targets = rule.required("targets", .array(of: .routingTarget, 1...16))
        let cascades = rule.optional(
            "cascade",
            .flag.described(
                """
                Whether a soft or temporary decline, or an account that was not reached, moves on to \
                the next target. An unknown outcome never does.
                """
            )
        )
        guard let name, let targets else { return nil }
        if Set(targets.map(\.account)).count < targets.count {
            rule.refuse("targets", .conflict, ["reason": "an account is named twice"])
        }
        return RoutingRule(
            name: name,
            conditions: conditions ?? RoutingRule.Conditions(),
            targets: targets,
            cascades: cascades ?? false
        )
    }
}

extension FieldType where Value == RoutingRule.Conditions {
    /// What a payment must be like; what is left out admits everything.
    fileprivate static let routingConditions = FieldType.object { conditions in
        let properties = conditions.optional("property_ids", .array(of: .text(1...64), 1...200))
        let kinds = conditions.optional(
            "method_kinds",
            .array(of: .choice(MethodKind.self), 1...MethodKind.allCases.count)
        )
        let currencies = conditions.optional("currencies", .array(of: .currency, 1...200))
        let countries = conditions.optional("countries", .array(of: .country, 1...250))
        let lowest = conditions.optional("amount_min", .amount)
        let highest = conditions.optional("amount_max", .amount)
        if kinds?.contains(.cash) == true {
            conditions.refuse("method_kinds", .conflict, ["reason": "cash has no gateway"])
        }
        if let lowest, let highest, lowest > highest {
            conditions.refuse("amount_max", .conflict, ["reason": "below amount_min"])
            return nil
        }
        return RoutingRule.Conditions(
            properties: Set(properties ?? []),
            methodKinds: Set(kinds ?? []),
            currencies: Set(currencies ?? []),
            countries: Set(countries ?? []),
            amounts: (lowest ?? 0)...(highest ?? .max)
        )
    }
}

extension FieldType where Value == RoutingRule.Target {
    fileprivate static let routingTarget = FieldType.object { target in
        let account = target.required("merchant_account_id", .identifier(MerchantAccountID.self))
        let weight = target.optional(
            "weight",
            .integer(0...10_000).described(
                "Its share of the rule's payments; 1 when not given, 0 to stand by."
            )
        )
        return account.map { RoutingRule.Target($0, weight: weight.map(Int.init) ?? 1) }
    }
}

extension FieldType where Value == Country {
    /// An ISO 3166-1 alpha-2 code.
    static let country = FieldType(.text, Schema.country) { value, pointer, problems in
        guard case .string(let code) = value else {
            return problems.refuse(pointer, expected: "string")
        }
        guard let country = Country(code) else {
            return problems.refuse(pointer, .malformed, ["expected": "ISO 3166 country code"])
        }
        return country
    }
}

extension Schema {
    static let country = pattern("^[A-Z]{2}$", "ISO 3166-1 alpha-2 code.")
}
