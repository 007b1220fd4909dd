internal import PaymentCore
internal import Postgres

/// Webhooks that took effect in one tenant: their unique key commits with the effect.
enum EffectTable {
    static let insert = Statement(
        "effect.insert",
        "insert into webhook_effects (account_id, event_key) values ($1, $2)"
    )

    static let purge = Statement(
        "effect.purge",
        """
        delete from webhook_effects where (account_id, event_key) in (
            select account_id, event_key from webhook_effects
            where applied_at < now() - $1::bigint * interval '1 microsecond'
            order by applied_at limit $2
        )
        """
    )

    static func insert(_ effect: WebhookEffect) -> Query {
        insert(.id(effect.account), .text(effect.eventKey))
    }
}
