internal import CLibpq
internal import Glibc

/// The owner of one `PGresult`.
@safe final class ServerResult: @unchecked Sendable {
    // Safe because: libpq never changes a finished result, and only `deinit` frees it.
    private let result: OpaquePointer

    init(adopting result: OpaquePointer) { unsafe self.result = unsafe result }

    deinit { unsafe PQclear(result) }

    var status: ExecStatusType { unsafe PQresultStatus(result) }
    var rowCount: Int { unsafe Int(PQntuples(result)) }
    var columnCount: Int { unsafe Int(PQnfields(result)) }

    /// The command tag, such as `COMMIT` or `INSERT 0 1`.
    var tag: String { unsafe String(cString: PQcmdStatus(result)) }

    func tagIs(_ tag: StaticString) -> Bool {
        unsafe strcmp(PQcmdStatus(result), tag.utf8Start) == 0
    }

    /// Rows inserted, updated, deleted, copied or selected.
    var affected: Int { unsafe Int(atoll(PQcmdTuples(result))) }

    func columnName(_ column: Int) -> String {
        unsafe String(cString: PQfname(result, Int32(column)))
    }

    func columnIs(_ column: Int, _ name: StaticString) -> Bool {
        unsafe strcmp(PQfname(result, Int32(column)), name.utf8Start) == 0
    }

    func type(of column: Int) -> PostgresType {
        unsafe PostgresType(oid: PQftype(result, Int32(column)))
    }

    func isBinary(_ column: Int) -> Bool { unsafe PQfformat(result, Int32(column)) == 1 }

    func isNull(row: Int, column: Int) -> Bool {
        unsafe PQgetisnull(result, Int32(row), Int32(column)) == 1
    }

    /// The bytes of a cell, valid only inside `body`.
    func withCell<Value, Failure: Error>(
        row: Int,
        column: Int,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let start = unsafe PQgetvalue(result, Int32(row), Int32(column))
        let count = unsafe Int(PQgetlength(result, Int32(row), Int32(column)))
        return try unsafe body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// A field of an error report, such as `PG_DIAG_SQLSTATE`.
    func errorField(_ field: Int32) -> String? {
        guard let text = unsafe PQresultErrorField(result, field) else { return nil }
        return unsafe String(cString: text)
    }
}
