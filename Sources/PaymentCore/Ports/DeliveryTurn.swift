/// What one loop does with a tenant's deliveries in one commit: it writes what has ended, makes
/// deliveries of what was published since, and takes some that are due.
package struct DeliveryTurn: Sendable {
    package var results: [DeliveryResult]
    /// Of how many events of each subscription deliveries are made at most.
    package var events: Int
    /// How many deliveries are taken at most, and how many of one subscription.
    package var places: Int
    package var placesEach: Int
    /// How many are taken of subscriptions that have another number; not negative.
    package var room: [EventSubscriptionID: Int]
    /// How long those taken are ours.
    package var lease: Duration

    package init(
        results: [DeliveryResult] = [],
        events: Int = 0,
        places: Int = 0,
        placesEach: Int = 0,
        room: [EventSubscriptionID: Int] = [:],
        lease: Duration
    ) {
        self.results = results
        self.events = events
        self.places = places
        self.placesEach = placesEach
        self.room = room
        self.lease = lease
    }

    /// What came of it.
    package struct Outcome: Sendable {
        /// Events that were looked at for subscriptions; there may be more.
        package let events: Int
        package let taken: [ClaimedDelivery]

        package init(events: Int, taken: [ClaimedDelivery]) {
            self.events = events
            self.taken = taken
        }
    }
}
