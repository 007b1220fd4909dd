internal import HTTP
internal import JSON
internal import Metrics
internal import PaymentCore

/// Takes vendors' deliveries: verify, store, answer. They are applied after, by a job, so that a
/// vendor never waits for our books.
struct WebhookReceiver: Sendable {
    let services: APIServices
    let state: APIState
    let counters: APICounters

    func receive(
        _ head: RequestHead,
        vendor name: String,
        account named: String?,
        _ source: some RequestSource
    ) async throws -> Answer {
        guard let vendor = VendorID(name), let port = services.vendors.port(vendor) else {
            throw unknownAccount
        }
        // An account in the path is looked up before the body is read: strangers cost little.
        var account: MerchantAccount?
        if let named {
            account = try await self.account(named, of: vendor)
            guard account != nil else { throw unknownAccount }
        }
        let delivery = WebhookDelivery(
            method: head.method.rawValue,
            fields: head.fields.all.map { ($0.name.spelling.lowercased(), $0.value) },
            body: try await source.body(limit: state.configuration.maximumWebhookBytes)
        )
        if named == nil { account = try await routedAccount(delivery, vendor) }
        guard let account else { throw unknownAccount }
        let notices: [VendorNotice]
        do throws(NoticeRefusal) {
            notices = try await port.verify(
                delivery,
                account: account,
                now: services.clock.now
            )
        } catch .unverifiable {
            // It may be genuine: the vendor sends it again.
            throw Problem(.vendorUnavailable, cause: NoticeRefusal.unverifiable.rawValue)
        } catch {
            counters[vendor]?.refused.increment()
            throw Problem(.signatureInvalid, ["reason": error.rawValue], cause: error.rawValue)
        }
        if !notices.isEmpty {
            let new = try await services.inbox.receive(
                notices.map { webhook($0, for: account) },
                delivery: delivery
            )
            counters[vendor]?.new.increment(by: new.count)
            counters[vendor]?.duplicate.increment(by: notices.count - new.count)
        }
        return Self.received
    }

    private func account(
        _ text: String,
        of vendor: VendorID
    ) async throws -> MerchantAccount? {
        guard let id = MerchantAccountID(text) else { return nil }
        let account = try await state.accounts.value(
            of: id,
            at: services.now(),
            waiting: services.sleep
        ) {
            try await services.control.account(id)
        }
        guard let account, account.vendor == vendor, account.isActive else { return nil }
        return account
    }

    private func routedAccount(
        _ delivery: WebhookDelivery,
        _ vendor: VendorID
    ) async throws -> MerchantAccount? {
        try await services.webhookRouting?.account(for: delivery, of: vendor)
    }

    private func webhook(_ notice: VendorNotice, for account: MerchantAccount) -> Webhook {
        Webhook(
            id: services.identifiers.make(),
            tenant: account.tenant,
            account: account.id,
            vendor: account.vendor,
            eventKey: notice.key,
            eventType: notice.type,
            receivedAt: services.clock.now,
            state: .received,
            run: 0,
            lastError: nil,
            duplicates: 0
        )
    }

    private var unknownAccount: Problem {
        Problem(.notFound, ["what": WorkflowError.Subject.account.rawValue])
    }

    private static let received = Answer { $0.member("received", true) }
}
