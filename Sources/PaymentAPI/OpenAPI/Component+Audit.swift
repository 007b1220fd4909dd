internal import PaymentCore

extension Component {
    static let auditEntry = Component(
        "AuditEntry",
        .answer([
            ("id", .identifier(AuditKind.prefix)),
            ("object", .constant("audit_entry")),
            ("recorded_at", Schema.timestamp.described("By the database's clock.")),
            ("action", Schema.string.described("The operation, or the command.")),
            ("resource", Schema.string.described("What it was done to.")),
            ("key_id", Schema.identifier("key").orNull),
            (
                "person",
                Schema.string.orNull.described("From `Gateway-Actor`: the caller's word.")
            ),
            ("command_user", Schema.string.orNull.described("Who ran the command.")),
            ("address", Schema.string.orNull.described("The client's.")),
            ("request_id", Schema.string.orNull),
            ("before", Schema.anyObject.orNull),
            ("after", Schema.anyObject.orNull),
        ])
    )
}
