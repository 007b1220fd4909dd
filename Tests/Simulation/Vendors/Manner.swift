internal import PaymentCore

/// The ways in which vendors deal with requests; every real vendor has one of them.
package enum Manner: String, CaseIterable, Sendable {
    /// Answers at once, and repeats its answer to the same key.
    case prompt
    /// Answers at once; whose answer is lost must search.
    case searched
    /// Accepts, and tells the end later by notification.
    case accepting
    /// Opens a page for the payer; its notifications only say that something changed.
    case paging
    /// Opens a page, and waits for our last word once the payer agreed.
    case approving
    /// Opens nothing: asks us, step by step, when the payer pays in its application.
    case asking
}

extension Manner {
    var vendor: VendorID {
        switch self {
        case .prompt: VendorID(known: "prompt")
        case .searched: VendorID(known: "searched")
        case .accepting: VendorID(known: "accepting")
        case .paging: VendorID(known: "paging")
        case .approving: VendorID(known: "approving")
        case .asking: VendorID(known: "asking")
        }
    }

    /// Whether a payer must act before money moves.
    var opensPage: Bool {
        switch self {
        case .prompt, .searched, .accepting: false
        case .paging, .approving, .asking: true
        }
    }

    var method: MethodKind { opensPage ? .redirect : .card }

    var capabilities: Capabilities {
        var capabilities = Capabilities(
            operations: [.authorize, .capture, .void, .refund, .lookUp],
            methodKinds: [method],
            manualCapture: true,
            partialCapture: true,
            partialRefund: true,
            recovery: .lookUp,
            maximumAmount: 99_999_999,
            longestRequest: .seconds(300)
        )
        switch self {
        case .prompt:
            capabilities.multiCapture = .perPayment
            capabilities.recovery = .repeatSameKey(window: .seconds(86_400))
        case .accepting, .paging:
            capabilities.recovery = .repeatSameKey(window: .seconds(86_400))
        case .searched: break
        case .approving: capabilities.pageLifetime = .seconds(7_200)
        case .asking:
            capabilities.operations = [.authorize, .void, .refund, .lookUp]
            capabilities.manualCapture = false
        }
        return capabilities
    }
}
