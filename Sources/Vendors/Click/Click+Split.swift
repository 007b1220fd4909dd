import JSON
import PaymentCore

extension Click {
    /// How a payment is divided among counterparties (section 3.7): by weights of the account.
    struct Split: Sendable {
        struct Share: Equatable {
            let counterparty: Int64
            let amount: Money
        }

        private let weights: [(counterparty: Int64, weight: Int64)]
        private let total: Int64

        /// Nil for what is not a list of weights: an object of numbers by counterparty.
        init?(_ text: String?) {
            // Silence is right: the field's name is all that is said of a wrong value.
            guard let text, let members = (try? JSONValue.parse(text))?.objectValue?.members,
                !members.isEmpty
            else { return nil }
            weights = members.compactMap { member in
                guard let counterparty = Int64(member.name), let weight = member.value.integerValue,
                    (1...10_000).contains(weight)
                else { return nil }
                return (counterparty, weight)
            }
            guard weights.count == members.count, weights.count <= 100 else { return nil }
            total = weights.reduce(0) { $0 + $1.weight }
        }

        /// Adds up to `amount`: what does not divide is the last one's.
        func shares(of amount: Money) -> [Share] {
            let units = amount.minorUnits
            var rest = units
            return weights.enumerated().map { index, entry in
                let isLast = index == weights.count - 1
                let share =
                    isLast
                    ? rest : units / total * entry.weight + units % total * entry.weight / total
                rest -= share
                return Share(
                    counterparty: entry.counterparty,
                    amount: Money(share, amount.currency)
                )
            }
        }

        static func problems(in credentials: Credentials) -> [CredentialProblem] {
            guard Fields.dialogue.value(in: credentials) == Dialogue.split.rawValue,
                Split(Fields.splitShares.value(in: credentials)) == nil
            else { return [] }
            let isMissing = Fields.splitShares.value(in: credentials) == nil
            return [
                CredentialProblem(
                    field: Fields.splitShares.name,
                    code: isMissing ? .missing : .invalid
                )
            ]
        }
    }
}
