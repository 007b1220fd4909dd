package import HTTP
package import PaymentCore

/// Makes a dialect a ``PaymentPort``: the one place that sends to vendors.
package final class VendorClient: PaymentPort {
    package let vendor: VendorID
    package let capabilities: Capabilities
    package let questions: (any VendorQuestions)?
    package let receipts: NoticeReceipts
    package let nameField: String?
    private let dialect: any VendorDialect.Type
    private let line: VendorLine
    private let observer: (any VendorObserver)?
    private let now: @Sendable () -> ContinuousClock.Instant

    package init(
        vendor: VendorID,
        capabilities: Capabilities,
        dialect: any VendorDialect.Type,
        questions: (any VendorQuestions)? = nil,
        receipts: NoticeReceipts = NoticeReceipts(),
        nameField: String? = nil,
        transport: any HTTPTransport,
        memory: VendorMemory = VendorMemory(),
        observer: (any VendorObserver)? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        sleep: @escaping @Sendable (Duration) async -> Void = VendorClient.taskSleep
    ) {
        self.vendor = vendor
        self.capabilities = capabilities
        self.questions = questions
        self.receipts = receipts
        self.nameField = nameField
        self.dialect = dialect
        self.observer = observer
        self.now = now
        line = VendorLine(
            transport: transport,
            timeout: capabilities.callTimeout,
            memory: memory,
            now: now,
            sleep: sleep
        )
    }

    /// A pause that any task can make. A cancelled one returns early: what is sent after it is
    /// cancelled as well.
    package static let taskSleep: @Sendable (Duration) async -> Void = {
        try? await Task.sleep(for: $0)
    }

    package func perform(
        _ operation: VendorOperation,
        key: String,
        account: MerchantAccount
    ) async -> VendorOutcome {
        let outcome: VendorOutcome = await call(operation.kind, account) {
            (dialect, answers) throws(VendorRejection) in
            try dialect.step(operation, key: key, after: answers)
        }
        return operation.kind == .lookUp ? outcome.asLookUp : outcome
    }

    package func perform(
        _ operation: TokenOperation,
        key: String,
        account: MerchantAccount
    ) async -> TokenOutcome {
        await call(operation.kind, account) { (dialect, answers) throws(VendorRejection) in
            try dialect.step(operation, key: key, after: answers)
        }
    }

    package func register(_ sale: VendorSale, account: MerchantAccount) async -> VendorOutcome {
        await call(.registerSale, account) { (dialect, answers) throws(VendorRejection) in
            try dialect.step(sale, after: answers)
        }
    }

    package func verify(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) async throws(NoticeRefusal) -> [VendorNotice] {
        let dialect: any VendorDialect
        do throws(VendorRejection) {
            dialect = try self.dialect.init(account)
        } catch {
            throw .notConfigured
        }
        var answers: [HTTPResponse] = []
        while true {
            switch try dialect.verification(of: delivery, now: now, after: answers) {
            case .verified(let notices): return notices
            case .ask(let request, let isCacheable):
                guard
                    let answer = await line.read(
                        request,
                        token: dialect.accessToken,
                        isCacheable: isCacheable
                    )
                else { throw .unverifiable }
                answers.append(answer)
            }
        }
    }

    package func notices(
        in delivery: WebhookDelivery
    ) throws(NoticeRefusal) -> [VendorNotice] {
        try dialect.notices(in: delivery)
    }

    package func notices(
        in delivery: WebhookDelivery,
        of account: MerchantAccount
    ) throws(NoticeRefusal) -> [VendorNotice] {
        let speaker: any VendorDialect
        do throws(VendorRejection) {
            speaker = try dialect.init(account)
        } catch {
            throw .notConfigured
        }
        return try speaker.readNotices(in: delivery)
    }

    package func capabilities(of account: MerchantAccount) -> Capabilities {
        // Silence is right: an account that cannot be used is refused when it is asked.
        (try? dialect.init(account))?.narrowed(capabilities) ?? capabilities
    }

    private func call<Outcome: CallOutcome>(
        _ operation: Capabilities.Operation,
        _ account: MerchantAccount,
        _ step: (any VendorDialect, [HTTPResponse]) throws(VendorRejection) -> VendorStep<Outcome>
    ) async -> Outcome {
        let started = now()
        let outcome = await converse(operation, account, since: started, step)
        observer?.called(
            VendorCall(
                vendor: vendor,
                account: account.id,
                operation: operation,
                outcome: outcome.shortForm,
                symptom: outcome.symptom,
                duration: started.duration(to: now())
            )
        )
        return outcome
    }

    private func converse<Outcome: CallOutcome>(
        _ operation: Capabilities.Operation,
        _ account: MerchantAccount,
        since started: ContinuousClock.Instant,
        _ step: (any VendorDialect, [HTTPResponse]) throws(VendorRejection) -> VendorStep<Outcome>
    ) async -> Outcome {
        let speaker: any VendorDialect
        do throws(VendorRejection) {
            guard capabilities.operations.contains(operation) else {
                throw .unsupported(operation, by: vendor)
            }
            speaker = try dialect.init(account)
            guard speaker.narrowed(capabilities).operations.contains(operation) else {
                throw .unsupported(operation, by: vendor)
            }
        } catch {
            return .rejected(error)
        }
        return await line.converse(since: started, token: speaker.accessToken) {
            answers throws(VendorRejection) in
            try step(speaker, answers)
        }
    }
}

extension VendorRejection {
    package static func unsupported(
        _ operation: Capabilities.Operation,
        by vendor: VendorID
    ) -> VendorRejection {
        VendorRejection(
            .invalidRequest,
            code: "unsupported_operation",
            message: "\(vendor) cannot \(operation.rawValue)"
        )
    }
}

extension VendorOutcome {
    /// A refused look-up says nothing about the money that it asks for.
    fileprivate var asLookUp: VendorOutcome {
        guard case .rejected(let rejection) = self, rejection.reason != .configuration else {
            return self
        }
        return .unknown(.vendorError)
    }
}
