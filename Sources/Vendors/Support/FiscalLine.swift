import PaymentCore

/// One line of a fiscal receipt in Uzbekistan: an order's item and its code in the national
/// catalogue of goods and services (IKPU or MXIK), 17 digits.
struct FiscalLine {
    let item: Order.Item
    let code: String
    /// In tiyin, of all pieces.
    let price: Int64

    /// - Parameter otherwise: the code of items whose `sku` is not one.
    /// - Returns: nil when an item has no code, or the lines do not add up to `amount` in tiyin, as
    ///   for a part of an order: no receipt is better than a wrong one.
    static func lines(
        of items: [Order.Item],
        addingUpTo amount: Int64,
        otherwise code: String?
    ) -> [FiscalLine]? {
        guard !items.isEmpty else { return nil }
        var rest = amount
        var lines: [FiscalLine] = []
        for item in items {
            let own = item.sku.flatMap { $0.isDecimal(17) ? $0 : nil }
            let (price, overflow) = item.quantity.multipliedReportingOverflow(by: item.unitAmount)
            guard let code = own ?? code, !overflow, price >= 0, price <= rest else { return nil }
            rest -= price
            lines.append(FiscalLine(item: item, code: code, price: price))
        }
        return rest == 0 ? lines : nil
    }
}
