internal import PaymentCore
internal import Postgres

/// How the core's values travel to Postgres.
extension PostgresValue {
    static func id<Kind>(_ id: PaymentCore.Identifier<Kind>) -> PostgresValue {
        .uuid(UInt128(id.uuid))
    }

    static func id<Kind>(orNull id: PaymentCore.Identifier<Kind>?) -> PostgresValue {
        id.map { .id($0) } ?? .null
    }

    static func id(_ uuid: UUID7) -> PostgresValue { .uuid(UInt128(uuid)) }

    static func id(orNull uuid: UUID7?) -> PostgresValue { uuid.map { .id($0) } ?? .null }

    static func ids<Kind>(_ ids: [PaymentCore.Identifier<Kind>?]) -> PostgresValue {
        .uuidArray(ids.map { $0.map { UInt128($0.uuid) } })
    }

    static func time(_ moment: Timestamp) -> PostgresValue {
        .timestamp(microseconds: moment.microseconds)
    }

    static func time(orNull moment: Timestamp?) -> PostgresValue {
        .timestamp(orNull: moment?.microseconds)
    }

    static func word<Word: RawRepresentable<String>>(_ word: Word) -> PostgresValue {
        .text(word.rawValue)
    }

    static func word<Word: RawRepresentable<String>>(orNull word: Word?) -> PostgresValue {
        word.map { .text($0.rawValue) } ?? .null
    }

    /// A length of time as whole microseconds; statements multiply it by
    /// `interval '1 microsecond'`, because the interval type has no exact text form of its own.
    static func span(_ duration: Duration) -> PostgresValue { .int64(duration.microseconds) }

    static func count(_ number: Int) -> PostgresValue { .int64(Int64(number)) }

    static func json(orNull text: String?) -> PostgresValue { text.map { .json($0) } ?? .null }

    /// What a vendor said. It must never keep a fact from being stored, and Postgres has no
    /// U+0000 in text, so that one character is replaced.
    static func said(_ text: String?) -> PostgresValue { .text(orNull: text?.replacingNull) }
}

extension String {
    /// The text with U+FFFD where it had U+0000.
    var replacingNull: String {
        guard utf8.contains(0) else { return self }
        return String(
            String.UnicodeScalarView(unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 })
        )
    }
}

extension UInt128 {
    init(_ uuid: UUID7) {
        self = UInt128(uuid.high) << 64 | UInt128(uuid.low)
    }
}

extension UUID7 {
    init(_ number: UInt128) {
        self.init(
            high: UInt64(truncatingIfNeeded: number >> 64),
            low: UInt64(truncatingIfNeeded: number)
        )
    }
}
