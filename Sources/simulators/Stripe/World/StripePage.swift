extension Stripe {
    /// One page of a list, newest first.
    struct Page: Sendable {
        enum Rows: Sendable {
            case paymentIntents([PaymentIntent])
            case refunds([Refund])
            case paymentMethods([PaymentMethod])
            case events([Event])
            case balanceTransactions([BalanceTransaction])
        }

        let rows: Rows
        let hasMore: Bool
        let url: String
        var isSearch = false
    }

    /// Where a page starts and how long it is: `limit`, `starting_after`, `ending_before`.
    struct Cursor: Sendable {
        var limit = 10
        var after: String?
        var before: String?

        /// - Parameter limitOnly: search goes forwards alone.
        init(_ parameters: inout Parameters, limitOnly: Bool = false) throws(Failure) {
            if let number = try parameters.integer("limit") {
                guard (1...100).contains(number) else {
                    throw .parameter(
                        "limit",
                        "This value must be between 1 and 100.",
                        code: "parameter_invalid_integer"
                    )
                }
                limit = Int(number)
            }
            guard !limitOnly else { return }
            after = try parameters.text("starting_after")
            before = try parameters.text("ending_before")
            guard after == nil || before == nil else {
                throw .parameter(
                    "ending_before",
                    "You can only use one of starting_after and ending_before."
                )
            }
        }

        /// The rows of this page among those that `matches` lets through.
        func page<Row: Listed>(
            of rows: some Sequence<Row>,
            where matches: (Row) -> Bool
        ) throws(Failure) -> (rows: [Row], hasMore: Bool) {
            var page: [Row] = []
            var cursorSeen = after == nil && before == nil
            var hasMore = false
            for row in rows {
                if row.id == before {
                    cursorSeen = true
                    break
                }
                if before == nil, !cursorSeen {
                    cursorSeen = row.id == after
                    continue
                }
                guard matches(row) else { continue }
                if before != nil, page.count == limit {
                    // Going backwards, what counts are the rows next to the cursor.
                    page.removeFirst()
                    hasMore = true
                } else if page.count == limit {
                    hasMore = true
                    break
                }
                page.append(row)
            }
            guard cursorSeen else {
                let name = before == nil ? "starting_after" : "ending_before"
                throw .missingReference("object", before ?? after ?? "", parameter: name)
            }
            return (page, hasMore)
        }
    }

    /// `created=…` or `created[gt]`, `[gte]`, `[lt]`, `[lte]`, in Unix seconds.
    struct CreatedFilter: Sendable {
        private let range: ClosedRange<Int64>

        init(_ parameters: inout Parameters) throws(Failure) {
            let exactly = try parameters.integer("created")
            var first = exactly ?? 0
            var last = exactly ?? .max
            if let bound = try parameters.integer("created[gt]") { first = max(first, bound + 1) }
            if let bound = try parameters.integer("created[gte]") { first = max(first, bound) }
            if let bound = try parameters.integer("created[lt]") { last = min(last, bound - 1) }
            if let bound = try parameters.integer("created[lte]") { last = min(last, bound) }
            range = first <= last ? first...last : -1...(-1)
        }

        func contains(_ created: Int64) -> Bool {
            range.contains(created)
        }
    }

    /// An object that appears in lists.
    protocol Listed: Sendable {
        var id: String { get }
        var created: Int64 { get }
    }
}

extension Stripe.PaymentIntent: Stripe.Listed {}
extension Stripe.Refund: Stripe.Listed {}
extension Stripe.PaymentMethod: Stripe.Listed {}
extension Stripe.Event: Stripe.Listed {}
extension Stripe.BalanceTransaction: Stripe.Listed {}
