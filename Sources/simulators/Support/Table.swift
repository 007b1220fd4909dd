/// Rows by identifier, in the order they were made, the oldest dropped beyond a limit.
struct Table<Row: Sendable>: Sendable {
    /// The rows in order; nil where one was dropped, which happens only at the front.
    private var rows: [Row?] = []
    private var identifiers: [String] = []
    /// Counts all rows ever made.
    private var numbers: [String: Int] = [:]
    /// The number of `rows[0]`, and how many of the first are dropped.
    private var base = 0
    private var dropped = 0
    private let limit: Int

    /// - Parameter limit: rows kept at most; nil keeps all.
    init(limit: Int? = nil) {
        precondition(limit ?? 1 > 0, "a table keeps rows")
        self.limit = limit ?? .max
    }

    var count: Int { numbers.count }

    mutating func insert(_ row: Row, id: String) {
        let previous = numbers.updateValue(base + rows.count, forKey: id)
        precondition(previous == nil, "an identifier is given once")
        rows.append(row)
        identifiers.append(id)
        if numbers.count > limit { dropOldest() }
    }

    /// The row, nil when there is none. A row can be changed in place, but not removed.
    subscript(id: String) -> Row? {
        _read {
            if let number = numbers[id] { yield rows[number - base] } else { yield nil }
        }
        _modify {
            if let number = numbers[id] {
                yield &rows[number - base]
                precondition(rows[number - base] != nil, "rows are dropped by age alone")
            } else {
                var absent: Row?
                yield &absent
                precondition(absent == nil, "rows are added by insert")
            }
        }
    }

    /// The rows, newest first.
    var newestFirst: some Sequence<Row> {
        rows[dropped...].reversed().lazy.compactMap(\.self)
    }

    private mutating func dropOldest() {
        numbers[identifiers[dropped]] = nil
        rows[dropped] = nil
        dropped += 1
        guard dropped > rows.count / 2 else { return }
        rows.removeFirst(dropped)
        identifiers.removeFirst(dropped)
        base += dropped
        dropped = 0
    }
}
