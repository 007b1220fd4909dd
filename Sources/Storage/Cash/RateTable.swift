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

    /// The index of the first of those given that is recorded with another rate.
    static let differing = Statement("rate.differing", assembledFromConstants: differingText)

    /// A guard: fails when one of those given is recorded with another rate. Runs after their
    /// insertion as a statement of its own: it sees what a rival committed meanwhile.
    static let requireAlike = Statement(
        "rate.require_alike",
        assembledFromConstants: "select 1 / (1 - count(*)) from (\(differingText)) as differing"
    )

    private static let differingText = """
        select given.number - 1
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
            with ordinality as given (base, quote, rate, source, quoted_at, number)
        join fx_rates known on known.base = given.base and known.quote = given.quote
            and known.source = given.source
            and known.quoted_at
                = timestamptz 'epoch' + given.quoted_at * interval '1 microsecond'
        where known.rate <> given.rate::numeric
        order by given.number limit 1
        """

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

    static func differing(_ rates: [QuotedRate]) -> Query { Query(differing, columns(of: rates)) }

    static func requireAlike(_ rates: [QuotedRate]) -> Query {
        Query(requireAlike, columns(of: rates))
    }

    private static func columns(of rates: [QuotedRate]) -> [PostgresValue] {
        [
            .textArray(rates.map(\.base.code)),
            .textArray(rates.map(\.quote.code)),
            .textArray(rates.map(\.rate.text)),
            .textArray(rates.map(\.source)),
            .int64Array(rates.map(\.quotedAt.microseconds)),
        ]
    }

    static func read(_ row: Row) throws(PostgresError) -> QuotedRate {
        var reader = ColumnReader(row)
        return try reader.rate()
    }
}
