extension Payment {
    /// The transfers that bring the books from the payment as it was loaded to what it is now.
    ///
    /// Afterwards the merchant's balance holds, of this payment, captured less refunded; pending
    /// on it are what is held and what is reserved for refunds.
    ///
    /// - Parameter drawer: where cash was taken or paid out, when it was.
    package func transfers(drawer: String? = nil) -> [Transfer] {
        var books = PaymentBooks(self, drawer: drawer)
        books.book()
        return books.transfers
    }

    /// Whether this change asks for a refund: an intention of ours, which may be refused.
    var asksRefund: Bool {
        switch reservation {
        case .refund: true
        case .none, .capture, .release: false
        }
    }

    /// The transfers, and in any case an event: the books take their order from the feed, so what
    /// is posted is published. Call once, just before the events are made.
    package mutating func book(drawer: String? = nil) -> [Transfer] {
        let transfers = transfers(drawer: drawer)
        if !transfers.isEmpty { markUpdated() }
        return transfers
    }
}
