internal import Cryptography
internal import PaymentCore
internal import Postgres

/// The next transfers on their way into the chain: given the sealer's row and what it found, it
/// computes everything that is written.
struct SealBatch: ChainBatch {
    /// How many events are looked through at once, and how many transfers sealed.
    static let events: Int64 = 2_000
    static let transfers = 1_000

    let now: Timestamp
    private(set) var sealed: [SealedTransfer] = []
    var head: LedgerHead
    var events: Int64

    private let horizon: Int64
    private var numbers: [String: Int64] = [:]
    private var opened: [(name: String, number: Int64)] = []
    private var moved: [String: LedgerBalance] = [:]
    private var accounts: Int64
    private var hashes: [String] = []
    private var lastEvent: Int64

    static var reading: [Query] {
        [
            OutboxTable.preferIndexes(), SealTable.takeTurn(),
            SealTable.waiting(.int64(events), .count(transfers)),
        ]
    }

    init(_ rows: [Rows]) throws(PostgresError) {
        var reader = ColumnReader(try rows[1].only)
        lastEvent = try reader.int64()
        let position = try reader.int64()
        head = LedgerHead(
            position: position,
            hash: try reader.bytes(),
            bookedAt: try reader.time()
        )
        accounts = try reader.int64()
        events = try reader.int64()
        horizon = min(try reader.int64(), lastEvent + Self.events)
        now = try reader.time()
        for row in rows[2] { try add(row) }
    }

    var isEmpty: Bool { sealed.isEmpty }

    var isFull: Bool { sealed.count == Self.transfers }

    /// The first moment that was still waiting.
    var oldest: Timestamp? { sealed.lazy.map(\.postedAt).min() }

    private mutating func add(_ row: Row) throws(PostgresError) {
        var reader = ColumnReader(row)
        lastEvent = try reader.int64()
        let debit = try reader.int64OrNil()
        let credit = try reader.int64OrNil()
        let transfer = try TransferTable.readSealed(
            &reader,
            at: head.position + 1,
            earliest: head.bookedAt
        )
        number(transfer.debit, debit)
        number(transfer.credit, credit)
        do throws(MoneyError) {
            try transfer.add(to: &moved)
        } catch {
            // The snapshot could not hold the sum either: these books are not sealed any more.
            throw PostgresError(
                .decoding,
                "what went through \(transfer.debit) or \(transfer.credit) fits no balance"
            )
        }
        let hash = transfer.hash(behind: head.hash)
        hashes.append(Hex.encode(hash))
        head = LedgerHead(
            position: transfer.position,
            hash: hash,
            bookedAt: transfer.bookedAt
        )
        sealed.append(transfer)
    }

    /// Accounts are numbered by the sealer: nobody else writes them.
    private mutating func number(_ account: String, _ known: Int64?) {
        guard numbers[account] == nil else { return }
        guard let known else {
            accounts += 1
            numbers[account] = accounts
            return opened.append((account, accounts))
        }
        numbers[account] = known
    }

    func queries(toldBy event: EventID?) -> [Query] {
        var queries: [Query] = []
        if !opened.isEmpty {
            queries.append(
                SealTable.open(
                    .int64Array(opened.map(\.number)),
                    .textArray(opened.map(\.name))
                )
            )
        }
        if let event {
            queries += [
                seals, snapshots,
                SealTable.insertHead(
                    .int64(head.position),
                    .bytes(head.hash),
                    .time(head.bookedAt),
                    .id(event),
                    .text(orNull: head.signature?.key),
                    head.signature.map { .bytes($0.bytes) } ?? .null
                ),
            ]
        }
        return queries + [turn]
    }

    private var seals: Query {
        SealTable.insert(
            .int64Array(sealed.map(\.position)),
            .ids(sealed.map(\.id)),
            .int64Array(sealed.map { numbers[$0.debit, default: 0] }),
            .int64Array(sealed.map { numbers[$0.credit, default: 0] }),
            .int64Array(sealed.map(\.bookedAt.microseconds)),
            .textArray(hashes)
        )
    }

    private var snapshots: Query {
        let moved = moved.sorted { $0.key < $1.key }
        return SealTable.snapshot(
            .int64(head.position),
            .time(head.bookedAt),
            .int64Array(moved.map { numbers[$0.key, default: 0] }),
            .int64Array(moved.map(\.value.debitsPosted)),
            .int64Array(moved.map(\.value.creditsPosted)),
            .int64Array(moved.map(\.value.debitsPending)),
            .int64Array(moved.map(\.value.creditsPending))
        )
    }

    private var turn: Query {
        // A full batch may end within an event; otherwise all up to the horizon was looked at.
        let line = isFull ? sealed.last?.line : nil
        return SealTable.giveTurn(
            .int64(line == nil ? max(horizon, lastEvent) : lastEvent),
            .int64(line ?? Int64(Int32.max)),
            .int64(head.position),
            .bytes(head.hash),
            .time(head.bookedAt),
            .int64(accounts),
            .int64(events)
        )
    }
}
