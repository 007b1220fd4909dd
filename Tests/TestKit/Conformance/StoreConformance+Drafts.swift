package import PaymentCore

/// What the scenarios work with.
extension StoreConformance {
    package var capabilities: Capabilities {
        Capabilities(
            operations: Set(Capabilities.Operation.allCases),
            methodKinds: [.card],
            manualCapture: true,
            partialCapture: true,
            multiCapture: .always,
            partialRefund: true,
            offSession: true
        )
    }

    var vendor: VendorID { VendorID(known: "acme") }

    package func draft() -> IntentDraft {
        IntentDraft(
            amount: Money(12_500, .usd),
            captureMethod: .manual,
            method: Intent.Method(kind: .card)
        )
    }

    package func new(_ draft: IntentDraft) -> Payment {
        Payment(new: draft, id: identifiers.make(), at: clock.now)
    }

    package func asking() -> Asking {
        Asking(
            attempt: identifiers.make(),
            movement: identifiers.next(),
            actor: Actor(key: identifiers.make(), person: "anna"),
            now: clock.now
        )
    }

    func ask(_ payment: inout Payment, fx: FXContext? = nil) throws {
        try payment.askAuthorization(
            asking(),
            vendor: vendor,
            account: identifiers.make(),
            method: payment.intent.method,
            fx: fx,
            capabilities: capabilities
        )
    }

    func receipt(_ reference: String = "ref") -> VendorReceipt {
        VendorReceipt(reference: reference)
    }

    func stored(_ payment: Payment) -> Payment {
        Payment(stored: payment.intent, attempts: payment.attempts)
    }

    package func sealed(_ payment: inout Payment, lease: Duration = .seconds(60)) -> Changeset {
        let transfers = payment.book()
        let facts = payment.facts
        let change = payment.seal(lease: lease, at: clock.now)
        let first = payment.intent.eventSequence - Int64(facts.count) + 1
        let events = facts.enumerated().map { index, fact in
            event(of: payment.intent.id, sequence: first + Int64(index), fact.type)
        }
        let posting = Posting(transfers, of: payment.intent.id, toldBy: events.last)
        return Changeset(payment: change, posting: posting, events: events)
    }

    package func event(
        of intent: IntentID,
        sequence: Int64,
        _ type: EventType = .transactionUpdated
    ) -> OutboxEvent {
        OutboxEvent(
            id: identifiers.make(),
            type: EventName(type),
            aggregate: intent.description,
            sequence: sequence,
            occurredAt: clock.now,
            correlation: "req-1",
            traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            data: #"{"amount":12500,"note":"as written"}"#
        )
    }

    /// Commits what changed and goes on from what is stored.
    package func commit(_ payment: inout Payment) async throws {
        let changes = sealed(&payment)
        try await store.commit(changes, in: tenant)
        payment = stored(payment)
    }

    func load(_ payment: Payment) async throws -> Payment {
        try present(try await store.payment(payment.intent.id, in: tenant))
    }

    func committedAsk() async throws -> Payment {
        var payment = new(draft())
        try ask(&payment)
        try await commit(&payment)
        return payment
    }

    package func committedHold(reference: String = "ref") async throws -> Payment {
        var payment = try await committedAsk()
        payment.answer(
            try present(payment.lastAttempt).id,
            with: .succeeded(VendorReceipt(reference: reference, multiCapture: true)),
            capture: asking()
        )
        try await commit(&payment)
        return payment
    }

    package func begin(
        _ key: String,
        intent: IntentID? = nil,
        answer: StoredAnswer? = nil,
        running: Duration = .seconds(60)
    ) -> IdempotencyChange {
        .begin(
            key: key,
            fingerprint: [1, 2, 3],
            operation: "POST /intents",
            intent: intent,
            attempt: nil,
            recoveryPoint: answer == nil ? .validated : .completed,
            answer: answer,
            running: running
        )
    }

    func customer(reference: String?) -> Customer {
        Customer(
            id: identifiers.make(),
            reference: reference,
            name: "Ada",
            email: "ada@example.com",
            phone: nil,
            metadata: ["vip": "yes"],
            createdAt: clock.now,
            updatedAt: clock.now
        )
    }

    func order(reference: String, customer: CustomerID?) -> Order {
        Order(
            id: identifiers.make(),
            reference: reference,
            currency: .usd,
            items: [
                Order.Item(description: "Room, double", sku: "DBL", quantity: 2, unitAmount: 6_250),
                Order.Item(
                    description: "{odd} \"text\", NULL",
                    sku: nil,
                    quantity: 1,
                    unitAmount: 0
                ),
            ],
            customer: customer,
            property: "kabul-1",
            metadata: [:],
            createdAt: clock.now
        )
    }

    package func method(
        token: String,
        customer: CustomerID?,
        isDefault: Bool = false
    ) -> PaymentMethod {
        PaymentMethod(
            id: identifiers.make(),
            customer: customer,
            vendor: vendor,
            account: account,
            kind: .card,
            token: VendorToken(token),
            customerReference: "cus_x",
            details: MethodDetails(brand: "visa", last4: "4242", expiryMonth: 1, expiryYear: 2_031),
            isDefault: isDefault,
            state: .active,
            createdAt: clock.now
        )
    }

    /// One account for what needs the same twice.
    package var account: MerchantAccountID {
        MerchantAccountID(UUID7(milliseconds: 1, randomHigh: 0, randomLow: 1))
    }
}
