internal import JSON
internal import PaymentCore
internal import Postgres

/// A tenant's rules as the JSON document that is stored. What restricts nothing is left out.
enum RuleDocument {
    static func text(of rules: [RoutingRule]) -> String {
        var writer = JSONWriter(capacity: 256 * rules.count)
        writer.array { array in
            for rule in rules { array.object { write(rule, to: &$0) } }
        }
        return writer.text
    }

    static func rules(_ text: String) throws(PostgresError) -> [RoutingRule] {
        // The error could quote what is stored; that it is not a list of rules is all that matters.
        guard let elements = try? JSONValue.parse(Array(text.utf8)).arrayValue else {
            throw malformed
        }
        var rules: [RoutingRule] = []
        rules.reserveCapacity(elements.count)
        for element in elements {
            guard let rule = element.objectValue.flatMap(rule) else { throw malformed }
            rules.append(rule)
        }
        return rules
    }

    private static let malformed = PostgresError(.decoding, "stored routes are not rules")

    private static func write(_ rule: RoutingRule, to writer: inout JSONWriter) {
        let conditions = rule.conditions
        writer.member("name", rule.name)
        writer.words("properties", conditions.properties)
        writer.words("method_kinds", Set(conditions.methodKinds.map(\.rawValue)))
        writer.words("currencies", Set(conditions.currencies.map(\.code)))
        writer.words("countries", Set(conditions.countries.map(\.code)))
        if conditions.amounts.lowerBound > 0 {
            writer.member("amount_min", conditions.amounts.lowerBound)
        }
        if conditions.amounts.upperBound < .max {
            writer.member("amount_max", conditions.amounts.upperBound)
        }
        writer.array("targets") { array in
            for target in rule.targets {
                array.object {
                    $0.member("account", target.account.description)
                    $0.member("weight", target.weight)
                }
            }
        }
        if rule.cascades { writer.member("cascades", true) }
    }

    private static func rule(_ object: JSONObject) -> RoutingRule? {
        let lowest = object["amount_min"]?.integerValue ?? 0
        let highest = object["amount_max"]?.integerValue ?? .max
        guard let name = object["name"]?.stringValue, lowest <= highest,
            let properties = words(object["properties"], { $0 }),
            let kinds = words(object["method_kinds"], MethodKind.init(rawValue:)),
            let currencies = words(object["currencies"], { Currency($0) }),
            let countries = words(object["countries"], Country.init),
            let targets = object["targets"]?.arrayValue?.map(target), !targets.isEmpty,
            targets.allSatisfy({ $0 != nil })
        else { return nil }
        return RoutingRule(
            name: name,
            conditions: RoutingRule.Conditions(
                properties: properties,
                methodKinds: kinds,
                currencies: currencies,
                countries: countries,
                amounts: lowest...highest
            ),
            targets: targets.compactMap(\.self),
            cascades: object["cascades"]?.boolValue ?? false
        )
    }

    private static func target(_ value: JSONValue) -> RoutingRule.Target? {
        guard let account = value["account"]?.stringValue.flatMap({ MerchantAccountID($0) }),
            let weight = value["weight"]?.integerValue.flatMap(Int.init(exactly:)), weight >= 0
        else { return nil }
        return RoutingRule.Target(account, weight: weight)
    }

    /// Nil when one of the words is unknown; empty when there is no list.
    private static func words<Word: Hashable>(
        _ list: JSONValue?,
        _ read: (String) -> Word?
    ) -> Set<Word>? {
        guard let list else { return [] }
        guard let elements = list.arrayValue else { return nil }
        let words = elements.map { $0.stringValue.flatMap(read) }
        return words.allSatisfy { $0 != nil } ? Set(words.compactMap(\.self)) : nil
    }
}

extension JSONWriter {
    fileprivate mutating func words(_ name: String, _ words: Set<String>) {
        guard !words.isEmpty else { return }
        array(name) { array in
            for word in words.sorted() { array.element(word) }
        }
    }
}
