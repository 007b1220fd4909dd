import PaymentCore
import TestKit
import Testing

struct InboundQueueTests {
    private let identifiers = SequentialIdentifiers()

    private func event(
        _ sequence: Int64?,
        _ type: String = "melmastoon.reservation.confirmed.v1",
        replays: Int = 0
    ) -> InboundEvent {
        let id: InboundEventID = identifiers.make()
        return InboundEvent(
            id: id,
            event: CloudEvent(
                id: "\(id)",
                source: "/booking",
                type: type,
                sequence: sequence,
                data: "{}"
            ),
            aggregate: "reservation:R-1",
            sentBy: nil,
            replays: replays,
            receivedAt: Timestamp(seconds: 0)
        )
    }

    private static let held = "melmastoon.reservation.held.v1"

    @Test func `events without a sequence go as they came`() {
        let (first, second) = (event(nil), event(nil))
        #expect(InboundQueue(passed: nil, waiting: [first, second]).turn == .apply(first))
        #expect(InboundQueue(passed: 7, waiting: []).turn == .none)
    }

    @Test func `each goes right after the one before, whatever came first`() {
        let (third, second) = (event(3), event(2))
        #expect(InboundQueue(passed: 1, waiting: [third, second]).turn == .apply(second))
        #expect(InboundQueue(passed: 2, waiting: [third]).turn == .apply(third))
    }

    @Test func `one that is ahead waits, and holds up none without a sequence`() {
        let (ahead, unnumbered) = (event(4), event(nil))
        #expect(InboundQueue(passed: 1, waiting: [ahead]).turn == .wait(ahead))
        #expect(
            InboundQueue(passed: 1, waiting: [ahead, unnumbered]).turn == .apply(unnumbered)
        )
    }

    @Test(arguments: [Int64(1), 2])
    func `one that somebody else overtook is late`(sequence: Int64) {
        let late = event(sequence)
        #expect(InboundQueue(passed: 2, waiting: [late]).turn == .late(late))
    }

    @Test func `what begins an aggregate may begin anywhere, and nothing else may`() {
        let (begins, follows, first) = (event(5, Self.held), event(5), event(1))
        #expect(InboundQueue(passed: nil, waiting: [begins]).turn == .apply(begins))
        #expect(InboundQueue(passed: nil, waiting: [follows]).turn == .wait(follows))
        #expect(InboundQueue(passed: nil, waiting: [first]).turn == .apply(first))
    }

    @Test func `one that an operator sent again goes at once`() {
        let (next, again) = (event(2), event(9, replays: 1))
        #expect(InboundQueue(passed: 1, waiting: [next, again]).turn == .apply(again))
    }

    @Test func `a type is known under any namespace, and no other is`() {
        #expect(InboundKind(type: "reservation.held.v1") == .reservationHeld)
        #expect(InboundKind(type: "acme.reservation.held.v1") == .reservationHeld)
        #expect(InboundKind(type: "acmereservation.held.v1") == nil)
        #expect(InboundKind(type: "reservation.held.v2") == nil)
    }
}
