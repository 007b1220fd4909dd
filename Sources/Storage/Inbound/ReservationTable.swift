internal import PaymentCore
internal import Postgres

/// Which payment is a reservation's.
enum ReservationTable {
    static let insert = Statement(
        "reservation.insert",
        """
        insert into reservations (
            reservation_id, intent_id, held_by, capture, first_night_amount
        ) values ($1, $2, $3, $4, $5)
        """
    )

    static let byID = Statement(
        "reservation.by_id",
        """
        select reservation_id, intent_id, held_by, capture, first_night_amount from reservations
        where reservation_id = $1
        """
    )

    static func insert(_ reservation: Reservation) -> Query {
        insert(
            .text(reservation.id),
            .id(reservation.intent),
            .id(reservation.heldBy),
            .word(reservation.capture),
            .int64(orNull: reservation.firstNight)
        )
    }

    static func read(_ row: Row) throws(PostgresError) -> Reservation {
        var reader = ColumnReader(row)
        return Reservation(
            id: try reader.text(),
            intent: try reader.id(),
            heldBy: try reader.id(),
            capture: try reader.word(),
            firstNight: try reader.int64OrNil()
        )
    }
}
