/// A card network whose rules on trying again are known here.
package enum CardScheme: String, Sendable, CaseIterable {
    case visa
    case mastercard

    /// - Parameter brand: as vendors spell it; nil for a network without rules here, or an unknown
    ///   one.
    package init?(brand: String?) {
        switch brand?.lowercased() {
        case "visa": self = .visa
        case "mastercard", "mc", "maestro": self = .mastercard
        default: return nil
        }
    }
}
