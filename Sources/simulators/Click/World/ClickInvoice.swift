extension Click {
    /// An invoice pushed to a payer's telephone (section 3.6).
    struct Invoice: Sendable {
        enum Status: Int64, Sendable {
            case deleted = -99
            case waiting = 0
            case paid = 1

            var note: String {
                switch self {
                case .deleted: "Deleted"
                case .waiting: "Waiting for payment"
                case .paid: "Paid"
                }
            }
        }

        let id: Int64
        let service: Int64
        let amount: Hundredths
        let reference: String
        let phone: String
        var status = Status.waiting
    }

    /// What a payer's app shows as a QR code, for one payment soon (section 3.6).
    struct Pass: Sendable {
        let card: TestCard
        let end: SimulatedTime
    }

    /// A card as one service has it: behind a token.
    struct Token: Sendable {
        let service: Int64
        let card: TestCard
        /// Vanishes after one payment.
        let isTemporary: Bool
        var isVerified = false
        var isDeleted = false
    }
}
