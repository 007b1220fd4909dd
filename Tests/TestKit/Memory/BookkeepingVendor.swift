package import PaymentCore
import Synchronization

/// A vendor in memory that keeps a book of its own and honours idempotency keys: what it charged
/// is the truth that tests compare ours with. Faults are queued per operation.
package final class BookkeepingVendor: PaymentPort, Sendable {
    package enum Fault: Sendable {
        /// The money moves and the answer is lost.
        case answerLost
        /// The request never arrives.
        case unreachable
        /// The request is lost after it was sent; nothing moves.
        case requestLost
        case decline(Decline)
        case requireAction
    }

    package struct Entry: Sendable {
        package var amount: Int64
        package var capturable: Int64
        package var captured: Int64 = 0
        package var refunded: Int64 = 0
        package var attempt: AttemptID
        package var isSale = false
        /// Asked without its payer.
        package var isOffSession = false
        package var waitsForPayer = false
        package var isVoided = false
        /// By the attempt that asked for it.
        package var refunds: [AttemptID: RefundSnapshot] = [:]
    }

    struct Book: Sendable {
        var payments: [String: Entry] = [:]
        var answers: [String: VendorOutcome] = [:]
        var faults: [Fault] = []
        var calls = 0
        var oneTimeTokens: [String] = []
        var number = 0
    }

    package let vendor: VendorID
    package let capabilities: Capabilities
    private let book = Mutex(Book())

    package init(_ name: String = "acme", capabilities: Capabilities? = nil) {
        guard let vendor = VendorID(name) else { preconditionFailure("a vendor's name") }
        self.vendor = vendor
        self.capabilities =
            capabilities
            ?? Capabilities(
                operations: Set(Capabilities.Operation.allCases),
                methodKinds: [.card, .redirect],
                manualCapture: true,
                partialCapture: true,
                multiCapture: .perPayment,
                partialRefund: true,
                offSession: true,
                recovery: .repeatSameKey(window: .seconds(86_400)),
                maximumAmount: 99_999_999
            )
    }

    package var payments: [String: Entry] { book.withLock { $0.payments } }
    package var calls: Int { book.withLock { $0.calls } }
    /// Those that it was sent, or would have been, had it been reached.
    package var oneTimeTokens: [String] { book.withLock { $0.oneTimeTokens } }

    package func failNext(_ faults: Fault...) {
        book.withLock { $0.faults.append(contentsOf: faults) }
    }

    package func clearFaults() {
        book.withLock { $0.faults = [] }
    }

    /// The payer finishes the page, or leaves it.
    package func payerActs(on reference: String, approves: Bool) {
        book.withLock { book in
            guard var entry = book.payments[reference], entry.waitsForPayer else { return }
            entry.waitsForPayer = false
            if !approves {
                entry.capturable = 0
            } else if entry.isSale {
                entry.captured = entry.capturable
                entry.capturable = 0
            }
            book.payments[reference] = entry
        }
    }

    /// Does what is asked and forgets under which key.
    package func carryOut(_ operation: VendorOperation) {
        book.withLock { _ = $0.carryOut(operation, nil) }
    }

    package func snapshot(of reference: String) -> VendorSnapshot? {
        book.withLock { $0.snapshot(of: reference) }.map(VendorSnapshot.payment)
    }

    package func perform(
        _ operation: VendorOperation,
        key: String,
        account: MerchantAccount
    ) async -> VendorOutcome {
        book.withLock { book in
            book.calls += 1
            if case .lookUp(let lookUp) = operation { return book.lookUp(lookUp) }
            if case .authorize(let asked) = operation, let token = asked.oneTimeToken {
                book.oneTimeTokens.append(token.value)
            }
            let fault = book.faults.isEmpty ? nil : book.faults.removeFirst()
            switch fault {
            case .unreachable: return .notDone(.unreachable)
            case .requestLost: return .unknown(.timeout)
            case nil, .answerLost, .decline, .requireAction: break
            }
            let answer = book.answers[key] ?? book.carryOut(operation, fault)
            book.answers[key] = answer
            if case .answerLost = fault { return .unknown(.timeout) }
            return answer
        }
    }

    package func perform(
        _ operation: TokenOperation,
        key: String,
        account: MerchantAccount
    ) async -> TokenOutcome {
        switch operation {
        case .registerCustomer(let customer, _, _): .customer(reference: "cus-\(customer)")
        case .openSession(let session, _, _, _, _):
            .opened(
                reference: "ses-\(session)",
                action: .vendorLibrary(clientSecret: VendorToken("secret"), publishableKey: nil)
            )
        case .readSession(let reference):
            .session(
                SessionSnapshot(
                    reference: reference,
                    session: nil,
                    status: .open,
                    customerReference: nil,
                    details: nil
                ),
                action: nil
            )
        case .readMethod:
            .method(MethodDetails(brand: "visa", last4: "4242"), customerReference: nil)
        case .attach, .detach: .done
        }
    }

    package func verify(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) throws(NoticeRefusal) -> [VendorNotice] {
        throw .signatureMissing
    }

    package func notices(in delivery: WebhookDelivery) throws(NoticeRefusal) -> [VendorNotice] {
        throw .unreadableBody
    }
}

extension BookkeepingVendor.Book {
    mutating func carryOut(
        _ operation: VendorOperation,
        _ fault: BookkeepingVendor.Fault?
    ) -> VendorOutcome {
        if case .decline(let decline) = fault { return .declined(decline, nil) }
        switch operation {
        case .authorize(let authorize): return authorizing(authorize, fault)
        case .capture(let capture):
            guard var entry = payments[capture.paymentReference],
                capture.amount.minorUnits <= entry.capturable
            else { return .rejected(VendorRejection(.wrongState, code: "no", message: "")) }
            entry.captured += capture.amount.minorUnits
            entry.capturable =
                capture.isFinal ? 0 : entry.capturable - capture.amount.minorUnits
            payments[capture.paymentReference] = entry
            return .succeeded(receipt("cap", capture.amount.minorUnits))
        case .void(let void):
            guard let entry = payments[void.paymentReference], entry.capturable > 0 else {
                return .rejected(VendorRejection(.wrongState, code: "no", message: ""))
            }
            payments[void.paymentReference]?.capturable = 0
            payments[void.paymentReference]?.isVoided = true
            payments[void.paymentReference]?.waitsForPayer = false
            return .succeeded(receipt("void", nil))
        case .refund(let refund):
            guard let entry = payments[refund.paymentReference],
                entry.refunded + refund.amount.minorUnits <= entry.captured
            else { return .rejected(VendorRejection(.wrongState, code: "no", message: "")) }
            let receipt = receipt("ref", refund.amount.minorUnits)
            payments[refund.paymentReference]?.refunded += refund.amount.minorUnits
            payments[refund.paymentReference]?.refunds[refund.attempt] = RefundSnapshot(
                reference: receipt.reference,
                paymentReference: refund.paymentReference,
                attempt: refund.attempt,
                status: .succeeded,
                amount: refund.amount
            )
            return .succeeded(receipt)
        case .complete: return .rejected(VendorRejection(.wrongState, code: "no", message: ""))
        case .lookUp(let subject): return lookUp(subject)
        }
    }

    private mutating func authorizing(
        _ authorize: VendorOperation.Authorize,
        _ fault: BookkeepingVendor.Fault?
    ) -> VendorOutcome {
        var receipt = receipt("pay", authorize.amount.minorUnits)
        var entry = BookkeepingVendor.Entry(
            amount: authorize.amount.minorUnits,
            capturable: authorize.amount.minorUnits,
            attempt: authorize.attempt
        )
        receipt.captured = !authorize.manualCapture
        receipt.multiCapture = true
        entry.isSale = receipt.captured
        entry.isOffSession = authorize.offSession
        if case .requireAction = fault {
            entry.waitsForPayer = true
            receipt.captured = false
            payments[receipt.reference] = entry
            return .requiresAction(.redirect(url: "https://vendor.example/3ds"), receipt)
        }
        if entry.isSale {
            entry.captured = entry.capturable
            entry.capturable = 0
        }
        payments[receipt.reference] = entry
        return .succeeded(receipt)
    }

    private mutating func receipt(_ prefix: String, _ amount: Int64?) -> VendorReceipt {
        number += 1
        return VendorReceipt(reference: "\(prefix)-\(number)", amount: amount)
    }

    func lookUp(_ lookUp: VendorOperation.LookUp) -> VendorOutcome {
        switch lookUp.subject {
        case .payment(let reference):
            snapshot(of: reference).map { .found(.payment($0)) } ?? .notFound
        case .paymentOfAttempt(let attempt, _):
            payments.first { $0.value.attempt == attempt }
                .flatMap { snapshot(of: $0.key) }.map { .found(.payment($0)) } ?? .notFound
        case .refund(let reference): found { $0.reference == reference }
        case .refundOfAttempt(let attempt, _): found { $0.attempt == attempt }
        }
    }

    private func found(_ isAsked: (RefundSnapshot) -> Bool) -> VendorOutcome {
        payments.values.lazy.flatMap(\.refunds.values).first(where: isAsked)
            .map { .found(.refund($0)) } ?? .notFound
    }

    func snapshot(of reference: String) -> PaymentSnapshot? {
        guard let entry = payments[reference] else { return nil }
        let status: PaymentSnapshot.Status =
            if entry.waitsForPayer {
                .requiresAction(.redirect(url: "https://vendor.example/3ds"))
            } else if entry.isVoided {
                .voided
            } else if entry.captured > 0 && entry.capturable == 0 {
                .captured
            } else if entry.capturable > 0 {
                .authorized
            } else {
                .declined(Decline(.authenticationRequired, code: "authentication_failed"))
            }
        return PaymentSnapshot(
            reference: reference,
            attempt: entry.attempt,
            status: status,
            amount: Money(entry.amount, .usd),
            capturable: entry.waitsForPayer ? 0 : entry.capturable,
            captured: entry.captured,
            multiCapture: true
        )
    }
}
