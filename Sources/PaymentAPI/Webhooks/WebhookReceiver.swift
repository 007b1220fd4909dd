internal import Cryptography
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
        from address: IPAddress?,
        _ source: some RequestSource
    ) async throws -> Answer {
        guard let vendor = VendorID(name), let port = services.vendors.port(vendor) else {
            throw unknownAccount
        }
        guard head.method == .post || port.questions != nil else {
            throw Problem(.methodNotAllowed, allow: "POST")
        }
        // An account in the path is looked up before the body is read: strangers cost little.
        var account: MerchantAccount?
        if let named {
            account = try await self.account(MerchantAccountID(named), of: vendor)
            guard let account else { throw unknownAccount }
            // A vendor that asks may have a refusal of its own form, which repeats what it asked.
            guard port.questions != nil || admits(address, to: account) else {
                throw barred(vendor)
            }
        }
        var delivery = WebhookDelivery(
            method: head.method.rawValue,
            fields: head.fields.all.map { ($0.name.spelling.lowercased(), $0.value) },
            body: []
        )
        do throws(Problem) {
            delivery.body = try await source.body(limit: state.configuration.maximumWebhookBytes)
        } catch {
            guard error.code == .bodyTooLarge, let account,
                let reply = reply(toOversized: delivery, of: account, from: address, port)
            else { throw error }
            return Answer(reply)
        }
        if named == nil {
            account = try await routedAccount(delivery, vendor)
            guard account != nil else { throw Problem(.accountNotNamed) }
        }
        guard let account else { throw unknownAccount }
        guard admits(address, to: account) else {
            let problem = barred(vendor)
            guard let reply = port.questions?.barred(delivery) else { throw problem }
            return Answer(reply)
        }
        // A question's answer is part of the payment, so it comes from a commit, not from the inbox.
        if let reply = await services.workflows.answerQuestion(delivery, of: account) {
            return Answer(reply)
        }
        let notices: [VendorNotice]
        do throws(NoticeRefusal) {
            notices = try await port.verify(
                delivery,
                account: account,
                now: services.clock.now
            )
        } catch .unverifiable {
            try await storeUnverified(delivery, of: account, port)
            return Answer(port.receipts.taken)
        } catch {
            counters[vendor]?.refused.increment()
            var problem = Problem(.signatureInvalid, ["reason": error.rawValue])
            problem.cause = error.rawValue
            problem.ownStatus = port.receipts.refusedStatus
            throw problem
        }
        try await store(notices, delivery, of: account, port)
        return Answer(port.receipts.taken)
    }

    /// A vendor that asks may have a form of its own for the answer to a body that is too long.
    private func reply(
        toOversized delivery: WebhookDelivery,
        of account: MerchantAccount,
        from address: IPAddress?,
        _ port: any PaymentPort
    ) -> QuestionReply? {
        guard admits(address, to: account) else {
            counters[account.vendor]?.barred.increment()
            return port.questions?.barred(delivery)
        }
        return port.questions?.oversized(delivery, account: account)
    }

    /// The account's own list of networks counts, else the service's for the vendor; without
    /// either, deliveries may come from anywhere.
    private func admits(_ address: IPAddress?, to account: MerchantAccount) -> Bool {
        let networks =
            account.webhookNetworks.isEmpty
            ? state.configuration.webhookNetworks[account.vendor] ?? []
            : account.webhookNetworks
        guard !networks.isEmpty else { return true }
        return address.map { address in networks.contains { $0.contains(address) } } ?? false
    }

    private func barred(_ vendor: VendorID) -> Problem {
        counters[vendor]?.barred.increment()
        return Problem(.addressNotAllowed)
    }

    private func store(
        _ notices: [VendorNotice],
        _ delivery: WebhookDelivery,
        of account: MerchantAccount,
        _ port: any PaymentPort
    ) async throws {
        guard !notices.isEmpty else { return }
        let new = try await services.inbox.receive(
            notices.map { webhook($0.key, $0.type, for: account) },
            delivery: mask(of: account, port).masked(delivery)
        )
        counters[account.vendor]?.new.increment(by: new.count)
        counters[account.vendor]?.duplicate.increment(by: notices.count - new.count)
    }

    /// The vendor could not be asked whether it is genuine. A vendor that sends again is made to;
    /// for one that does not, it is stored under a key of its own, so that it takes no genuine
    /// event's place, and verified before it is applied.
    private func storeUnverified(
        _ delivery: WebhookDelivery,
        of account: MerchantAccount,
        _ port: any PaymentPort
    ) async throws {
        let refusal = Problem(.vendorUnavailable, cause: NoticeRefusal.unverifiable.rawValue)
        guard !port.capabilities.repeatsNotifications else { throw refusal }
        let waiting = try await services.inbox.webhooks(
            of: account.tenant,
            state: .received,
            after: nil,
            limit: Self.maximumUnverified
        )
        guard
            waiting.count(where: { $0.account == account.id && $0.isUnverified })
                < Self.maximumUnverified
        else { throw refusal }
        let key = Webhook.unverifiedKey(Hex.encode(Digest.sha256.hash(delivery.body)))
        _ = try await services.inbox.receive(
            [webhook(key, Webhook.unverifiedType, for: account)],
            delivery: mask(of: account, port).masked(delivery)
        )
    }

    private func mask(of account: MerchantAccount, _ port: any PaymentPort) -> DeliveryMask {
        // Silence is right: what cannot be read is not masked by what it means.
        DeliveryMask { delivery in try? port.notices(in: delivery, of: account) }
    }

    /// Deliveries of one account that may wait unverified: anybody can send them.
    private static let maximumUnverified = 200

    private func account(
        _ id: MerchantAccountID?,
        of vendor: VendorID
    ) async throws -> MerchantAccount? {
        guard let id else { return nil }
        let account = try await state.accounts.value(
            of: id,
            at: services.now(),
            waiting: services.sleep
        ) {
            try await services.control.account(id)
        }
        // Also of one that takes no new payments: what the vendor says of the earlier ones is fact.
        guard let account, account.vendor == vendor else { return nil }
        return account
    }

    /// The one account that the vendor's documented field names. Its secret then verifies the
    /// delivery; secrets are never tried in turn.
    private func routedAccount(
        _ delivery: WebhookDelivery,
        _ vendor: VendorID
    ) async throws -> MerchantAccount? {
        let routing = services.adapters.first { $0.vendor == vendor }?.routing
        guard let name = routing?.name(delivery) else { return nil }
        let id = try await services.control.account(of: vendor, named: name)
        return try await account(id, of: vendor)
    }

    private func webhook(
        _ key: String,
        _ type: String,
        for account: MerchantAccount
    ) -> Webhook {
        Webhook(
            services.identifiers.make(),
            key: key,
            type: type,
            of: account,
            receivedAt: services.clock.now
        )
    }

    private var unknownAccount: Problem {
        Problem(.notFound, ["what": WorkflowError.Subject.account.rawValue])
    }
}

extension Answer {
    /// In the vendor's own form.
    fileprivate init(_ reply: QuestionReply) {
        self.init(HTTPStatus(reply.status), reply.body)
        fields = [.contentType: reply.contentType]
    }
}
