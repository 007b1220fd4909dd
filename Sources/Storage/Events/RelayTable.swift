internal import PaymentCore
internal import Postgres

/// How far one tenant's feed was relayed to a message broker.
///
/// Relaying is a turn under a lease: its token is chosen by its taker, so that what depends on
/// the turn travels in one pipeline with taking it and finds nothing without it.
enum RelayTable {
    static let take = Statement(
        "relay.take",
        """
        update event_relay set
            holder = $1, held_until = now() + $2::bigint * interval '1 microsecond'
        where id = 1 and (held_until is null or held_until < now())
        and position < (select last_position from publisher where id = 1)
        """
    )

    /// Stores what was confirmed; with nothing left, it ends the turn as well.
    static let advance = Statement(
        "relay.advance",
        """
        update event_relay r set
            position = $2,
            holder = case when p.last_position > $2 then r.holder end,
            held_until = case
                when p.last_position > $2 then now() + $3::bigint * interval '1 microsecond'
            end
        from publisher p
        where r.id = 1 and p.id = 1 and r.holder = $1 and r.position <= $2
        """
    )

    static let renew = Statement(
        "relay.renew",
        """
        update event_relay set held_until = now() + $2::bigint * interval '1 microsecond'
        where id = 1 and holder = $1
        """
    )

    static let release = Statement(
        "relay.release",
        "update event_relay set holder = null, held_until = null where id = 1 and holder = $1"
    )

    /// What is next for the holder of the turn, after what was confirmed and after a further place.
    static let batch = Statement(
        "relay.batch",
        """
        select position, id, type, aggregateid, sequence, occurred_at, correlation, conversation,
            traceparent, payload
        from outbox
        where position > (
            select greatest(position, $2) from event_relay where id = 1 and holder = $1
        )
        order by position limit $3
        """
    )

    /// How many events the broker has not confirmed.
    static let lag = Statement(
        "relay.lag",
        """
        select p.last_position - r.position from event_relay r, publisher p
        where r.id = 1 and p.id = 1
        """
    )
}
