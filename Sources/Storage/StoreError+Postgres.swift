internal import PaymentCore
internal import Postgres

extension StoreError {
    /// Translates what Postgres said into what the core may do about it. Which uniqueness was
    /// violated is known by the statement, not by the constraint's name, which a distributed
    /// Postgres leaves out.
    init(_ error: PostgresError) {
        self.init(Self.code(of: error), error.description)
    }

    /// For bodies whose error type was lost on the way: anything else is a fault of ours.
    init(any error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as PostgresError: self.init(error)
        case is CancellationError: self.init(.unavailable, "cancelled")
        default: self.init(.fault, "\(type(of: error))")
        }
    }

    private static func code(of error: PostgresError) -> Code {
        switch error.code {
        case .unavailable, .poolTimeout, .poolFull, .poolClosed, .connectionLost,
            .deadlineExceeded, .cancelled:
            .unavailable
        case .commitUnknown: .commitUnknown
        case .decoding, .misuse, .migration: .fault
        case .statement: code(of: error.sqlState, in: error.statement)
        }
    }

    private static func code(of state: SQLState?, in statement: String?) -> Code {
        switch state {
        // A guard that found no row to change divides by zero.
        case .divisionByZero, .serializationFailure, .deadlockDetected: return .stale
        case .uniqueViolation:
            switch statement {
            case IdempotencyTable.begin.name: return .duplicateKey
            case EffectTable.insert.name: return .duplicateEffect
            default: return .duplicate
            }
        // The one column that a limit leaves empty.
        case .notNullViolation where statement == TransferTable.insert.name: return .limitExceeded
        case .foreignKeyViolation: return .missingReference
        case .undefinedTable, .undefinedColumn, .invalidSchemaName, .undefinedObject,
            .invalidParameterValue:
            return .wrongSchemaVersion
        case .lockNotAvailable: return .unavailable
        // Its disk is full, or another server is the primary now.
        case .readOnlyTransaction: return .unavailable
        default: break
        }
        // Out of resources, shutting down, or a broken connection.
        return ["53", "57", "58", "08"].contains(state?.category) ? .unavailable : .fault
    }
}

extension SQLState {
    static let divisionByZero = SQLState("22012")
    static let duplicateObject = SQLState("42710")
    static let undefinedColumn = SQLState("42703")
}

/// Runs `body` and translates its error.
func storing<Value>(
    _ body: () async throws(PostgresError) -> Value
) async throws(StoreError) -> Value {
    do {
        return try await body()
    } catch {
        throw StoreError(error)
    }
}

/// Decodes and translates the error.
func decoding<Value>(_ body: () throws(PostgresError) -> Value) throws(StoreError) -> Value {
    do {
        return try body()
    } catch {
        throw StoreError(error)
    }
}
