internal import JSON

extension Octo {
    /// A payment, fixed by its first call (section 3.1).
    struct Payment: Sendable {
        enum Status: String, Sendable {
            case created
            case waitsForUser = "wait_user_action"
            case waitsForCapture = "waiting_for_capture"
            /// Captured, and the money is on its way.
            case capture
            case succeeded
            case canceled
        }

        let uuid: String
        /// Numeric id of the same thing, which some calls want.
        let number: Int64
        let order: PaymentOrder
        var status = Status.created
        var card: TestCard?
        /// Minor units taken; the rest of a hold is let go.
        var captured: Int64 = 0
        /// Minor units given back by refunds that succeeded.
        var refunded: Int64 = 0
        var paidAt: SimulatedTime?
        var reference: String?
        /// Of the last status read.
        var read: SimulatedTime?
        var wrongCodes = 0
        /// Callbacks by number, in order.
        var callbacks: [Int] = []
        /// What in the shop's answers breaks the protocol.
        var violations: [String] = []

        /// What a partial capture let go: the vendor counts it as given back.
        var released: Int64 {
            switch status {
            case .capture, .succeeded: order.total.minor - captured
            case .created, .waitsForUser, .waitsForCapture, .canceled: 0
            }
        }

        /// `refunded_sum`
        var shownRefund: Int64 { released + refunded }
    }

    /// A refund, fixed by its first call (section 3.4).
    struct Refund: Sendable {
        enum Status: String, Sendable, CaseIterable {
            case new
            case pending
            case succeeded
            case canceled
            case failed
            case error
            case unknown
        }

        let id: String
        let payment: String
        let amount: Int64
        let time: SimulatedTime
        var status = Status.pending

        /// Money that is on its way back, or was given back.
        var counts: Bool {
            switch status {
            case .new, .pending, .succeeded, .unknown: true
            case .canceled, .failed, .error: false
            }
        }
    }

    /// A status sent to a shop, and what it answered.
    struct Callback: Sendable {
        let payment: String
        let status: String
        /// The status before it, which a replay would show.
        let previous: String
        let members: JSONObject
        let hashKey: String
        var answerStatus: Int?
        var answer: [UInt8] = []
    }
}
