/// What is wrong with one field of an account's credentials. Names the field, never its value.
package struct CredentialProblem: Sendable, Hashable {
    package enum Code: String, Sendable, CaseIterable {
        case missing
        case invalid
        case tooMany = "too_many"
        case unknownField = "unknown_field"
    }

    package let field: String
    package let code: Code

    package init(field: String, code: Code) {
        self.field = field
        self.code = code
    }
}
