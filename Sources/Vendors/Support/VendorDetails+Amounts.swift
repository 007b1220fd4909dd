import JSON
import PaymentCore

extension JSONWriter {
    /// An amount in major units, with all its digits.
    mutating func amount(_ name: String, _ money: Money?) {
        guard let money else { return }
        member(name, DecimalAmount.json(money))
    }
}
