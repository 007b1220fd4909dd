internal import PaymentCore

extension Call {
    /// What the audit trail records of this call, to be committed with what it changes.
    ///
    /// - Parameters:
    ///   - resource: what is changed.
    ///   - before: nil for what did not exist, or is not shown.
    ///   - after: nil for what is gone, or is not shown.
    func entry(
        on resource: String,
        before: String? = nil,
        after: String? = nil
    ) -> AuditEntry {
        caller.entry(
            services.identifiers.make(),
            on: resource,
            before: before,
            after: after
        )
    }
}
