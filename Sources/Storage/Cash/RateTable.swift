internal import PaymentCore
internal import Postgres

/// The exchange rates of one tenant.
enum RateTable {
    static let insert = Statement(
        "rate.insert",
        """
        insert into fx_rates (base, quote, rate, source, quoted_at) values ($1, $2, $3, $4, $5)
        on conflict (base, quote, quoted_at, source) do nothing
        """
    )

    /// The newest rate that is young enough by the database's clock. A quote from the future
    /// would stay young for ever, so a wrong clock at the source gets a minute, no more.
    static let newest = Statement(
        "rate.newest",
        """
        select base, quote, rate, source, quoted_at from fx_rates
        where base = $1 and quote = $2
        and quoted_at >= now() - $3::bigint * interval '1 microsecond'
        and quoted_at <= now() + interval '1 minute'
        order by quoted_at desc, source limit 1
        """
    )

    /// The newest rate of every pair.
    static let current = Statement(
        "rate.current",
        """
        select distinct on (base, quote) base, quote, rate, source, quoted_at from fx_rates
        order by base, quote, quoted_at desc, source
        """
    )

    static func insert(_ rate: QuotedRate) -> Query {
        insert(
            .text(rate.base.code),
            .text(rate.quote.code),
            .text(rate.rate.text),
            .text(rate.source),
            .time(rate.quotedAt)
        )
    }

    static func read(_ row: Row) throws(PostgresError) -> QuotedRate {
        var reader = ColumnReader(row)
        return try reader.rate()
    }
}
