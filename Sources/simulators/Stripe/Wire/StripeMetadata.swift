extension Stripe {
    /// The caller's own notes on an object: at most 50 short texts by name, in the order first set.
    struct Metadata: Sendable, Equatable {
        enum Change: Sendable {
            case clear
            /// An empty value removes its key.
            case merge([(key: String, value: String)])
        }

        private(set) var keys: [String] = []
        private(set) var values: [String: String] = [:]

        subscript(key: String) -> String? { values[key] }

        mutating func apply(_ change: Change?) throws(Failure) {
            switch change {
            case nil: return
            case .clear: self = Metadata()
            case .merge(let pairs):
                for (key, value) in pairs { set(key, to: value) }
            }
            guard keys.count <= 50 else {
                throw .parameter("metadata", "You can specify up to 50 metadata keys.")
            }
        }

        private mutating func set(_ key: String, to value: String) {
            if value.isEmpty {
                values[key] = nil
                keys.removeAll { $0 == key }
            } else if values.updateValue(value, forKey: key) == nil {
                keys.append(key)
            }
        }
    }
}
