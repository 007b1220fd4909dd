package import PaymentCore

/// A vendor that sends no notifications: what it has to say, it asks; see ``VendorQuestions``.
package protocol SilentDialect: VendorDialect {}

extension SilentDialect {
    package func verify(
        _ delivery: WebhookDelivery,
        now: Timestamp
    ) throws(NoticeRefusal) -> [VendorNotice] {
        throw .signatureMissing
    }

    package static func notices(
        in delivery: WebhookDelivery
    ) throws(NoticeRefusal) -> [VendorNotice] {
        throw .unreadableBody
    }
}

extension SessionSnapshot {
    /// A session that the vendor knows nothing of: its token comes back with the payer. Known by our
    /// own identifier of it.
    static func open(_ reference: String) -> SessionSnapshot {
        SessionSnapshot(
            reference: reference,
            session: MethodSessionID(reference),
            status: .open,
            customerReference: nil,
            details: nil
        )
    }
}
