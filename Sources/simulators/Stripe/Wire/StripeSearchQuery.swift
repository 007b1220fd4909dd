extension Stripe {
    /// A search over payments: clauses like `metadata['attempt']:'att_…'`, joined by ` AND `.
    struct SearchQuery: Sendable {
        private enum Field: Sendable {
            case metadata(String)
            case status
            case customer
            case currency
            case amount
        }

        private let clauses: [(field: Field, value: String)]

        init(_ text: String) throws(Failure) {
            var clauses: [(Field, String)] = []
            var rest = Substring(text)
            while true {
                guard let colon = rest.firstIndex(of: ":"), let field = Self.field(rest[..<colon])
                else { throw .unreadableQuery }
                rest = rest[colon...].dropFirst()
                guard let value = Self.takeValue(&rest) else { throw .unreadableQuery }
                clauses.append((field, value))
                if rest.isEmpty { break }
                guard rest.hasPrefix(" AND ") else { throw .unreadableQuery }
                rest = rest.dropFirst(" AND ".count)
            }
            self.clauses = clauses
        }

        func matches(_ intent: PaymentIntent) -> Bool {
            clauses.allSatisfy { field, value in
                switch field {
                case .metadata(let key): intent.metadata[key] == value
                case .status: intent.status.rawValue == value
                case .customer: intent.customer == value
                case .currency: intent.currency.code == value
                case .amount: "\(intent.amount)" == value
                }
            }
        }

        private static func field(_ name: Substring) -> Field? {
            switch name {
            case "status": return .status
            case "customer": return .customer
            case "currency": return .currency
            case "amount": return .amount
            default:
                guard name.hasPrefix("metadata["), name.hasSuffix("]") else { return nil }
                var key = name.dropFirst("metadata[".count).dropLast()
                guard let value = takeValue(&key), key.isEmpty else { return nil }
                return .metadata(value)
            }
        }

        /// A quoted text (a backslash keeps the next character) or a bare number.
        private static func takeValue(_ rest: inout Substring) -> String? {
            guard let quote = rest.first, quote == "'" || quote == "\"" else {
                let digits = rest.prefix { $0 != " " }
                rest = rest[digits.endIndex...]
                return Int64(digits) == nil ? nil : String(digits)
            }
            rest.removeFirst()
            var value = ""
            while let character = rest.popFirst() {
                if character == quote { return value }
                guard let next = character == "\\" ? rest.popFirst() : character else { break }
                value.append(next)
            }
            return nil
        }
    }
}

extension Stripe.Failure {
    fileprivate static let unreadableQuery = Self.parameter(
        "query",
        "We were unable to parse your search query."
    )
}
