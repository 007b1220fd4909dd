internal import Cryptography
internal import JSON
package import PaymentCore

/// The books as a file, page by page: memory does not grow with them.
package struct LedgerExport: Sendable {
    package enum Format: String, Sendable, CaseIterable {
        case jsonLines = "jsonl"
        case csv
    }

    private static let page = 500

    private let tenant: TenantID
    private let after: Int64
    private let queries: any LedgerQueries
    private let head: LedgerHead?
    /// The chain's hash before the first transfer of the export.
    private let previous: [UInt8]

    /// - Parameter position: the export begins behind it.
    package init(
        of tenant: TenantID,
        after position: Int64,
        from queries: any LedgerQueries
    ) async throws(StoreError) {
        self.tenant = tenant
        self.queries = queries
        head = try await queries.head(in: tenant)
        let before =
            position > 0
            ? try await queries.entries(after: position - 1, limit: 1, in: tenant).first : nil
        previous = before?.hash ?? LedgerHead.origin
        after = before?.transfer.position ?? (position > 0 ? head?.position ?? 0 : 0)
    }

    /// Writes all of it up to the head as it was when the export was made.
    package func write(
        as format: Format,
        _ write: ([UInt8]) async throws -> Void
    ) async throws {
        switch format {
        case .jsonLines:
            try await write(line { $0.members(ofExportOf: tenant, after, previous) })
            try await writeEntries(write) { entry in
                line { writer in
                    writer.members(of: entry.transfer)
                    writer.member("hash", Hex.encode(entry.hash))
                }
            }
            try await writeIntents(write)
            if let head { try await write(line { $0.members(of: head, in: .ledger) }) }
        case .csv:
            try await write(Self.csvHeader)
            try await writeEntries(write, CSVLine.bytes)
        }
    }

    private func writeEntries(
        _ write: ([UInt8]) async throws -> Void,
        _ line: (SealedEntry) -> [UInt8]
    ) async throws {
        guard let end = head?.position else { return }
        var position = after
        while position < end {
            let page = try await queries.entries(
                after: position,
                limit: Self.page,
                in: tenant
            ).filter { $0.transfer.position <= end }
            guard let last = page.last else { return }
            try await write(page.flatMap(line))
            position = last.transfer.position
        }
    }

    /// The payments whose transfers are all exported.
    private func writeIntents(_ write: ([UInt8]) async throws -> Void) async throws {
        guard let head, after == 0 else { return }
        var cursor: IntentID?
        repeat {
            let page = try await queries.intents(
                bookedUpTo: head.position,
                after: cursor,
                limit: Self.page,
                in: tenant
            )
            try await write(page.elements.flatMap { intent in line { $0.members(of: intent) } })
            cursor = page.next.map(IntentID.init)
        } while cursor != nil
    }

    private func line(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(capacity: 700)
        writer.object(members)
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static let csvHeader = CSVLine.line(SealedTransfer.fieldNames + ["hash"])
}

extension JSONWriter {
    fileprivate mutating func members(
        ofExportOf tenant: TenantID,
        _ after: Int64,
        _ previous: [UInt8]
    ) {
        member("object", "ledger_export")
        member("tenant", tenant.description)
        member("after", after)
        member("previous_hash", Hex.encode(previous))
    }

    fileprivate mutating func members(of intent: BookedIntent) {
        member("object", "intent")
        member("id", intent.id.description)
        member("currency", intent.currency.code)
        member("captured", intent.captured)
        member("refunded", intent.refunded)
        member("capturable", intent.capturable)
        member("refund_reserved", intent.refundReserved)
    }
}

/// A line of comma-separated values (RFC 4180).
private enum CSVLine {
    static func bytes(_ entry: SealedEntry) -> [UInt8] {
        let values = entry.transfer.values.map { $0.text ?? "" }
        return line(values + [Hex.encode(entry.hash)])
    }

    static func line(_ values: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(value, to: &bytes)
        }
        return bytes + [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }

    private static func append(_ value: String, to bytes: inout [UInt8]) {
        guard value.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else {
            bytes.append(contentsOf: value.utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
