import PaymentCore
import TestKit
import Testing

/// Callers' requests and vendors' words at random, in any order: each is refused, booked or flagged,
/// none ends the process, the sums stay sums, and the books agree with them.
@Suite struct AnyFactTests {
    private static let amounts: [Int64] = [0, 1, 300, 700, 1_000, 1_500, .max]
    private static let references = ["A", "B", "C"]

    @Test(arguments: 1...2_000) func `nothing that is said is too much`(seed: UInt64) throws {
        var history = History(seed: seed)
        var posted = PostedTransfers()
        for _ in 0..<30 {
            history.step()
            let intent = history.payment.intent
            for sum in [
                intent.capturable, intent.captured, intent.refunded, intent.captureReserved,
                intent.refundReserved,
            ] {
                #expect(sum >= 0, "\(intent)")
            }
            // As it is after each commit: stored, booked and read again.
            posted.add(history.payment.transfers(drawer: "front-1"))
            posted.expect(intent)
            _ = history.payment.seal(lease: .seconds(60), at: history.now)
            history.payment = Payment(
                stored: history.payment.intent,
                attempts: history.payment.attempts
            )
        }
    }

    private struct History {
        var payment: Payment
        let now = Timestamp(seconds: 1_735_689_600)
        private var random: SeededGenerator
        private let identifiers = SequentialIdentifiers()
        private let accounts: [(VendorID, MerchantAccountID)]
        private let able: Capabilities

        init(seed: UInt64) {
            random = SeededGenerator(seed: seed)
            var able = BookkeepingVendor().capabilities
            able.multiCapture = .always
            self.able = able
            accounts = [
                (VendorID(known: "acme"), identifiers.make()),
                (VendorID(known: "bolt"), identifiers.make()),
            ]
            let isCash = seed.isMultiple(of: 5)
            payment = Payment(
                new: IntentDraft(
                    amount: Money(1_000, .usd),
                    captureMethod: seed.isMultiple(of: 2) ? .manual : .automatic,
                    method: Intent.Method(kind: isCash ? .cash : .card)
                ),
                id: identifiers.make(),
                at: now
            )
        }

        private var asking: Asking {
            Asking(
                attempt: identifiers.make(),
                movement: identifiers.next(),
                actor: .system,
                now: now
            )
        }

        private mutating func pick<Value>(_ values: [Value]) -> Value {
            values[Int(random.next() % UInt64(values.count))]
        }

        mutating func step() {
            switch random.next() % 10 {
            case 0, 1, 2: ask()
            case 3, 4, 5, 6:
                guard let attempt = payment.attempts.randomElement(using: &random) else { return }
                let (outcome, isRepeated) = (outcome(), random.next().isMultiple(of: 2))
                payment.answer(attempt.id, with: outcome, repeated: isRepeated, capture: asking)
            default: payment.observe(snapshot(), asking)
            }
        }

        /// A refusal is an answer like any other.
        private mutating func ask() {
            let asking = asking
            let (vendor, account) = pick(accounts)
            let amount = pick([nil, 100, 300, 1_000] as [Int64?])
            let isFinal = random.next().isMultiple(of: 2)
            switch random.next() % 6 {
            case 0, 1:
                try? payment.askAuthorization(
                    asking,
                    vendor: vendor,
                    account: account,
                    method: Intent.Method(kind: .card),
                    fx: nil,
                    capabilities: able
                )
            case 2:
                try? payment.askCapture(
                    asking,
                    amount: amount,
                    isFinal: isFinal,
                    capabilities: able
                )
            case 3: _ = try? payment.askVoid(asking, reason: nil, capabilities: able)
            case 4:
                _ = try? payment.askRefund(
                    asking,
                    amount: amount,
                    reason: nil,
                    capabilities: able
                )
            default: try? payment.attach(Intent.Method(kind: isFinal ? .card : .cash))
            }
        }

        private mutating func outcome() -> VendorOutcome {
            var receipt = VendorReceipt(reference: pick(AnyFactTests.references))
            receipt.amount = pick([nil] + AnyFactTests.amounts.map(Optional.some))
            receipt.captured = random.next().isMultiple(of: 2)
            receipt.multiCapture = random.next().isMultiple(of: 2)
            switch random.next() % 10 {
            case 0, 1, 2: return .succeeded(receipt)
            case 3: return .pending(receipt)
            case 4: return .requiresAction(.redirect(url: "https://x"), receipt)
            case 5: return .declined(Decline(.soft, code: "no"), receipt)
            case 6: return .notDone(.unreachable)
            case 7: return .unknown(.timeout)
            case 8: return .abandoned(.timeout)
            default: return .found(snapshot())
            }
        }

        private mutating func snapshot() -> VendorSnapshot {
            let own = payment.attempts.randomElement(using: &random)?.id
            let attempt = random.next().isMultiple(of: 2) ? own : nil
            let (reference, amount) = (
                pick(AnyFactTests.references), Money(pick(AnyFactTests.amounts), .usd)
            )
            switch random.next() % 4 {
            case 0, 1:
                let statuses: [PaymentSnapshot.Status] = [
                    .open, .requiresAction(.redirect(url: "https://x")), .processing, .authorized,
                    .captured, .declined(Decline(.soft, code: "no")), .voided, .expired,
                ]
                return .payment(
                    PaymentSnapshot(
                        reference: reference,
                        attempt: attempt,
                        status: pick(statuses),
                        amount: amount,
                        capturable: pick(AnyFactTests.amounts),
                        captured: pick(AnyFactTests.amounts)
                    )
                )
            case 2:
                return .refund(
                    RefundSnapshot(
                        reference: pick(AnyFactTests.references),
                        paymentReference: reference,
                        attempt: attempt,
                        status: pick([.pending, .claimed, .succeeded, .failed(code: "no")]),
                        amount: amount
                    )
                )
            default:
                return .movement(
                    MovementSnapshot(
                        pick([.capture, .void, .expiry, .refund]),
                        reference: pick(AnyFactTests.references),
                        paymentReference: reference,
                        attempt: attempt,
                        status: pick([
                            .succeeded, .failed(code: "no"), .reversed(code: "scheme"),
                        ]),
                        amount: amount
                    )
                )
            }
        }
    }
}
