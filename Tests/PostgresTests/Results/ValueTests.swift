import Testing

@testable import Postgres

@Suite struct ValueTests {
    static let echo = Statement(
        "echo",
        """
        select $1::bigint as big, $2::integer as int, $3::smallint as small, $4::boolean as bool,
            $5::text as text, $6::bytea as bytes, $7::timestamptz as at, $8::jsonb as jsonb,
            $9::json as json, $10::uuid as uuid, $11::bigint[] as bigs, $12::text[] as texts,
            $13::numeric as numeric, null::text as nothing
        """
    )

    @Test(arguments: [true, false])
    func `what is bound comes back`(named: Bool) async throws {
        try await withPool {
            $0.namedPreparedStatements = named
        } _: { pool in
            let uuid: UInt128 = 0x0190_4d2c_9f6e_7abc_8def_0123_4567_89ab
            let query = Self.echo(
                .int64(.min),
                -7,
                7,
                true,
                "tab\t quote\" back\\ ünï 🙂",
                .bytes([0, 1, 255]),
                .timestamp(microseconds: 1_732_166_675_123_456),
                .json(#"{"b": 1, "a": [2]}"#),
                .json(#"{"b": 1}"#),
                .uuid(uuid),
                .int64Array([1, -2, .max]),
                .textArray(["a", "", "q\"\\,{} null", "NULL"]),
                "12500"
            )
            let row = try await pool.read(role: nil, [query])[0].only
            #expect(try row.int64("big") == .min)
            #expect(try row.int("int") == -7)
            #expect(try row.int("small") == 7)
            #expect(try row.bool("bool"))
            #expect(try row.text("text") == "tab\t quote\" back\\ ünï 🙂")
            #expect(try row.bytes("bytes") == [0, 1, 255])
            #expect(try row.timestamp("at") == 1_732_166_675_123_456)
            #expect(try row.text("jsonb") == #"{"a": [2], "b": 1}"#)
            #expect(try row.text("json") == #"{"b": 1}"#)
            #expect(try row.uuid("uuid") == uuid)
            #expect(try row.text("uuid") == "01904d2c-9f6e-7abc-8def-0123456789ab")
            #expect(try row.int64Array("bigs") == [1, -2, .max])
            #expect(try row.textArray("texts") == ["a", "", "q\"\\,{} null", "NULL"])
            #expect(try row.int64("numeric") == 12_500)
            #expect(try row.textOrNil("nothing") == nil)
            #expect(try row.isNull(13))
            #expect(try row.int64(0) == .min)
        }
    }

    @Test(arguments: [
        "0", "1", "-1", "10000", "123456789012345678", "0.5", "-0.001", "1000000.10", "99990001",
        "0.00001234", "12345678901234567890.123456789",
    ])
    func `a numeric is read exactly`(text: String) async throws {
        try await withPool { pool in
            let select = Statement.test("select $1::numeric as value")
            let row = try await pool.read(role: nil, [select(.text(text))])[0].only
            #expect(try row.text("value") == text)
            if let whole = Int64(text) {
                #expect(try row.int64("value") == whole)
            } else {
                #expect(throws: PostgresError.self) { try row.int64("value") }
            }
        }
    }

    @Test(
        arguments: [
            (0, "1970-01-01 00:00:00.000000+00"),
            (-1, "1969-12-31 23:59:59.999999+00"),
            (951_782_400_000_000, "2000-02-29 00:00:00.000000+00"),
            (4_107_542_399_000_000, "2100-02-28 23:59:59.000000+00"),
            (-62_135_596_800_000_000, "0001-01-01 00:00:00.000000+00"),
            (253_402_300_799_999_999, "9999-12-31 23:59:59.999999+00"),
        ] as [(Int64, String)]
    )
    func `a moment is written and read as Postgres writes it`(
        microseconds: Int64,
        text: String
    ) throws {
        #expect(TimestampText.string(microseconds: microseconds) == text)
        #expect(try TimestampText.microseconds(text) == microseconds)
    }

    @Test func `a moment outside the years that text can write is refused`() {
        #expect(TimestampText.string(microseconds: 253_402_300_800_000_000) == nil)
        #expect(TimestampText.string(microseconds: .min) == nil)
        for text in [
            "", "2026", "infinity", "2026-01-01 00:00:00+02", "2026-01-01 00:00:00.1234567+00",
        ] {
            #expect(throws: CellError.self) { try TimestampText.microseconds(text) }
        }
    }

    @Test func `reading a column as what it is not says which and why, not what it held`()
        async throws
    {
        try await withPool { pool in
            let select = Statement("odd", "select 'secret'::text as a, null::bigint as b, 1.5 as c")
            let row = try await pool.read(role: nil, [select()])[0].only
            let wrong = try await failure { () throws(PostgresError) in try row.int64("a") }
            #expect(wrong.code == .decoding)
            #expect(wrong.message == "column \"a\" of type text: cannot be read as an integer")
            #expect(wrong.statement == "odd")
            let null = try await failure { () throws(PostgresError) in try row.int64("b") }
            #expect(null.message == "column \"b\" is null")
            let fraction = try await failure { () throws(PostgresError) in try row.int64("c") }
            #expect(fraction.message.hasSuffix("does not fit into Int64: it has decimals"))
            let absent = try await failure { () throws(PostgresError) in try row.int64("d") }
            #expect(absent.message == "no column \"d\" among: a, b, c")
            let beyond = try await failure { () throws(PostgresError) in try row.int64(3) }
            #expect(beyond.code == .decoding)
        }
    }

    @Test func `a bind that Postgres cannot take is refused before anything is sent`() async throws
    {
        try await withPool {
            $0.maximumConnections = 1
        } _: { pool in
            let select = Statement("echo", "select $1::text as a")
            let error = try await failure { () async throws(PostgresError) in
                try await pool.transaction(role: nil, [select("a"), select("zero\0byte")])
            }
            #expect(error.code == .misuse)
            #expect(error.description == "misuse: bind 1 contains U+0000 in echo")
            #expect(try await pool.read(role: nil, [select("b")])[0].only.text("a") == "b")
            #expect(pool.snapshot.opened == 1)
        }
    }

    @Test func `no bind shows in any error or description`() async throws {
        let secret = "4242-secret-4242"
        try await withPool { pool in
            try await pool.transaction(
                role: nil,
                [
                    Statement.test("create type mood as enum ('ok')")(),
                    Statement.test(
                        "create table t (id text primary key, n integer check (n > 0), m mood)"
                    )(),
                    Statement.test("insert into t values ('4242-secret-4242', 1, 'ok')")(),
                ]
            )
            let insert = Statement("t.add", "insert into t (id, n, m) values ($1, $2, $3)")
            let attempts: [[PostgresValue]] = [
                [.text(secret), 1, "ok"], ["a", .text(secret), "ok"], ["a", -4242, "ok"],
                ["a", 1, .text(secret)], [.text(secret + "\0"), 1, "ok"],
                ["a", .int64(424_242_424_242), "ok"],
            ]
            for binds in attempts {
                let error = try await failure { () async throws(PostgresError) in
                    try await pool.transaction(role: nil, [Query(insert, binds)])
                }
                let texts = ["\(error)", String(reflecting: error), "\(Query(insert, binds))"]
                #expect(!texts.contains { $0.contains("4242") }, "\(error.code)")
            }
            var dumped = ""
            dump(attempts, to: &dumped)
            #expect(!dumped.contains("4242"))
        }
    }
}
