/// An error report of the server, read out of its result.
struct ServerRefusal {
    let error: PostgresError
    /// The connection ends with it: severity FATAL or PANIC, or no report of the server at all.
    let isFatal: Bool
    /// The server's plan no longer fits its tables (0A000 from `RevalidateCachedQuery`), or it does
    /// not know the prepared statement, or another under its name: prepared again, the same
    /// pipeline can succeed.
    let isStalePlan: Bool

    init(_ result: ServerResult, statement: String) {
        let sqlState = result.errorField(Field.sqlState).map(SQLState.init)
        let severity = result.errorField(Field.severity)
        isFatal = sqlState == nil || severity == "FATAL" || severity == "PANIC"
        // The function's name is not translated, the message is.
        isStalePlan =
            switch sqlState {
            case .featureNotSupported?:
                result.errorField(Field.sourceFunction) == "RevalidateCachedQuery"
            case .unknownPreparedStatement?, .duplicatePreparedStatement?: true
            default: false
            }
        let message = result.errorField(Field.message) ?? "the connection ended"
        error = PostgresError(
            sqlState == .queryCanceled ? .deadlineExceeded : .statement,
            Self.showsNoValues(sqlState) ? message : "the server refused a value",
            sqlState: sqlState,
            statement: statement,
            constraint: result.errorField(Field.constraint),
            table: result.errorField(Field.table),
            column: result.errorField(Field.column)
        )
    }

    /// Whether the messages of a class name objects only. Those of data errors (22) and of code in
    /// the database quote the value; the report's detail and context always may, so they are not
    /// read at all.
    private static func showsNoValues(_ sqlState: SQLState?) -> Bool {
        guard let sqlState else { return true }
        return switch sqlState.category {
        case "08", "0A", "23", "25", "26", "28", "2D", "34", "3D", "3F", "40", "42", "53", "54",
            "55", "57", "58":
            true
        default: false
        }
    }

    private enum Field {
        static let severity = Int32(UInt8(ascii: "V"))
        static let sqlState = Int32(UInt8(ascii: "C"))
        static let message = Int32(UInt8(ascii: "M"))
        static let table = Int32(UInt8(ascii: "t"))
        static let column = Int32(UInt8(ascii: "c"))
        static let constraint = Int32(UInt8(ascii: "n"))
        static let sourceFunction = Int32(UInt8(ascii: "R"))
    }
}
