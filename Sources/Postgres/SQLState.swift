/// The five characters by which Postgres classifies an error (its manual, appendix A).
package struct SQLState: Sendable, Hashable, CustomStringConvertible {
    package let code: String

    package init(_ code: String) { self.code = code }

    /// The first two characters: the class.
    package var category: String { String(code.prefix(2)) }

    package var description: String { code }

    package static let uniqueViolation = SQLState("23505")
    package static let foreignKeyViolation = SQLState("23503")
    package static let checkViolation = SQLState("23514")
    package static let notNullViolation = SQLState("23502")
    package static let insufficientPrivilege = SQLState("42501")
    package static let undefinedTable = SQLState("42P01")
    package static let invalidSchemaName = SQLState("3F000")
    package static let undefinedObject = SQLState("42704")
    package static let duplicateObject = SQLState("42710")
    package static let invalidParameterValue = SQLState("22023")
    package static let serializationFailure = SQLState("40001")
    package static let deadlockDetected = SQLState("40P01")
    package static let lockNotAvailable = SQLState("55P03")
    package static let queryCanceled = SQLState("57014")
    package static let readOnlyTransaction = SQLState("25006")
    package static let featureNotSupported = SQLState("0A000")
    package static let unknownPreparedStatement = SQLState("26000")
    package static let duplicatePreparedStatement = SQLState("42P05")
}
