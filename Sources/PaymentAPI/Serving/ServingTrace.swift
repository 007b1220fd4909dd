internal import PaymentCore

/// What becomes known of a request on its way, for its log line.
struct ServingTrace {
    let requestID: String
    let traceparent: String
    var route: String?
    var problem: Problem?
    var tenant: TenantID?
    var key: APIKeyID?

    init(requestID: String, traceparent: String) {
        self.requestID = requestID
        self.traceparent = traceparent
    }
}

extension Problem {
    /// What was thrown, as a problem: an error of no known kind is a fault of ours.
    init(any error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as WorkflowError: self.init(error)
        case let error as StoreError: self.init(error)
        default: self.init(.internalError, cause: "\(error)")
        }
    }
}
