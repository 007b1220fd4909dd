import JSON
import PaymentCore

extension Integrator {
    /// One capture, void, refund or ended hold, as it stands.
    struct Movement {
        enum Status: String {
            case pending
            case succeeded
            case failed
            /// It had succeeded and was taken back.
            case reversed
        }

        let members: Members
        /// Nil: a word that the contract does not have.
        let status: Status?
        let reference: String
        let amount: Money?

        init?(_ json: JSONValue?) {
            guard let members = Members(json), let word = members.word("status"),
                let reference = members.reference("reference")
            else { return nil }
            self.members = members
            self.reference = reference
            status = Status(rawValue: word)
            do throws(Members.Unreadable) {
                amount = try members.money()
            } catch {
                return nil
            }
        }

        /// Why it failed or was taken back.
        var decline: Decline { members.decline(brand: nil) }

        var receipt: VendorReceipt {
            VendorReceipt(
                reference: reference,
                amount: amount?.minorUnits,
                details: members.details
            )
        }

        /// Its end in our words; nil when something is missing, or nothing has ended.
        var snapshot: MovementSnapshot? {
            guard let amount, let kind, let status = snapshotStatus,
                let payment = members.reference("payment_reference")
            else { return nil }
            return MovementSnapshot(
                kind,
                reference: reference,
                paymentReference: payment,
                attempt: members.attempt,
                status: status,
                amount: amount,
                details: kind == .refund ? members.details : nil
            )
        }

        /// As a refund; nil when something is missing.
        var refund: RefundSnapshot? {
            guard let amount, let status = refundStatus,
                let payment = members.reference("payment_reference")
            else { return nil }
            return RefundSnapshot(
                reference: reference,
                paymentReference: payment,
                attempt: members.attempt,
                status: status,
                amount: amount,
                details: members.details
            )
        }

        private var kind: MovementSnapshot.Kind? {
            switch members.word("operation") {
            case "capture": .capture
            case "void": .void
            case "expiry": .expiry
            case "refund": .refund
            default: nil
            }
        }

        private var snapshotStatus: MovementSnapshot.Status? {
            switch status {
            case .succeeded: .succeeded
            case .failed: .failed(code: decline.code)
            case .reversed: .reversed(code: decline.code)
            case .pending, nil: nil
            }
        }

        private var refundStatus: RefundSnapshot.Status? {
            switch status {
            case .pending: .pending
            case .succeeded: .succeeded
            case .failed, .reversed: .failed(code: decline.code)
            case nil: nil
            }
        }
    }
}
