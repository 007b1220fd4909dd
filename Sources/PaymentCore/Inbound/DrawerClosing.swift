/// What the back office counted when a cash drawer was closed.
package struct DrawerClosing: Sendable, Hashable {
    package struct Line: Sendable, Hashable {
        package let receipt: String
        package let amount: Int64

        package init(receipt: String, amount: Int64) {
            self.receipt = receipt
            self.amount = amount
        }
    }

    package let drawer: String
    package let property: String
    package let openedAt: Timestamp
    package let closedAt: Timestamp
    package let currency: Currency
    package let counted: Int64
    package let lines: [Line]

    package init(
        drawer: String,
        property: String,
        openedAt: Timestamp,
        closedAt: Timestamp,
        currency: Currency,
        counted: Int64,
        lines: [Line]
    ) {
        self.drawer = drawer
        self.property = property
        self.openedAt = openedAt
        self.closedAt = closedAt
        self.currency = currency
        self.counted = counted
        self.lines = lines
    }
}

/// A drawer's closing compared with the receipts that we recorded meanwhile.
package struct DrawerMatch: Sendable, Hashable {
    package let matched: Int
    /// Ours that the drawer does not have.
    package let missing: [ReceiptID]
    /// The drawer's that are not ours.
    package let unknown: [String]
    /// On both sides, with different amounts.
    package let differing: [String]
    /// Received less paid out, by our receipts, in minor units; on overflow the nearest that fits,
    /// which no drawer counts.
    package let expected: Int64
    package let counted: Int64

    package var agrees: Bool {
        missing.isEmpty && unknown.isEmpty && differing.isEmpty && expected == counted
    }

    /// - Parameter receipts: ours of the drawer and the period.
    package init(_ closing: DrawerClosing, _ receipts: [CashReceipt]) {
        let ours = receipts.filter { $0.amount.currency == closing.currency }
        let known = Dictionary(uniqueKeysWithValues: ours.map { ($0.id.description, $0) })
        let told = Set(closing.lines.map(\.receipt))
        var matched = 0
        var unknown: [String] = []
        var differing: [String] = []
        for line in closing.lines {
            guard let receipt = known[line.receipt] else {
                unknown.append(line.receipt)
                continue
            }
            // What was paid out may be reported with or without its sign.
            if line.amount.magnitude == receipt.amount.minorUnits.magnitude {
                matched += 1
            } else {
                differing.append(line.receipt)
            }
        }
        self.matched = matched
        self.unknown = unknown
        self.differing = differing
        missing = ours.filter { !told.contains($0.id.description) }.map(\.id)
        let sum = ours.reduce(Int128(0)) { sum, receipt in
            switch receipt.direction {
            case .received: sum + Int128(receipt.amount.minorUnits)
            case .paidOut: sum - Int128(receipt.amount.minorUnits)
            }
        }
        expected = Int64(clamping: sum)
        counted = closing.counted
    }
}
