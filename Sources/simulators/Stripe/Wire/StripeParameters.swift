extension Stripe {
    /// A call's parameters, read by name; whatever nobody asked for is unknown.
    ///
    /// Names keep their brackets: `payment_method_options[card][request_multicapture]`.
    struct Parameters: Sendable {
        private struct Item {
            let name: String
            let value: String
            var isRead = false
        }

        private var items: [Item]

        /// - Throws: a name given twice.
        init(_ pairs: [(name: String, value: String)]) throws(Failure) {
            var names: Set<String> = []
            for pair in pairs where !pair.name.hasSuffix("[]") {
                guard names.insert(pair.name).inserted else {
                    throw .parameter(pair.name, "Received \(pair.name) more than once.")
                }
            }
            items = pairs.map { Item(name: $0.name, value: $0.value) }
        }

        /// - Throws: the first parameter that nobody has read.
        func finish() throws(Failure) {
            if let item = items.first(where: { !$0.isRead }) { throw .unknown(item.name) }
        }

        /// The text of a parameter; an empty one counts as absent (it unsets a field).
        mutating func text(_ name: String, limit: Int = 5_000) throws(Failure) -> String? {
            guard let value = raw(name), !value.isEmpty else { return nil }
            guard value.count <= limit else {
                throw .parameter(
                    name,
                    "Invalid string: must be at most \(limit) characters",
                    code: "parameter_invalid_string"
                )
            }
            return value
        }

        mutating func requiredText(_ name: String) throws(Failure) -> String {
            guard let value = try text(name) else { throw .missing(name) }
            return value
        }

        mutating func integer(_ name: String) throws(Failure) -> Int64? {
            guard let value = raw(name), !value.isEmpty else { return nil }
            guard let number = Int64(value), "\(number)" == value else {
                throw .parameter(
                    name,
                    "Invalid integer: \(value)",
                    code: "parameter_invalid_integer"
                )
            }
            return number
        }

        mutating func boolean(_ name: String) throws(Failure) -> Bool? {
            switch raw(name) {
            case nil, "": nil
            case "true": true
            case "false": false
            case .some(let value): throw .parameter(name, "Invalid boolean: \(value)")
            }
        }

        mutating func choice<Choice: RawRepresentable & CaseIterable>(
            _ name: String,
            of type: Choice.Type
        ) throws(Failure) -> Choice? where Choice.RawValue == String {
            guard let value = raw(name), !value.isEmpty else { return nil }
            guard let choice = Choice(rawValue: value) else {
                let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
                throw .parameter(name, "Invalid \(name): must be one of \(known)")
            }
            return choice
        }

        /// The values of `name[]` or `name[0]`, `name[1]` …, in the order given.
        mutating func list(_ name: String) -> [String] {
            var values: [String] = []
            for index in items.indices where items[index].name.hasPrefix(name + "[") {
                let position = items[index].name.dropFirst(name.count + 1).dropLast()
                guard items[index].name.hasSuffix("]"), position.allSatisfy(\.isNumber) else {
                    continue
                }
                items[index].isRead = true
                values.append(items[index].value)
            }
            return values
        }

        /// The changes that `metadata[key]=value` asks for; nil when the call says nothing of it.
        mutating func metadata() throws(Failure) -> Metadata.Change? {
            if raw("metadata") == "" { return .clear }
            var pairs: [(key: String, value: String)] = []
            for index in items.indices where items[index].name.hasPrefix("metadata[") {
                let item = items[index]
                let key = item.name.dropFirst("metadata[".count).dropLast()
                guard item.name.hasSuffix("]"), !key.isEmpty, !key.contains("[") else { continue }
                items[index].isRead = true
                guard key.count <= 40, item.value.count <= 500 else {
                    throw .parameter(
                        item.name,
                        "Metadata keys can have up to 40 and values up to 500 characters."
                    )
                }
                pairs.append((String(key), item.value))
            }
            guard pairs.count <= 50 else {
                throw .parameter("metadata", "You can specify up to 50 metadata keys.")
            }
            return pairs.isEmpty ? nil : .merge(pairs)
        }

        private mutating func raw(_ name: String) -> String? {
            for index in items.indices where items[index].name == name {
                items[index].isRead = true
                return items[index].value
            }
            return nil
        }
    }
}
