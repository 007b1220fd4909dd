/// One row. Each reader names the Swift type it wants and throws `.decoding` when the column is
/// absent, null or of a type that does not fit exactly; the `OrNil` forms let null through.
package struct Row: Sendable {
    let result: ServerResult
    let index: Int
    let statement: String

    /// An integer from `int2`, `int4`, `int8`, `oid`, or a whole `numeric` (a sum of bigints).
    package func int64(_ column: Column) throws(PostgresError) -> Int64 {
        try present(column, Cell.int64)
    }
    package func int64OrNil(_ column: Column) throws(PostgresError) -> Int64? {
        try optional(column, Cell.int64)
    }

    package func int(_ column: Column) throws(PostgresError) -> Int { Int(try int64(column)) }
    package func intOrNil(_ column: Column) throws(PostgresError) -> Int? {
        try int64OrNil(column).map(Int.init)
    }

    package func bool(_ column: Column) throws(PostgresError) -> Bool {
        try present(column, Cell.bool)
    }
    package func boolOrNil(_ column: Column) throws(PostgresError) -> Bool? {
        try optional(column, Cell.bool)
    }

    /// Text from text-like, enum, `json`, `jsonb`, `uuid` or `numeric` columns.
    package func text(_ column: Column) throws(PostgresError) -> String {
        try present(column, Cell.text)
    }
    package func textOrNil(_ column: Column) throws(PostgresError) -> String? {
        try optional(column, Cell.text)
    }

    package func bytes(_ column: Column) throws(PostgresError) -> [UInt8] {
        try present(column, Cell.bytes)
    }
    package func bytesOrNil(_ column: Column) throws(PostgresError) -> [UInt8]? {
        try optional(column, Cell.bytes)
    }

    /// Microseconds since the Unix epoch, UTC, from `timestamptz` (or `timestamp`, taken as UTC).
    package func timestamp(_ column: Column) throws(PostgresError) -> Int64 {
        try present(column, Cell.timestamp)
    }
    package func timestampOrNil(_ column: Column) throws(PostgresError) -> Int64? {
        try optional(column, Cell.timestamp)
    }

    package func uuid(_ column: Column) throws(PostgresError) -> UInt128 {
        try present(column, Cell.uuid)
    }
    package func uuidOrNil(_ column: Column) throws(PostgresError) -> UInt128? {
        try optional(column, Cell.uuid)
    }

    package func int64Array(_ column: Column) throws(PostgresError) -> [Int64] {
        try present(column, Cell.int64Array)
    }

    package func textArray(_ column: Column) throws(PostgresError) -> [String] {
        try present(column, Cell.textArray)
    }

    package func isNull(_ column: Column) throws(PostgresError) -> Bool {
        result.isNull(row: index, column: try position(of: column))
    }
}

extension Row: CustomStringConvertible {
    /// The shape alone; values may be personal.
    package var description: String { "row \(index) of \(statement)" }
}

extension Row {
    private func present<Value>(
        _ column: Column,
        _ decode: (borrowing Cell) throws(CellError) -> Value
    ) throws(PostgresError) -> Value {
        guard let value = try optional(column, decode) else {
            throw PostgresError(.decoding, "\(column) is null", statement: statement)
        }
        return value
    }

    private func optional<Value>(
        _ column: Column,
        _ decode: (borrowing Cell) throws(CellError) -> Value
    ) throws(PostgresError) -> Value? {
        let position = try position(of: column)
        guard !result.isNull(row: index, column: position) else { return nil }
        let type = result.type(of: position)
        let isBinary = result.isBinary(position)
        do {
            return try unsafe result.withCell(row: index, column: position) {
                (bytes) throws(CellError) in
                try decode(unsafe Cell(bytes: bytes, type: type, isBinary: isBinary))
            }
        } catch {
            throw PostgresError(
                .decoding,
                "\(column) of type \(type): \(error)",
                statement: statement
            )
        }
    }

    private func position(of column: Column) throws(PostgresError) -> Int {
        let count = result.columnCount
        switch column {
        case .position(let position) where (0..<count).contains(position):
            return position
        case .name(let name):
            if let position = (0..<count).first(where: { result.columnIs($0, name) }) {
                return position
            }
        case .position:
            break
        }
        let names = (0..<count).map(result.columnName).joined(separator: ", ")
        throw PostgresError(.decoding, "no \(column) among: \(names)", statement: statement)
    }
}
