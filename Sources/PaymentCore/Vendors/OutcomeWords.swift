// Bounded words for metric labels and log lines.

extension VendorOutcome {
    /// The case and its reason, for example `declined_soft` or `unknown_timeout`.
    package var shortForm: String {
        switch self {
        case .succeeded: "succeeded"
        case .pending: "pending"
        case .requiresAction: "requires_action"
        case .declined(let decline, _): "declined_\(decline.class.rawValue)"
        case .rejected(let rejection): "rejected_\(rejection.reason.rawValue)"
        case .notDone(let reason): "not_done_\(reason.rawValue)"
        case .unknown(let reason): "unknown_\(reason.rawValue)"
        case .abandoned(let reason): "abandoned_\(reason.rawValue)"
        case .found: "found"
        case .notFound: "not_found"
        }
    }
}

extension TokenOutcome {
    /// The case and its reason, for example `opened` or `rejected_configuration`.
    package var shortForm: String {
        switch self {
        case .customer: "customer"
        case .opened: "opened"
        case .session: "session"
        case .method: "method"
        case .done: "done"
        case .declined(let decline): "declined_\(decline.class.rawValue)"
        case .rejected(let rejection): "rejected_\(rejection.reason.rawValue)"
        case .notDone(let reason): "not_done_\(reason.rawValue)"
        case .unknown(let reason): "unknown_\(reason.rawValue)"
        }
    }
}
