package import HTTP
package import PaymentCore

/// Makes a dialect a ``PaymentPort``: the one place that sends to vendors.
package struct VendorClient: PaymentPort {
    package let vendor: VendorID
    package let capabilities: Capabilities
    private let dialect: any VendorDialect.Type
    private let transport: any HTTPTransport
    private let observer: (any VendorObserver)?
    private let options: HTTPSendOptions
    private let now: @Sendable () -> ContinuousClock.Instant

    package init(
        vendor: VendorID,
        capabilities: Capabilities,
        dialect: any VendorDialect.Type,
        transport: any HTTPTransport,
        observer: (any VendorObserver)? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.vendor = vendor
        self.capabilities = capabilities
        self.dialect = dialect
        self.transport = transport
        self.observer = observer
        self.now = now
        options = HTTPSendOptions(
            // A peer that does not even connect leaves most of the call's time to say so.
            connectTimeout: min(.seconds(5), capabilities.callTimeout / 2),
            totalTimeout: capabilities.callTimeout,
            maximumResponseBytes: Self.maximumReplyBytes
        )
    }

    /// Bytes of a reply's body; the largest that a vendor sends is a page of a list.
    package static let maximumReplyBytes = 1 << 20

    package func perform(
        _ operation: VendorOperation,
        key: String,
        account: MerchantAccount
    ) async -> VendorOutcome {
        let outcome: VendorOutcome = await call(operation.kind, account) {
            dialect throws(VendorRejection) in
            try dialect.request(for: operation, key: key)
        } read: {
            $0.outcome(of: operation, from: $1)
        }
        return operation.kind == .lookUp ? outcome.asLookUp : outcome
    }

    package func perform(
        _ operation: TokenOperation,
        key: String,
        account: MerchantAccount
    ) async -> TokenOutcome {
        await call(operation.kind, account) { dialect throws(VendorRejection) in
            try dialect.request(for: operation, key: key)
        } read: {
            $0.outcome(of: operation, from: $1)
        }
    }

    package func verify(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) throws(NoticeRefusal) -> [VendorNotice] {
        let dialect: any VendorDialect
        do throws(VendorRejection) {
            dialect = try self.dialect.init(account)
        } catch {
            throw .notConfigured
        }
        return try dialect.verify(delivery, now: now)
    }

    package func notices(
        in delivery: WebhookDelivery
    ) throws(NoticeRefusal) -> [VendorNotice] {
        try dialect.notices(in: delivery)
    }

    private func call<Outcome: CallOutcome>(
        _ operation: Capabilities.Operation,
        _ account: MerchantAccount,
        request: (any VendorDialect) throws(VendorRejection) -> HTTPRequest,
        read: (any VendorDialect, HTTPResponse) -> Outcome
    ) async -> Outcome {
        let started = now()
        let outcome = await ask(operation, account, request: request, read: read)
        observer?.called(
            VendorCall(
                vendor: vendor,
                account: account.id,
                operation: operation,
                outcome: outcome.shortForm,
                duration: started.duration(to: now())
            )
        )
        return outcome
    }

    private func ask<Outcome: CallOutcome>(
        _ operation: Capabilities.Operation,
        _ account: MerchantAccount,
        request makeRequest: (any VendorDialect) throws(VendorRejection) -> HTTPRequest,
        read: (any VendorDialect, HTTPResponse) -> Outcome
    ) async -> Outcome {
        let speaker: any VendorDialect
        let request: HTTPRequest
        do throws(VendorRejection) {
            guard capabilities.operations.contains(operation) else {
                throw .unsupported(operation, by: vendor)
            }
            speaker = try dialect.init(account)
            request = try makeRequest(speaker)
        } catch {
            return .rejected(error)
        }
        do throws(HTTPTransportError) {
            return read(speaker, try await transport.send(request, options: options))
        } catch {
            return Self.outcome(of: error)
        }
    }

    /// What a call without a response means. Only "no byte can have reached the peer" is a "no".
    private static func outcome<Outcome: CallOutcome>(of error: HTTPTransportError) -> Outcome {
        switch (error.code, error.requestMayHaveReachedPeer) {
        case (.invalidRequest, false):
            .rejected(VendorRejection(.invalidRequest, code: "unsendable", message: error.message))
        case (_, false): .notDone(.unreachable)
        case (.timeout, true): .unknown(.timeout)
        case (.cancelled, true): .unknown(.interrupted)
        case (.tooLarge, true), (.invalidResponse, true): .unknown(.unreadableReply)
        case (.connect, true), (.tls, true), (.closed, true), (.invalidRequest, true):
            .unknown(.connectionLost)
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
