import JSON
import PaymentCore

extension Integrator {
    /// A payment as it stands, read strictly like every object of the contract: nil for what is not
    /// the object, lacks what its status needs, or holds an amount that none of our types can.
    struct Payment {
        enum Status: String {
            case requiresAction = "requires_action"
            case processing
            case authorized
            case captured
            case declined
            case voided
            case expired
        }

        let members: Members
        /// Nil: a word that the contract does not have.
        let status: Status?
        /// Empty only where nothing was made: a decline.
        let reference: String
        let amount: Money?
        let capturable: Int64
        let captured: Int64

        init?(_ json: JSONValue?) {
            guard let members = Members(json), let word = members.word("status") else { return nil }
            self.members = members
            status = Status(rawValue: word)
            reference = members.reference("reference") ?? ""
            guard !reference.isEmpty || status == .declined else { return nil }
            do throws(Members.Unreadable) {
                amount = try members.money()
                let total = amount?.minorUnits ?? 0
                capturable = try members.sum("capturable") ?? (status == .authorized ? total : 0)
                captured = try members.sum("captured") ?? (status == .captured ? total : 0)
            } catch {
                return nil
            }
            switch status {
            // What is held or was captured says how much.
            case .authorized, .captured: guard amount != nil else { return nil }
            case .requiresAction, .processing, .declined, .voided, .expired, nil: break
            }
        }

        var decline: Decline { members.decline(brand: members.method?.brand) }

        var receipt: VendorReceipt {
            VendorReceipt(
                reference: reference,
                authorizationExpiresAt: members.time("expires_at"),
                multiCapture: members.flag("multi_capture"),
                method: members.method,
                details: members.details,
                captureReference: members.reference("capture_reference")
            )
        }

        /// Whether it was refused before anything was made that could be named.
        var isRefusal: Bool { status == .declined && reference.isEmpty }

        /// The payment in our words; nil when its reference, status or amount is missing.
        var snapshot: PaymentSnapshot? {
            guard !reference.isEmpty, let amount, let status = snapshotStatus else { return nil }
            let receipt = receipt
            return PaymentSnapshot(
                reference: reference,
                attempt: members.attempt,
                status: status,
                amount: amount,
                capturable: capturable,
                captured: captured,
                authorizationExpiresAt: receipt.authorizationExpiresAt,
                multiCapture: receipt.multiCapture,
                method: receipt.method,
                details: receipt.details,
                captureReference: receipt.captureReference
            )
        }

        private var snapshotStatus: PaymentSnapshot.Status? {
            switch status {
            case .requiresAction:
                .requiresAction(members.redirectURL.map { .redirect(url: $0) })
            case .processing: .processing
            case .authorized: .authorized
            case .captured: .captured
            case .declined: .declined(decline)
            case .voided: .voided
            case .expired: .expired
            case nil: nil
            }
        }
    }
}
