package import PaymentCore
package import Postgres

/// Every statement that the stores send while they serve, for the tests that prepare, lint and
/// explain them. Those that make schemas are not here: they name what they make.
package enum StatementList {
    /// Sent under a tenant's role.
    package static let tenant: [Statement] = [
        IntentTable.insert, IntentTable.update, IntentTable.lock, IntentTable.payment,
        AttemptTable.insert, AttemptTable.answer, AttemptTable.ofIntent,
        AttemptTable.intentOfAttempt, AttemptTable.intentOfMovement,
        AttemptTable.intentOfReference, PayerTable.insert, PayerTable.ofAttempt,
        RecordTable.insert, RecordTable.update, RecordTable.byID, RecordTable.byNumber,
        RecordTable.ofAttempt, RecordTable.ofTime,
        TransferTable.insert, TransferTable.ofIntent,
        BooksTable.balancesNow, BooksTable.balancesAt, BooksTable.place, BooksTable.accountNumber,
        BooksTable.balance, BooksTable.statement, BooksTable.entries, BooksTable.lastHead,
        BooksTable.heads, BooksTable.intents,
        CheckTable.places, CheckTable.accounts, CheckTable.expected, CheckTable.snapshots,
        CheckTable.disagreements, CheckTable.untold, CheckTable.waiting,
        LimitTable.set, LimitTable.remove, LimitTable.all, LimitTable.ripe, LimitTable.waiting,
        LimitTable.activate, MonitorTable.set, MonitorTable.remove, MonitorTable.all,
        MonitorTable.lock, MonitorTable.tell,
        SealTable.takeTurn, SealTable.waiting, SealTable.open,
        SealTable.insert,
        SealTable.snapshot, SealTable.insertHead, SealTable.giveTurn,
        OrderTable.insert, OrderTable.insertItems, OrderTable.listItems, OrderTable.byID,
        CustomerTable.insert, CustomerTable.update, CustomerTable.byID, CustomerTable.byReference,
        CustomerTable.reference, CustomerTable.recordReference,
        MethodTable.insert, MethodTable.clearDefault, MethodTable.setDefault, MethodTable.detach,
        MethodTable.forgetToken, MethodTable.updateDetails, MethodTable.flag, MethodTable.byID,
        MethodTable.byToken,
        SessionTable.insert, SessionTable.update, SessionTable.byID, SessionTable.byReference,
        ReceiptTable.insert, ReceiptTable.ofDrawer,
        RateTable.insert, RateTable.differing, RateTable.requireAlike, RateTable.newest,
        RateTable.current,
        IdempotencyTable.begin, IdempotencyTable.resume, IdempotencyTable.proceed,
        IdempotencyTable.release, IdempotencyTable.complete, IdempotencyTable.offer,
        IdempotencyTable.byKey, IdempotencyTable.purge,
        EffectTable.insert, EffectTable.purge,
        JobTable.schedule, JobTable.clear, JobTable.claim, JobTable.finish, JobTable.postpone,
        InboundTable.receive, InboundTable.bySource, InboundTable.byID, InboundTable.waiting,
        InboundTable.passed, InboundTable.note, InboundTable.end, InboundTable.pass,
        InboundTable.replay, InboundTable.purge,
        ReservationTable.insert, ReservationTable.byID,
        JobTable.list, JobTable.retry, JobTable.cancel, JobTable.looks,
        JobTable.bury, JobTable.revive,
        PolicyTable.newest, PolicyTable.insert, PolicyTable.tries,
        PlanLists.unknowns, PlanLists.budget,
        OutboxTable.insert, OutboxTable.takeTurn, OutboxTable.publish,
        OutboxTable.published, OutboxTable.purge, BacklogTable.current,
        SubscriptionTable.insert, SubscriptionTable.update, SubscriptionTable.delete,
        SubscriptionTable.rotate, SubscriptionTable.disable, SubscriptionTable.byID,
        SubscriptionTable.page, SubscriptionTable.secrets,
        DeliveryTable.fanOut, DeliveryTable.claim, DeliveryTable.record, DeliveryTable.list,
        DeliveryTable.replay, DeliveryTable.replayAfter, DeliveryTable.purge,
        RelayTable.take, RelayTable.advance, RelayTable.renew, RelayTable.release,
        RelayTable.batch, RelayTable.lag,
        AuditTable.insert, AuditTable.takeTurn, AuditTable.waiting,
        AuditTable.seal, AuditTable.insertHead, AuditTable.giveTurn, AuditTable.places,
        AuditTable.heads, AuditTable.lastHead, AuditTable.expected, AuditTable.placeless,
    ]

    /// Sent under the control role.
    package static let control: [Statement] = [
        TenantTable.insert, TenantTable.all, TenantTable.byID, TenantTable.setState,
        TenantTable.setVersion, TenantTable.withWork, TenantTable.clearWork,
        TenantTable.nextWork, PlatformAuditTable.insert, TenantTable.markAll,
        WorkMarks.mark, WorkMarks.schemaVersion, KeyRing.ofTenant, KeyRing.any, KeyRing.insert,
        KeyTable.insert, KeyTable.byHash, KeyTable.ofTenant, KeyTable.revoke,
        AccountTable.insert, AccountTable.clearDefault, AccountTable.update,
        AccountTable.setCredentials, AccountTable.ofTenant, AccountTable.byID,
        AccountTable.byRoute,
        AccountTable.inactiveByRoute,
        BreakerTable.open, BreakerTable.answer, BreakerTable.probe, BreakerTable.current,
        BreakerTable.unannounced, BreakerTable.announced,
        RouteVersions.current, RouteVersions.upTo, RouteVersions.insert,
        WebhookTable.receive, WebhookTable.claim, WebhookTable.finish, WebhookTable.postpone,
        WebhookTable.byID, WebhookTable.replay, WebhookTable.purge,
        StrayTable.insert, StrayTable.page, StrayTable.byID, StrayTable.delete,
        TenantErasure.isErased, TenantErasure.webhooks,
    ]

    /// Settings of one transaction, sent before a statement of it.
    package static let settings: [Statement] = [
        OutboxTable.preferIndexes, PostgresQueries.limitTime, AuditTable.takeRole,
    ]

    /// Sent under the control schema's owner, by an operator's command.
    package static let controlOwner: [Statement] = [KeyRing.rewrap] + TenantErasure.control

    /// The statements that a filter becomes, under a tenant's role.
    package static func lists(_ filter: IntentFilter, after: UUID7?) -> [Query] {
        [
            IntentLists.page(filter, after: after, limit: 50),
            IntentLists.count(filter, limit: 10_000),
        ]
    }

    /// The other lists with all their conditions.
    package static func recordLists(
        customer: CustomerID,
        intent: IntentID,
        moment: Timestamp,
        after: UUID7
    ) -> [Query] {
        [
            RecordLists.customers("reference", "email", after, 50),
            RecordLists.orders("reference", customer, "property", after, 50),
            RecordLists.methods(customer, .active, after, 50),
            RecordLists.receipts("drawer", intent, moment, moment, after, 50),
            RecordLists.drawer("drawer", moment, moment),
            RecordLists.awaitingApproval(after, 50),
            AuditTable.list(
                AuditFilter(
                    actor: "anna",
                    action: "a",
                    resource: "r",
                    from: moment,
                    before: moment
                ),
                after: after,
                limit: 50
            ),
        ]
    }
}
