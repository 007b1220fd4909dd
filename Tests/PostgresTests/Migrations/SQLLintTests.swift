import Postgres
import Testing

@Suite struct SQLLintTests {
    @Test(arguments: [
        ("create trigger t after insert on a execute function f()", [SQLLint.Rule.trigger]),
        ("create constraint trigger t after insert on a execute function f()", [.trigger]),
        ("create or replace rule r as on insert to a do nothing", [.rewriteRule]),
        ("create table b () inherits (a)", [.inheritance]),
        ("alter table b inherit a", [.inheritance]),
        ("create function f() returns int language sql as $$ select 1 $$", [.procedure]),
        ("do $$ begin end $$", [.procedure]),
        ("create table s.a (id bigint)", [.qualifiedName]),
        ("create table if not exists s.a (id bigint)", [.qualifiedName]),
        ("create table a (b bigint references s.b (id))", [.qualifiedName]),
        ("alter table only \"S\".a add b text", [.qualifiedName]),
        ("create index i on s.a (id)", [.qualifiedName]),
        ("grant select on s.a to b", [.qualifiedName]),
        ("grant select on a, s.b to c", [.qualifiedName]),
        ("select * from a, s.b", [.qualifiedName]),
        ("select * from a join s.b on a.id = b.id", [.qualifiedName]),
        ("insert into s.a values (1)", [.qualifiedName]),
        ("update s.a set b = 1", [.qualifiedName]),
        ("delete from a using s.b where a.id = b.id", [.qualifiedName]),
        ("select pg_catalog.now()", [.qualifiedName]),
        ("select s.a.b from a", [.qualifiedName]),
        ("select current_setting('a.b')", [.currentSetting]),
        ("create table a (b timestamptz default clock_timestamp())", [.volatileFunction]),
        ("insert into a values (gen_random_uuid())", [.volatileFunction]),
        ("select pg_advisory_xact_lock(1)", [.volatileFunction]),
        ("alter table a alter column b type text", [.columnType]),
        ("alter table a alter b set data type text using b::text", [.columnType]),
        ("create table a (id bigserial primary key)", [.sequence]),
        ("create table a (id bigint generated always as identity)", [.sequence]),
        ("create sequence s", [.sequence]),
        ("create temp table a (id bigint)", [.sessionState]),
        ("set search_path = a", [.sessionState]),
        ("listen a", [.sessionState]),
        ("begin", [.transactionControl]),
        ("create index concurrently i on a (id)", [.transactionControl]),
    ])
    func `what breaks a rule is found`(sql: String, rules: [SQLLint.Rule]) throws {
        let migration = try Migration(file: "0001_test.sql", text: "select 1;\n\(sql);")
        let findings = SQLLint.findings(in: migration)
        #expect(findings.map(\.rule) == rules)
        #expect(findings.allSatisfy { $0.line == 2 && $0.file == "0001_test.sql" })
    }

    @Test(arguments: [
        "create table a (id uuid primary key, type text not null, at timestamptz default now())",
        "create table p partition of a for values in (1)",
        "alter table a add column b text",
        "alter table a alter column type set not null",
        "create unique index i on a (b) where c is distinct from 'x'",
        "select a.id, b.type from a join b on a.id = b.a_id where b.x is distinct from a.x",
        "select extract(epoch from a.at) from a",
        "insert into a (id) values ($1) on conflict (id) do update set b = excluded.b",
        "insert into a (b, c) select x.b, x.c from x where x.d in (select y.d from y)",
        "select a.b, a.c from a order by a.b, a.c",
        "update a set b = a.b + 1, c = x.c from x where x.id = a.id returning a.id, a.b",
        "select 'create trigger', \"serial\" from a for update of a",
        "select 1 -- create trigger\n",
        "grant select, insert on a, b to :\"role\"",
        "with g as (update a set b = 1 where id = $1 returning id) insert into c select g.id from g",
        "select * from unnest($1::bigint[], $2::text[]) as u (id, name) join a on a.id = u.id",
        "create table a (b bigint references b (id) on delete restrict on update restrict)",
    ])
    func `what keeps the rules passes`(sql: String) throws {
        let migration = try Migration(file: "0001_test.sql", text: sql)
        #expect(SQLLint.findings(in: migration) == [])
    }

    @Test func `statements are held to the rules too`() throws {
        let statement = Statement("bad", "select random()\nfrom other.a")
        #expect(
            try SQLLint.findings(in: statement).map(\.description) == [
                "bad:1: volatile-function: random", "bad:2: qualified-name: other",
            ]
        )
    }
}
