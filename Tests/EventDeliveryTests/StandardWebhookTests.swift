import EventDelivery
import HTTP
import PaymentCore
import Testing

@Suite struct StandardWebhookTests {
    /// The example of the specification's own libraries.
    private let secret = VendorToken("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    private let body = Array(#"{"test": 2432232314}"#.utf8)

    @Test func `the published example has the published signature`() {
        let signature = StandardWebhook.signature(
            of: body,
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at: 1_614_265_330,
            secret
        )
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func `both secrets sign during a rotation`() {
        let other = StandardWebhook.makeSecret()
        let request = StandardWebhook.request(
            to: "https://receiver.example/hook",
            id: "evt_1",
            body: body,
            secrets: [other, secret],
            at: Timestamp(seconds: 1_614_265_330)
        )
        let signatures = request.fields["Webhook-Signature"]?.split(separator: " ") ?? []
        #expect(signatures.count == 2)
        #expect(request.fields["Webhook-Id"] == "evt_1")
        #expect(request.fields["Webhook-Timestamp"] == "1614265330")
        #expect(signatures.allSatisfy { $0.hasPrefix("v1,") })
        #expect(Set(signatures).count == 2)
    }

    @Test func `new secrets differ and sign`() {
        let one = StandardWebhook.makeSecret()
        #expect(one != StandardWebhook.makeSecret())
        #expect(StandardWebhook.signature(of: body, id: "a", at: 1, one) != nil)
        #expect(StandardWebhook.signature(of: body, id: "a", at: 1, VendorToken("abc")) == nil)
    }
}

@Suite struct DeliveryJudgementTests {
    private func delivery(run: Int = 1) -> ClaimedDelivery {
        let uuid = UUID7(milliseconds: 1, randomHigh: 0, randomLow: 1)
        return ClaimedDelivery(
            subscription: EventSubscriptionID(uuid),
            url: "https://receiver.example",
            secrets: [],
            published: PublishedEvent(
                position: 1,
                event: OutboxEvent(
                    id: EventID(uuid),
                    type: EventName(.transactionCreated),
                    aggregate: "pay_1",
                    sequence: 1,
                    occurredAt: Timestamp(seconds: 1),
                    correlation: nil,
                    traceparent: nil,
                    data: "{}"
                )
            ),
            run: run
        )
    }

    private func judge(_ status: Int, run: Int = 1, retryAfter: String? = nil) -> DeliveryResult {
        var fields = HTTPFields()
        if let retryAfter { fields.append("Retry-After", retryAfter) }
        return DeliveryJudgement.result(
            of: delivery(run: run),
            answered: HTTPResponse(status: HTTPStatus(status), fields: fields),
            jitter: 0
        )
    }

    @Test(arguments: [200, 201, 202, 204, 299])
    func `any 2xx is a receipt`(status: Int) {
        #expect(judge(status).fate == .delivered)
    }

    @Test func `410 ends the subscription`() {
        #expect(judge(410).fate == .dead)
        #expect(judge(410).goneURL == delivery().url)
        #expect(judge(404).goneURL == nil)
    }

    @Test func `what nothing could sign is tried again, as its key may come back`() {
        let result = DeliveryJudgement.unsigned(delivery(), jitter: 0)
        #expect(result.fate == .again(after: .seconds(5)))
        #expect(result.error == "the subscription's secret does not open")
        #expect(DeliveryJudgement.unsigned(delivery(run: 10), jitter: 0).fate == .dead)
    }

    @Test(arguments: [301, 400, 401, 404, 429, 500, 503])
    func `everything else is tried again`(status: Int) {
        #expect(judge(status).fate == .again(after: .seconds(5)))
    }

    @Test func `a wish to wait is followed, within a day`() {
        #expect(judge(429, retryAfter: "60").fate == .again(after: .seconds(60)))
        #expect(judge(503, retryAfter: "1").fate == .again(after: .seconds(5)))
        #expect(judge(503, retryAfter: "999999").fate == .again(after: .seconds(86_400)))
        #expect(judge(500, retryAfter: "60").fate == .again(after: .seconds(5)))
        #expect(judge(429, retryAfter: "soon").fate == .again(after: .seconds(5)))
    }

    @Test func `ten attempts take about 75 hours, then it is dead`() {
        var total = Duration.zero
        for run in 1...9 {
            guard case .again(let pause) = judge(500, run: run).fate else {
                Issue.record("attempt \(run) was the last")
                return
            }
            total += pause
        }
        #expect(judge(500, run: 10).fate == .dead)
        #expect(total > .seconds(70 * 3_600) && total < .seconds(80 * 3_600))
    }
}
