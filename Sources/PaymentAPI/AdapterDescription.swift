internal import JSON
package import PaymentCore

/// A vendor as callers see it: what it can do and which credentials an account needs.
package struct AdapterDescription: Sendable {
    package struct CredentialField: Sendable, Hashable {
        package let name: String
        package let isRequired: Bool
        package let isSecret: Bool
        package let explanation: String

        package init(name: String, isRequired: Bool, isSecret: Bool, explanation: String) {
            self.name = name
            self.isRequired = isRequired
            self.isSecret = isSecret
            self.explanation = explanation
        }
    }

    package let vendor: VendorID
    package let capabilities: Capabilities
    package let credentialFields: [CredentialField]
    let routing: DeliveryRouting?
    private let isSecretName: @Sendable (String) -> Bool
    private let problems: @Sendable (Credentials) -> [CredentialProblem]

    /// - Parameters:
    ///   - routing: how its deliveries name their account.
    ///   - isSecretName: whether a secret manager can have a secret of this name.
    ///   - problems: all that is wrong with the fields of an account.
    package init(
        vendor: VendorID,
        capabilities: Capabilities,
        credentialFields: [CredentialField],
        routing: DeliveryRouting? = nil,
        isSecretName: @escaping @Sendable (String) -> Bool = { _ in false },
        problems: @escaping @Sendable (Credentials) -> [CredentialProblem]
    ) {
        self.vendor = vendor
        self.capabilities = capabilities
        self.credentialFields = credentialFields
        self.routing = routing
        self.isSecretName = isSecretName
        self.problems = problems
    }

    /// Refuses credentials that could not be used: checks every field that is given here, and of
    /// variables their fields' names. What a variable, a file or a secret manager's secret holds is
    /// checked when it is read.
    func check(_ source: CredentialSource) throws(Problem) {
        let found: [FieldProblem]
        switch source {
        case .stored(let credentials):
            let place = JSONPointer([.member("credentials"), .member("fields")])
            found = problems(credentials).map { FieldProblem($0, in: place) }
        case .environment(let variables):
            let place = JSONPointer([.member("credentials"), .member("environment")])
            found = nameProblems(Set(variables.keys)).map { FieldProblem($0, in: place) }
        case .file: found = []
        case .secret(let name):
            found =
                isSecretName(name)
                ? []
                : [
                    FieldProblem(
                        "/credentials/secret",
                        .malformed,
                        ["expected": "name of a secret"]
                    )
                ]
        }
        guard found.isEmpty else { throw Problem(.validationFailed, errors: found) }
    }

    private func nameProblems(_ given: Set<String>) -> [CredentialProblem] {
        let known = Set(credentialFields.map(\.name))
        let required = Set(credentialFields.filter(\.isRequired).map(\.name))
        let unknown = given.subtracting(known).sorted()
        let missing = required.subtracting(given).sorted()
        return unknown.map { CredentialProblem(field: $0, code: .unknownField) }
            + missing.map { CredentialProblem(field: $0, code: .missing) }
    }

    func write(to writer: inout JSONWriter) {
        writer.member("vendor", vendor.name)
        writer.member("object", "adapter")
        writer.array("operations", capabilities.operations.map(\.rawValue).sorted())
        writer.array("method_kinds", capabilities.methodKinds.map(\.rawValue).sorted())
        writer.array("one_time_tokens", capabilities.oneTimeTokens.map(\.rawValue).sorted())
        if let currencies = capabilities.currencies {
            writer.array("currencies", currencies.sorted())
        } else {
            writer.null("currencies")
        }
        writer.member("manual_capture", capabilities.manualCapture)
        writer.member("partial_capture", capabilities.partialCapture)
        writer.member("multi_capture", capabilities.multiCapture.rawValue)
        writer.member("partial_refund", capabilities.partialRefund)
        writer.member("refund_approval", capabilities.refundApproval.rawValue)
        writer.member("off_session", capabilities.offSession)
        writer.member("recovery", capabilities.recovery.name)
        writer.member("maximum_amount", capabilities.maximumAmount)
        writer.member("call_timeout_seconds", capabilities.callTimeout.components.seconds)
        writer.member(
            "authorization_lifetime_seconds",
            capabilities.authorizationLifetime?.components.seconds
        )
        writer.array("credential_fields") { array in
            for field in credentialFields {
                array.object {
                    $0.member("name", field.name)
                    $0.member("required", field.isRequired)
                    $0.member("secret", field.isSecret)
                    $0.member("description", field.explanation)
                }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func array(_ name: String, _ elements: [String]) {
        array(name) { array in
            for element in elements { array.element(element) }
        }
    }
}

extension Capabilities.Recovery {
    fileprivate var name: String {
        switch self {
        case .repeatSameKey: "repeat_same_key"
        case .lookUp: "look_up"
        case .webhook: "webhook"
        case .abandon: "abandon"
        case .none: "none"
        }
    }
}

extension FieldProblem {
    fileprivate init(_ problem: CredentialProblem, in object: JSONPointer) {
        let (code, arguments): (Code, [String: String]) =
            switch problem.code {
            case .missing: (.required, [:])
            case .unknownField: (.unknownField, [:])
            case .invalid:
                (.malformed, ["expected": "value of this field, see GET /adapters"])
            case .tooMany: (.wrongLength, ["minimum": "1", "maximum": "1"])
            }
        self.init(object.appending(problem.field).description, code, arguments)
    }
}
