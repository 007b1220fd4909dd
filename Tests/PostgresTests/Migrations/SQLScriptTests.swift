import Testing

@testable import Postgres

@Suite struct SQLScriptTests {
    @Test(arguments: [
        ("select 1; select 2;", ["select 1", "select 2"]),
        ("select ';'; select 1", ["select ';'", "select 1"]),
        ("select 'it''s; fine'; x", ["select 'it''s; fine'", "x"]),
        ("select E'a\\';b'; x", ["select E'a\\';b'", "x"]),
        ("select 'a\\'; x", ["select 'a\\'", "x"]),
        ("select \"a;\"\"b\"; x", ["select \"a;\"\"b\"", "x"]),
        ("select $$ ; $$; x", ["select $$ ; $$", "x"]),
        ("select $a$ $$ ; $b$ $a$; x", ["select $a$ $$ ; $b$ $a$", "x"]),
        ("select $1; select a$1;", ["select $1", "select a$1"]),
        ("-- one; two\nselect 1 -- three;\n; x", ["select 1", "x"]),
        ("/* a /* b; */ c; */ select 1; x", ["select 1", "x"]),
        ("select 1 /* ; */ + 2; x", ["select 1 /* ; */ + 2", "x"]),
        ("select 1 - -1; select 4/2", ["select 1 - -1", "select 4/2"]),
        (" ;; ; ", []),
        ("", []),
        ("select 'ünï;côdé'; x", ["select 'ünï;côdé'", "x"]),
    ])
    func `a script is split at the semicolons that end statements`(
        text: String,
        pieces: [String]
    ) throws {
        let script = try SQLScript(text, file: "0001_test.sql")
        #expect(script.pieces.map { String($0.text) } == pieces)
    }

    @Test func `a statement knows its line`() throws {
        let script = try SQLScript("\n-- head\nselect\n1;\n\n  select 2;", file: "0001_test.sql")
        #expect(script.pieces.map(\.line) == [3, 6])
    }

    @Test(arguments: ["select 'a", "select \"a", "select $x$ $y$", "/* /* */", "select E'\\'"])
    func `what is never closed is refused with its line`(text: String) {
        let error = #expect(throws: PostgresError.self) {
            try SQLScript("\n" + text, file: "0001_test.sql")
        }
        #expect(error?.code == .migration)
        #expect(error?.message.hasPrefix("0001_test.sql:2: ") == true)
    }

    @Test func `a variable becomes a quoted identifier`() throws {
        let script = try SQLScript(
            "grant select on x to :\"role\"; select ':\"role\"'",
            file: "0001_test.sql"
        )
        let variables = ["role": "a\"b; drop"]
        #expect(
            script.pieces.map { $0.sql(with: variables) } == [
                "grant select on x to \"a\"\"b; drop\"", "select ':\"role\"'",
            ]
        )
        #expect(script.pieces[0].sql(with: [:]) == nil)
    }

    @Test func `numbers must be dense and names must say them`() throws {
        let one = try Migration(file: "0001_a.sql", text: "select 1")
        let two = try Migration(file: "0002_b.sql", text: "select 1")
        let three = try Migration(file: "0003_c.sql", text: "select 1")
        #expect(try MigrationCatalog([two, one]).migrations.map(\.version) == [1, 2])
        #expect(throws: PostgresError.self) { try MigrationCatalog([one, three]) }
        #expect(throws: PostgresError.self) { try MigrationCatalog([one, one]) }
        for file in ["1_a.sql", "0000_a.sql", "0001a.sql", "0001_a.txt", "+001_a.sql"] {
            #expect(throws: PostgresError.self) { try Migration(file: file, text: "") }
        }
    }
}
