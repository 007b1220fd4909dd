/// The answer to one statement: its rows, and how many rows it touched.
///
/// Rows are decoded where they are read, straight from libpq's memory.
package struct Rows: Sendable, RandomAccessCollection {
    let result: ServerResult
    let statement: String

    package var startIndex: Int { 0 }
    package var endIndex: Int { result.rowCount }

    package subscript(position: Int) -> Row {
        precondition(indices.contains(position), "row \(position) of \(count)")
        return Row(result: result, index: position, statement: statement)
    }

    /// Rows inserted, updated, deleted or selected, from the command tag.
    package var affected: Int { result.affected }

    package var columnNames: [String] { (0..<result.columnCount).map(result.columnName) }

    /// The one row of a statement that must give exactly one; else `.decoding`.
    package var only: Row {
        get throws(PostgresError) {
            guard count == 1 else {
                throw PostgresError(
                    .decoding,
                    "expected one row, got \(count)",
                    statement: statement
                )
            }
            return self[0]
        }
    }
}

extension Rows: CustomStringConvertible {
    /// The shape alone; values may be personal.
    package var description: String { "\(count) rows of \(statement)" }
}
