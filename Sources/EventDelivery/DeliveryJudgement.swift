package import HTTP
package import PaymentCore

/// What a receiver's answer means for a delivery. Any 2xx is a receipt; 410 says that the receiver is
/// gone for good; everything else is tried again.
package enum DeliveryJudgement {
    package static func result(
        of delivery: ClaimedDelivery,
        answered answer: HTTPResponse,
        jitter: Double
    ) -> DeliveryResult {
        let status = answer.status.code
        switch status {
        case 200..<300:
            return DeliveryResult(
                subscription: delivery.subscription,
                event: delivery.published.event.id,
                fate: .delivered,
                status: status,
                error: nil
            )
        case 410:
            return DeliveryResult(
                subscription: delivery.subscription,
                event: delivery.published.event.id,
                fate: .dead,
                status: status,
                error: "the receiver is gone",
                goneURL: delivery.url
            )
        default:
            return failed(
                delivery,
                status: status,
                error: "the receiver answered \(status)",
                wish: retryAfter(answer),
                jitter: jitter
            )
        }
    }

    package static func result(
        of delivery: ClaimedDelivery,
        failing error: HTTPTransportError,
        jitter: Double
    ) -> DeliveryResult {
        failed(delivery, status: nil, error: error.code.rawValue, wish: nil, jitter: jitter)
    }

    /// The result of an attempt that nothing could sign: receivers are sent nothing unsigned. Its
    /// key may come back.
    package static func unsigned(_ delivery: ClaimedDelivery, jitter: Double) -> DeliveryResult {
        failed(
            delivery,
            status: nil,
            error: "the subscription's secret does not open",
            wish: nil,
            jitter: jitter
        )
    }

    private static func failed(
        _ delivery: ClaimedDelivery,
        status: Int?,
        error: String,
        wish: Duration?,
        jitter: Double
    ) -> DeliveryResult {
        let pause = DeliverySchedule.pause(after: delivery.run, wish: wish, jitter: jitter)
        return DeliveryResult(
            subscription: delivery.subscription,
            event: delivery.published.event.id,
            fate: pause.map { .again(after: $0) } ?? .dead,
            status: status,
            error: error
        )
    }

    /// Seconds only: the date form needs a clock that both sides agree on.
    private static func retryAfter(_ answer: HTTPResponse) -> Duration? {
        guard answer.status.code == 429 || answer.status.code == 503 else { return nil }
        return answer.fields["Retry-After"].flatMap { Int64($0) }.map { .seconds(max(0, $0)) }
    }
}
