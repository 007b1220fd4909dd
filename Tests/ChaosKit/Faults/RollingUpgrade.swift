internal import Foundation
internal import HTTP
internal import TestKit

/// From one release to the next while clients pay: the schema first, then one process after the
/// other.
struct RollingUpgrade {
    let place: Installation
    let record: Record
    let next: Release

    /// Repeats what fails: the database is away at times.
    func roll() async throws {
        try await insist("migrate") { try await place.run(next, ["migrate"]) }
        for gateway in 0..<place.fleet.count {
            try await place.fleet.replace(gateway, by: next)
            try await pause(.seconds(1))
        }
        record.noteFault("rolling upgrade")
    }

    private func insist(_ what: String, _ body: () async throws -> Void) async throws {
        var last = ""
        for _ in 0..<60 {
            do { return try await body() } catch { last = "\(error)" }
            try await pause(.milliseconds(500))
        }
        throw Mishap("\(what) did not succeed: \(last)")
    }

    /// A release after this one, for want of another build: the same program and one more
    /// migration, which adds as all do.
    static func imagined(after release: Release, in folder: String) throws -> Release {
        let migrations = "\(folder)/migrations"
        try FileManager.default.copyItem(atPath: release.migrations, toPath: migrations)
        let tenant = "\(migrations)/tenant"
        let count = try FileManager.default.contentsOfDirectory(atPath: tenant)
            .count { $0.hasSuffix(".sql") }
        let number = String(count + 1)
        let name = String(repeating: "0", count: 4 - number.count) + number + "_imagined.sql"
        let sql = """
            -- What a next release might add.
            alter table intents add column imagined text;
            create index intents_imagined on intents (imagined) where imagined is not null;
            create table imagined (id uuid primary key);
            grant update (imagined) on intents to :"tenant";
            grant select, insert on imagined to :"tenant";

            """
        try sql.write(toFile: "\(tenant)/\(name)", atomically: true, encoding: .utf8)
        return try Release(program: release.program, migrations: migrations)
    }
}
