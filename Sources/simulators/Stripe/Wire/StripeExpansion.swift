extension Stripe {
    /// Which related objects an answer shows whole, as a tree of property names.
    struct Expansion: Sendable {
        private var children: [String: Expansion] = [:]

        static let none = Expansion()

        /// - Parameter paths: the values of `expand[]`; at most four levels each.
        init(_ paths: [String]) throws(Failure) {
            for path in paths {
                let names = path.split(separator: ".", omittingEmptySubsequences: false)
                guard names.count <= 4, !names.contains("") else {
                    throw .parameter("expand", "You cannot expand \(path): at most 4 levels.")
                }
                add(names[...])
            }
        }

        private init() {}

        /// What to show whole inside the property, nil when it stays an identifier.
        subscript(name: String) -> Expansion? { children[name] }

        /// - Throws: the first path that `shape` does not have.
        func check(against shape: Shape, path: String = "") throws(Failure) {
            for (name, child) in children {
                guard let next = shape.property(name) else {
                    throw .parameter(
                        "expand",
                        "This property cannot be expanded (\(path)\(name))."
                    )
                }
                try child.check(against: next, path: "\(path)\(name).")
            }
        }

        private mutating func add(_ names: ArraySlice<Substring>) {
            guard let first = names.first else { return }
            children[String(first), default: Expansion()].add(names.dropFirst())
        }
    }

    /// A kind of object, for what can be expanded in it.
    enum Shape: Sendable {
        case paymentIntent
        case charge
        case refund
        case customer
        case setupIntent
        case paymentMethod
        case balanceTransaction
        /// The `source` of a balance transaction: a charge or a refund.
        case source
        case event
        case account
        indirect case list(Shape)

        func property(_ name: String) -> Shape? {
            switch (self, name) {
            case (.list(let element), "data"): element
            case (.paymentIntent, "latest_charge"): .charge
            case (.paymentIntent, "customer"), (.charge, "customer"), (.setupIntent, "customer"),
                (.paymentMethod, "customer"):
                .customer
            case (.paymentIntent, "payment_method"), (.setupIntent, "payment_method"):
                .paymentMethod
            case (.charge, "payment_intent"), (.refund, "payment_intent"),
                (.source, "payment_intent"):
                .paymentIntent
            case (.refund, "charge"), (.source, "charge"): .charge
            case (.charge, "balance_transaction"), (.refund, "balance_transaction"),
                (.source, "balance_transaction"):
                .balanceTransaction
            case (.balanceTransaction, "source"): .source
            case (.paymentIntent, _), (.charge, _), (.refund, _), (.customer, _),
                (.setupIntent, _), (.paymentMethod, _), (.balanceTransaction, _), (.source, _),
                (.event, _), (.account, _), (.list, _):
                nil
            }
        }
    }
}
