import ArgumentParser
import PaymentCore
import Storage

struct IntentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intent",
        abstract: "Look at payments.",
        subcommands: [Show.self]
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a payment with all its attempts; amounts in minor units."
        )

        @Argument(help: "The tenant.") var tenant: TenantID
        @Argument(help: "The payment, pay_….") var intent: IntentID

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                guard let payment = try await services.store.payment(intent, in: tenant) else {
                    throw CommandError("there is no such payment")
                }
                Self.show(payment)
            }
        }

        private static func show(_ payment: Payment) {
            let intent = payment.intent
            print(
                """
                \(intent.id)  \(intent.state.rawValue)  version \(intent.version)
                amount      \(intent.amount.minorUnits) \(intent.amount.currency) (minor units)
                capturable  \(intent.capturable)  (asked \(intent.captureReserved))
                captured    \(intent.captured)
                refunded    \(intent.refunded)  (asked \(intent.refundReserved))
                gateway     \(intent.vendor?.name ?? "–")  \(intent.reference ?? "")
                discrepancy \(intent.hasDiscrepancy)
                """
            )
            for attempt in payment.attempts {
                print(
                    """
                    \(attempt.ordinal). \(attempt.id)  \(attempt.operation.rawValue)  \
                    \(attempt.amount)  \(attempt.state.name)  asked \(attempt.askedAt.rfc3339)\
                    \(attempt.answeredAt.map { "  answered \($0.rfc3339)" } ?? "")\
                    \(attempt.isEscalated ? "  ESCALATED" : "")  \(attempt.reference ?? "")
                    """
                )
            }
        }
    }
}
