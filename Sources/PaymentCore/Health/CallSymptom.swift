/// What one call says about the vendor's health. A verdict about a payment, good or bad, is health:
/// declines are not errors.
package enum CallSymptom: String, Sendable, CaseIterable {
    /// The vendor answered what it was asked.
    case well
    /// It was not reached, broke the connection, answered with an error of its own or nothing
    /// readable, limits our rate, or refuses the account's credentials.
    case failed
    /// It did not answer in time.
    case timedOut = "timed_out"
    /// Nothing was learnt: we stopped first, or an earlier request is in the way.
    case silent
}

extension VendorOutcome {
    package var symptom: CallSymptom {
        switch self {
        case .succeeded, .pending, .requiresAction, .declined, .found, .notFound: .well
        case .rejected(let rejection): rejection.symptom
        case .notDone: .failed
        case .unknown(let why), .abandoned(let why): why.symptom
        }
    }
}

extension TokenOutcome {
    package var symptom: CallSymptom {
        switch self {
        case .customer, .opened, .session, .method, .done, .declined: .well
        case .rejected(let rejection): rejection.symptom
        case .notDone: .failed
        case .unknown(let why): why.symptom
        }
    }
}

extension VendorRejection {
    fileprivate var symptom: CallSymptom {
        switch reason {
        case .configuration: .failed
        case .wrongState, .authorizationExpired, .amountNotAccepted, .methodNotUsable, .disputed,
            .notFound, .invalidRequest:
            .well
        }
    }
}

extension UnknownReason {
    fileprivate var symptom: CallSymptom {
        switch self {
        case .timeout: .timedOut
        case .connectionLost, .vendorError, .unreadableReply, .unrecognizedStatus: .failed
        case .keyTaken, .searchLagging, .interrupted: .silent
        }
    }
}
