internal import PaymentCore
internal import Postgres

/// Reads the columns of one row from left to right, in the order of its select list, into the
/// core's types. What does not fit them is a fault of ours and throws `.decoding`.
struct ColumnReader {
    private let row: Row
    private var position: Int

    init(_ row: Row, from position: Int = 0) {
        self.row = row
        self.position = position
    }

    private mutating func next() -> Column {
        defer { position += 1 }
        return .position(position)
    }

    mutating func skip(_ columns: Int = 1) { position += columns }

    /// Whether the next column is null, without passing it.
    func isNull() throws(PostgresError) -> Bool { try row.isNull(.position(position)) }

    mutating func text() throws(PostgresError) -> String { try row.text(next()) }
    mutating func textOrNil() throws(PostgresError) -> String? { try row.textOrNil(next()) }
    mutating func int64() throws(PostgresError) -> Int64 { try row.int64(next()) }
    mutating func int64OrNil() throws(PostgresError) -> Int64? { try row.int64OrNil(next()) }
    mutating func int() throws(PostgresError) -> Int { try row.int(next()) }
    mutating func intOrNil() throws(PostgresError) -> Int? { try row.intOrNil(next()) }
    mutating func bool() throws(PostgresError) -> Bool { try row.bool(next()) }
    mutating func boolOrNil() throws(PostgresError) -> Bool? { try row.boolOrNil(next()) }
    mutating func bytes() throws(PostgresError) -> [UInt8] { try row.bytes(next()) }
    mutating func bytesOrNil() throws(PostgresError) -> [UInt8]? { try row.bytesOrNil(next()) }
    mutating func textArray() throws(PostgresError) -> [String] { try row.textArray(next()) }
    mutating func int64Array() throws(PostgresError) -> [Int64] { try row.int64Array(next()) }

    mutating func uuid() throws(PostgresError) -> UUID7 { UUID7(try row.uuid(next())) }

    mutating func id<Kind>(
        _: PaymentCore.Identifier<Kind>.Type = PaymentCore.Identifier<Kind>.self
    ) throws(PostgresError) -> PaymentCore.Identifier<Kind> {
        PaymentCore.Identifier(UUID7(try row.uuid(next())))
    }

    mutating func idOrNil<Kind>(
        _: PaymentCore.Identifier<Kind>.Type = PaymentCore.Identifier<Kind>.self
    ) throws(PostgresError) -> PaymentCore.Identifier<Kind>? {
        try row.uuidOrNil(next()).map { PaymentCore.Identifier(UUID7($0)) }
    }

    mutating func time() throws(PostgresError) -> Timestamp {
        Timestamp(microseconds: try row.timestamp(next()))
    }

    mutating func timeOrNil() throws(PostgresError) -> Timestamp? {
        try row.timestampOrNil(next()).map(Timestamp.init(microseconds:))
    }

    /// A word of a closed list, such as a state.
    mutating func word<Word: RawRepresentable<String>>(
        _: Word.Type = Word.self
    ) throws(PostgresError) -> Word {
        try known(Word(rawValue: text()), "\(Word.self)")
    }

    mutating func wordOrNil<Word: RawRepresentable<String>>(
        _: Word.Type = Word.self
    ) throws(PostgresError) -> Word? {
        guard let text = try textOrNil() else { return nil }
        return try known(Word(rawValue: text), "\(Word.self)")
    }

    mutating func currency() throws(PostgresError) -> Currency {
        try known(Currency(text()), "currency")
    }

    mutating func currencyOrNil() throws(PostgresError) -> Currency? {
        guard let code = try textOrNil() else { return nil }
        return try known(Currency(code), "currency")
    }

    mutating func countryOrNil() throws(PostgresError) -> Country? {
        guard let code = try textOrNil() else { return nil }
        return try known(Country(code), "country")
    }

    mutating func vendor() throws(PostgresError) -> VendorID {
        try known(VendorID(text()), "vendor")
    }

    mutating func vendorOrNil() throws(PostgresError) -> VendorID? {
        guard let name = try textOrNil() else { return nil }
        return try known(VendorID(name), "vendor")
    }

    mutating func actor() throws(PostgresError) -> Actor {
        Actor(key: try idOrNil(), person: try textOrNil())
    }

    mutating func rate() throws(PostgresError) -> QuotedRate {
        QuotedRate(
            base: try currency(),
            quote: try currency(),
            rate: try known(ExchangeRate(text()), "rate"),
            source: try text(),
            quotedAt: try time()
        )
    }

    /// A stored value that the program has no word for: a newer schema, or a bug.
    func known<Value>(_ value: Value?, _ what: String) throws(PostgresError) -> Value {
        guard let value else {
            throw PostgresError(.decoding, "a stored \(what) is not one that is known")
        }
        return value
    }
}
