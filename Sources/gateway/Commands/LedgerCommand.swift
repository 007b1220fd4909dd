import ArgumentParser
import Cryptography
import Foundation
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
            let known = try evidence.heads(of: .ledger)
            let report = try await Runtime.offline(about: tenant) { services in
                try await LedgerVerification(
                    ledger: services.ledger,
                    publicKeys: evidence.keys(beside: services.shared.ledgerKey),
                    known: known
                ).run(tenant)
            }
            print(
                """
                \(report.transfers) transfers  \(report.accounts) accounts  \
                \(report.heads) heads, \(report.signatures) signatures checked
                """
            )
            evidence.show(known)
            let age = report.waitingFor.microseconds / 1_000_000
            try Verdict(head: report.head, findings: report.findings).show(
                waiting: report.waiting > 0
                    ? "\(report.waiting) transfers wait to be sealed, the oldest for \(age) s"
                    : nil,
                whole: "the books are whole"
            )
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
            try await Runtime.offline(about: tenant) { services in
                let export = try await LedgerExport(of: tenant, after: after, from: services.ledger)
                try await export.write(as: format) { bytes in
                    try FileHandle.standardOutput.write(contentsOf: Data(bytes))
                }
            }
        }
    }

    struct Accounts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the accounts with their balances, in minor units."
        )

        @Argument(help: "The tenant.") var tenant: TenantID
        @Option(help: "At this time (RFC 3339) instead of now.") var at: String?

        func run() async throws {
            let moment = try at.map(CommandTime.read)
            try await Runtime.offline(about: tenant) { services in
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

        @Flag(help: "Make one first, where there is none, and sign with it from now on.")
        var new = false

        func run() async throws {
            let file = LedgerKeyFile(try Configuration.load().ledgerKeyFile)
            if new {
                guard !file.isThere else {
                    throw CommandError("there is a key: move its file away first, and keep it")
                }
                try file.make()
            }
            let key = try file.open()
            print("\(key.name)  \(Hex.encode(key.publicKey))")
        }
    }
}

extension LedgerExport.Format: ExpressibleByArgument {}
