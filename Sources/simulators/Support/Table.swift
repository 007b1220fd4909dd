/// Rows by identifier, remembered in the order they were made, the oldest dropped beyond a limit.
struct Table<Row: Sendable>: Sendable {
    private var rows: [String: Row] = [:]
    private var order: [String] = []
    private var firstKept = 0
    private let limit: Int

    /// - Parameter limit: rows kept at most; nil keeps all.
    init(limit: Int? = nil) {
        self.limit = limit ?? .max
    }

    var count: Int { rows.count }

    /// Adds a row; gives back the one that had to go.
    @discardableResult
    mutating func insert(_ row: Row, id: String) -> Row? {
        let previous = rows.updateValue(row, forKey: id)
        precondition(previous == nil, "an identifier is given once")
        order.append(id)
        guard rows.count > limit else { return nil }
        let oldest = order[firstKept]
        firstKept += 1
        if firstKept > order.count / 2 {
            order.removeFirst(firstKept)
            firstKept = 0
        }
        return rows.removeValue(forKey: oldest)
    }

    subscript(id: String) -> Row? {
        _read { yield rows[id] }
        _modify { yield &rows[id] }
    }

    /// The rows, newest first.
    var newestFirst: some Sequence<Row> {
        order[firstKept...].reversed().lazy.compactMap { rows[$0] }
    }
}
