/// What one loop does with a tenant's deliveries in one commit: it writes what has ended, makes
/// deliveries of what was published since, and takes some that are due.
package struct DeliveryTurn: Sendable {
    package var results: [DeliveryResult]
    /// The most events of each subscription that deliveries are made of.
    package var events: Int
    /// The most deliveries that are taken, and the most of one subscription.
    package var places: Int
    package var placesEach: Int
    /// The most for subscriptions that have a number of their own; not negative.
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
