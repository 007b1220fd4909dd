internal import PaymentCore
internal import Postgres

extension IntentFilter {
    /// More conditions on vendors' fields than this are refused as too broad.
    static let mostDetails = 8

    /// Whether one index answers all but the period, in list order: such a list reads what it shows.
    var isNarrow: Bool {
        let answered = [
            states.count == 1, currency != nil, vendor != nil, account != nil, customer != nil,
            method != nil, methodKind != nil, order != nil, item != nil, property != nil,
            hasDiscrepancy == true,
        ]
        let isElsewhere =
            states.count > 1 || minimumAmount != nil || maximumAmount != nil
            || orderReference != nil || hasDiscrepancy == false || !details.isEmpty
        return !isElsewhere && answered.count(where: { $0 }) <= 1
    }

    /// The conditions on `intents i`, each answered by an index of its own in list order.
    ///
    /// What leads to few payments from another table says so by itself: the planner expects hardly
    /// a row in a short range of identifiers, since it cannot tell how far apart two are, and would
    /// read all of it first.
    ///
    /// - Parameter last: where the page before ended; nil for the first.
    func conditions(after last: UUID7? = nil) -> Conditions {
        var conditions = Conditions()
        conditions.require("i.id < ?", item == nil ? last : nil) { .id($0) }
        if item == nil, orderReference == nil {
            conditions.require("i.id >= ?", createdFrom) { .id(.earliest(from: $0)) }
            conditions.require("i.id < ?", createdBefore) { .id(.latest(before: $0)) }
        }
        conditions.require("i.created_at >= ?", createdFrom, PostgresValue.time)
        conditions.require("i.created_at < ?", createdBefore, PostgresValue.time)
        conditions.require("i.amount >= ?", minimumAmount, PostgresValue.int64)
        conditions.require("i.amount <= ?", maximumAmount, PostgresValue.int64)
        conditions.require("i.currency = ?", currency) { .text($0.code) }
        // One state can be read in list order, several cannot.
        if states.count == 1, let state = states.first {
            conditions.require("i.state = ?", .word(state))
        } else if !states.isEmpty {
            let names = states.map(\.rawValue).sorted()
            conditions.require("i.state = any(?::text[])", .textArray(names))
        }
        conditions.require("i.vendor = ?", vendor) { .text($0.name) }
        conditions.require("i.account_id = ?", account) { .id($0) }
        conditions.require("i.customer_id = ?", customer) { .id($0) }
        conditions.require("i.method_id = ?", method) { .id($0) }
        conditions.require("i.method_kind = ?", methodKind) { .word($0) }
        conditions.require("i.order_id = ?", order) { .id($0) }
        conditions.require(
            "exists (select from orders o where o.id = i.order_id and o.reference = ?)",
            orderReference,
            PostgresValue.text
        )
        if let item {
            // The period constrains the other table's identifiers.
            let end = min(last ?? .greatest, createdBefore.map(UUID7.latest) ?? .greatest)
            conditions.require(
                """
                exists (
                    select from intent_items t
                    where t.intent_id = i.id and t.sku = ? and t.intent_id >= ? and t.intent_id < ?
                )
                """,
                .text(item),
                .id(createdFrom.map(UUID7.earliest) ?? .least),
                .id(end)
            )
        }
        conditions.require("i.property = ?", property, PostgresValue.text)
        switch hasDiscrepancy {
        case true?: conditions.require("i.has_discrepancy")
        case false?: conditions.require("not i.has_discrepancy")
        case nil: break
        }
        for detail in details { detail.add(to: &conditions) }
        return conditions
    }
}

extension DetailCondition {
    fileprivate func add(to conditions: inout Conditions) {
        switch comparison {
        case .equals(let value):
            let terms = DetailTerms.matching(path: path, value: value)
            conditions.require("i.detail_terms && ?::text[]", .textArray(terms))
        case .lessThan(let bound): compare(with: bound, allowing: [-1], &conditions)
        case .greaterThan(let bound): compare(with: bound, allowing: [1], &conditions)
        case .between(let low, let high):
            compare(with: low, allowing: [0, 1], &conditions)
            compare(with: high, allowing: [-1, 0], &conditions)
        }
    }

    /// By value when both sides are plain decimals, also where a vendor writes them as text
    /// (`"10.00"`); as texts otherwise. The sign of the comparison must be one of those allowed.
    ///
    /// No index answers an order over fields that nobody knows beforehand: the other filters and
    /// the period choose the rows, and what would read too much is refused.
    private func compare(
        with bound: String,
        allowing signs: [Int64],
        _ conditions: inout Conditions
    ) {
        let path = PostgresValue.textArray(path)
        if DetailTerms.normalized(number: bound) != nil {
            conditions.require(
                """
                case when i.details #>> ?::text[] ~ '^(-|)[0-9]{1,60}([.][0-9]{1,60}|)$'
                then sign((i.details #>> ?::text[])::numeric - ?::numeric)::bigint
                    = any(?::bigint[]) end
                """,
                path,
                path,
                .text(bound),
                .int64Array(signs)
            )
        } else {
            conditions.require(
                """
                i.details #>> ?::text[] is not null
                and case when (i.details #>> ?::text[]) collate "C" < ? then -1
                    when i.details #>> ?::text[] = ? then 0 else 1 end = any(?::bigint[])
                """,
                path,
                path,
                .text(bound),
                path,
                .text(bound),
                .int64Array(signs)
            )
        }
    }
}
