import ArgumentParser
import Cryptography
import Foundation
import JSON
import PaymentAPI
import PaymentCore
import Storage

/// What a verifying command is given from outside the database.
struct KnownEvidence: ParsableArguments {
    @Option(help: "A file of known heads.") var heads: String?
    @Option(
        name: .customLong("public-key"),
        help: """
            A public key beside that of our key file, in hexadecimal digits, for heads that another \
            key signed; may be given repeatedly.
            """
    )
    var publicKeys: [String] = []

    /// Heads of a chain in JSON lines: as exports end with them, or in published events.
    ///
    /// - Throws: `CommandError` for a file that holds none: it would prove nothing.
    func heads(of chain: HashChain) throws -> [LedgerHead] {
        guard let path = heads else { return [] }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandError("cannot read \(path)")
        }
        let name = chain.headName
        let found = text.split(whereSeparator: \.isNewline).compactMap { line -> LedgerHead? in
            // Lines about other things are passed over.
            guard let value = try? JSONValue.parse(Array(line.utf8)) else { return nil }
            return Self.head(named: name, in: value["data"]?[name] ?? value[name] ?? value)
        }
        guard !found.isEmpty else { throw CommandError("there is no \(name) in \(path)") }
        return found
    }

    /// Says how much evidence there was, when any was given.
    func show(_ known: [LedgerHead]) {
        if heads != nil { print("\(known.count) known heads compared") }
    }

    private static func head(named name: String, in value: JSONValue) -> LedgerHead? {
        guard value["object"]?.stringValue == name,
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

    /// The keys that may have signed: those that are given, and our own where it is.
    ///
    /// - Throws: `CommandError` without any: what no known key has signed proves nothing.
    func keys(beside own: LedgerKeyFile) throws -> [[UInt8]] {
        let given = try publicKeys.map { text in
            guard let key = Hex.decode(text), key.count == 32 else {
                throw CommandError("a public key is 64 hexadecimal digits")
            }
            return key
        }
        guard own.isThere else {
            guard given.isEmpty else { return given }
            throw CommandError("\(own.absence); or give its public half by --public-key")
        }
        return given + [try own.open().publicKey]
    }
}

/// What was found about a chain.
struct Verdict<Finding: CustomStringConvertible> {
    let head: LedgerHead?
    let findings: [Finding]

    /// Prints it.
    ///
    /// - Parameters:
    ///   - waiting: what to say of links that are not sealed yet.
    ///   - whole: what to say when nothing was found.
    /// - Throws: status 1 when something was found.
    func show(waiting: String?, whole: String) throws {
        if let head {
            print("head \(head.position) \(Hex.encode(head.hash)) \(head.bookedAt.rfc3339)")
        }
        if let waiting { print(waiting) }
        for finding in findings { print("FOUND \(finding)") }
        guard findings.isEmpty else { throw ExitCode(1) }
        print(whole)
    }
}
