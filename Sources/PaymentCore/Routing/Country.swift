/// An ISO 3166-1 alpha-2 code in upper case, such as `UZ`. Which of them exist is not checked: the
/// list changes, and a code that no payment has matches none.
package struct Country: Hashable, Sendable {
    package let code: String

    /// Nil for anything but two letters A to Z.
    package init?(_ code: String) {
        guard code.utf8.count == 2, code.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            return nil
        }
        self.code = code
    }
}

extension Country: CustomStringConvertible {
    package var description: String { code }
}
