/// A vendor's identifier as it stands in URLs and rows, for example `stripe`. Open: a vendor is
/// never an enum case, so that adding one touches nobody else.
package struct VendorID: Hashable, Sendable {
    package let name: String

    /// Lower-case letters, digits and underscores, 1 to 32 of them; nil otherwise.
    package init?(_ name: String) {
        let valid = name.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
        }
        guard valid, (1...32).contains(name.utf8.count) else { return nil }
        self.name = name
    }

    /// A name written in the source: one that is not valid is a mistake of ours.
    package init(known name: StaticString) {
        guard let valid = VendorID("\(name)") else {
            preconditionFailure("invariant: a vendor's own name is a valid identifier")
        }
        self = valid
    }

    /// The one vendor the core knows by name: cash has no wire, and its rules are the house's own.
    package static let cash = VendorID(known: "cash")
}

extension VendorID: CustomStringConvertible {
    package var description: String { name }
}
