import ArgumentParser
import Cryptography
import Foundation
import JSON
import PaymentAPI
import PaymentCore
import Storage

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Verify, export and read a tenant's books.",
        subcommands: [Verify.self, Export.self, Accounts.self, Key.self]
    )

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recompute the books: balance, chain, signatures, agreement with payments.",
            discussion: """
                Exits with status 1 when something is found. Heads that were kept elsewhere show \
                also that the end was not cut off: give them as a file of JSON lines, such as an \
                earlier export or published ledger.sealed events.
                """
        )

        @Argument(help: "The tenant.") var tenant: TenantID
        @OptionGroup var evidence: KnownEvidence

        func run() async throws {
            let known = try evidence.knownHeads()
            let keys = try evidence.keys()
            let report = try await Runtime.offline { services in
                try await LedgerVerification(
                    ledger: services.ledger,
                    publicKeys: keys + [services.shared.ledgerKey.publicKey],
                    known: known
                ).run(tenant)
            }
            Self.show(report)
            guard report.findings.isEmpty else { throw ExitCode(1) }
        }

        private static func show(_ report: LedgerVerification.Report) {
            print(
                """
                \(report.transfers) transfers  \(report.accounts) accounts  \
                \(report.heads) heads, \(report.signatures) signatures checked
                """
            )
            if let head = report.head {
                print("head \(head.position) \(Hex.encode(head.hash)) \(head.bookedAt.rfc3339)")
            }
            if report.waiting > 0 {
                let age = report.waitingFor.microseconds / 1_000_000
                print("\(report.waiting) transfers wait to be sealed, the oldest for \(age) s")
            }
            for finding in report.findings { print("FOUND \(finding)") }
            if report.findings.isEmpty { print("the books are whole") }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the sealed books to the standard output."
        )

        @Argument(help: "The tenant.") var tenant: TenantID
        @Option(help: "jsonl or csv.") var format = LedgerExport.Format.jsonLines
        @Option(help: "Begin behind this position.") var after: Int64 = 0

        func run() async throws {
            try await Runtime.offline { services in
                let export = try await LedgerExport(of: tenant, after: after, from: services.ledger)
                try await export.write(as: format) { bytes in
                    try FileHandle.standardOutput.write(contentsOf: Data(bytes))
                }
            }
        }
    }

    struct Accounts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the accounts with their balances."
        )

        @Argument(help: "The tenant.") var tenant: TenantID
        @Option(help: "At this time (RFC 3339) instead of now.") var at: String?

        func run() async throws {
            let moment = try at.map(CommandTime.read)
            try await Runtime.offline { services in
                for account in try await services.ledger.balances(at: moment, in: tenant) {
                    let side = account.account.kind.normalSide
                    print(
                        """
                        \(account.account)  \(account.balance.posted(on: side))  \
                        pending \(account.balance.debitsPending) debit, \
                        \(account.balance.creditsPending) credit
                        """
                    )
                }
            }
        }
    }

    struct Key: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the public key that signs the ledger's heads, to be kept elsewhere."
        )

        func run() async throws {
            let key = try KeyFile.openLedgerKey(try Configuration.load().ledgerKeyFile)
            print("\(key.name)  \(Hex.encode(key.publicKey))")
        }
    }
}

extension LedgerExport.Format: ExpressibleByArgument {}

/// Heads in JSON lines: as exports end with them, or in published events.
enum KnownHeads {
    static func read(_ path: String) throws -> [LedgerHead] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandError("cannot read \(path)")
        }
        return text.split(separator: "\n").compactMap { line in
            // Lines about other things are passed over.
            guard let value = try? JSONValue.parse(Array(line.utf8)) else { return nil }
            return head(in: value["data"]?["ledger_head"] ?? value["ledger_head"] ?? value)
        }
    }

    private static func head(in value: JSONValue) -> LedgerHead? {
        guard value["object"]?.stringValue == "ledger_head",
            let position = value["position"]?.integerValue,
            let hash = value["hash"]?.stringValue.flatMap(Hex.decode),
            let bookedAt = value["booked_at"]?.stringValue.flatMap(Timestamp.init(rfc3339:))
        else { return nil }
        var head = LedgerHead(position: position, hash: hash, bookedAt: bookedAt)
        if let key = value["key"]?.stringValue,
            let signature = value["signature"]?.stringValue.flatMap(Hex.decode)
        {
            head.signature = LedgerHead.Signature(key: key, bytes: signature)
        }
        return head
    }
}
