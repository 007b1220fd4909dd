/// Telling a vendor what was sold, once a payment is captured: where the law wants a receipt of
/// every sale, it must not be lost with an answer, and never holds up the payment.
extension PaymentWorkflows {
    /// The job that goes with the commit that captures a payment of an order.
    func saleToRegister(_ payment: Payment, _ facts: [PaymentFact]) -> JobChange? {
        guard payment.intent.order != nil,
            facts.contains(where: { $0.type == .transactionCaptured }),
            let port = payment.intent.vendor.flatMap({ vendors.port($0) }),
            port.capabilities.operations.contains(.registerSale)
        else { return nil }
        return .schedule(
            .registerSale,
            subject: payment.intent.id.description,
            due: .after(.zero)
        )
    }

    /// Repeats until the vendor has taken it. What can never be reported right is a dead letter at
    /// once, as is what was sent in vain for two days: somebody owes the authority a receipt.
    func registerSale(_ job: Job, in tenant: TenantID) async throws(StoreError) {
        guard let id = IntentID(job.subject), let payment = try await store.payment(id, in: tenant)
        else { return try await bury(job, "there is no such payment", tenant) }
        let intent = payment.intent
        guard let port = intent.vendor.flatMap({ vendors.port($0) }),
            let account = try await account(intent.account, tenant),
            port.capabilities(of: account).operations.contains(.registerSale),
            let reference = intent.reference, let order = intent.order,
            // A fully refunded payer has bought nothing.
            intent.captured > intent.refunded,
            let items = try await store.order(order, in: tenant)?.items, !items.isEmpty
        else { return try await jobs.finish(job, in: tenant) }
        let sale = VendorSale(
            paymentReference: reference,
            amount: Money(intent.captured, intent.amount.currency),
            items: items,
            details: intent.details
        )
        try await atVendor(port.vendor, job, tenant) { () async throws(StoreError) in
            let outcome = await port.register(sale, account: account)
            try await keep(outcome, of: sale, id, job, tenant)
        }
    }

    private func keep(
        _ outcome: VendorOutcome,
        of sale: VendorSale,
        _ id: IntentID,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        switch outcome {
        case .succeeded(let receipt):
            _ = try await commitUnderLock(
                id,
                in: tenant,
                correlation: nil,
                traceparent: nil,
                adding: { _, changes in
                    changes.set(.finish(job))
                },
                { $0.keepDetails(receipt.details, ofPayment: sale.paymentReference) }
            )
        case .rejected(let rejection):
            let why = "\(rejection.code): \(rejection.message)"
            switch rejection.reason {
            case .amountNotAccepted, .invalidRequest, .notFound: try await bury(job, why, tenant)
            case .authorizationExpired, .configuration, .disputed, .methodNotUsable, .wrongState:
                try await putOff(job, by: Self.pause(after: job.run), why, tenant)
            }
        case .pending, .requiresAction, .declined, .notDone, .unknown, .abandoned, .found,
            .notFound:
            try await putOff(job, by: Self.pause(after: job.run), outcome.shortForm, tenant)
        }
    }

    /// From half a minute to an hour.
    private static func pause(after run: Int) -> Duration {
        .seconds(min(3_600, 15 << min(Int64(run), 8)))
    }
}
