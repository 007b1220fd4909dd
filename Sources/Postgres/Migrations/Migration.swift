/// One numbered SQL file: applied once per schema, never changed once merged.
package struct Migration: Sendable {
    /// The number in its name, from 1.
    package let version: Int
    /// `NNNN_name.sql`.
    package let file: String
    package let text: String
    let script: SQLScript

    /// Throws `.migration` for a name of another form, or text that does not lex.
    package init(file: String, text: String) throws(PostgresError) {
        self.file = file
        self.text = text
        version = try Self.version(in: file)
        script = try SQLScript(text, file: file)
    }

    private static func version(in file: String) throws(PostgresError) -> Int {
        let parts = file.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].hasSuffix(".sql"),
            parts[0].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let version = Int(parts[0]), version > 0
        else {
            throw PostgresError(
                .migration,
                "\(file): a migration is named NNNN_name.sql, from 0001"
            )
        }
        return version
    }
}

/// The migrations of one kind of schema, in order and without gaps.
package struct MigrationCatalog: Sendable {
    package let migrations: [Migration]

    /// Throws `.migration` for a number that is missing or used twice.
    package init(_ migrations: [Migration]) throws(PostgresError) {
        self.migrations = migrations.sorted { $0.version < $1.version }
        for (index, migration) in self.migrations.enumerated()
        where migration.version != index + 1 {
            throw PostgresError(
                .migration,
                "\(migration.file): number \(index + 1) was expected here"
            )
        }
    }

    /// The version of a schema to which all are applied.
    package var version: Int { migrations.count }
}
