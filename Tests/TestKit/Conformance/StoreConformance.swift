import Glibc
package import PaymentCore
import Synchronization

/// The contract of a payment, job, ledger and inbox store, as scenarios that every implementation must pass on a
/// tenant of its own.
package struct StoreConformance: Sendable {
    /// A promise that was not kept.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package enum Scenario: String, Sendable, CaseIterable {
        case paymentComesBackAsCommitted
        case everyAttemptStateComesBack
        case exchangeRateStaysWithItsAuthorization
        case staleVersionWritesNothing
        case reservationBeyondTheSumsIsStale
        case parallelReservationsNeverExceed
        case endedAttemptIsNotAnsweredAgain
        case lateFactsAreBooked
        case expiredLeaseIsSeen
        case approvalBeginsTheLease
        case payerAccountIsKeptOnce
        case reviseDecidesUnderTheLock
        case paymentsAreFoundByAttemptAndReference
        case idempotencyKeyIsTakenOnce
        case webhookTakesEffectOnce
        case vendorRecordsAreKeptOnce
        case refusedChangesetLeavesNothing
        case customersAndOrdersComeBack
        case customerReferenceIsRecordedOnce
        case methodsKeepTokensAndOneDefault
        case sessionsEndOnce
        case ratesAreFreshOrAbsent
        case ratesNeverChange
        case jobsAreClaimedOldestFirst
        case staleClaimEndsNothing
        case failedJobsDieAndAreRetried
        case aRunGivenBackCountsNothing
        case aCommitFinishesItsOwnClaim
        case eventsGetDensePositionsInOrder
        case anEventBehindALaterOneIsPublished
        case backlogTellsWhatWaits
        case attemptsMoveOnInOneCommit
        case everyChangeIsPosted
        case aPostingIsMadeOnce
        case inboundEventsAreKeptOnce
        case inboundTurnsEndOnce
        case deadLettersAreSentAgain
        case reservationIsHeldOnce
        case guestsAreFoundByReference
    }

    let store: any PaymentStore & JobStore & LedgerStore & EventInbox
    let tenant: TenantID
    let clock = RealClock()
    let identifiers = TimedIdentifiers()

    /// - Parameters:
    ///   - store: its own clock tells the real time.
    ///   - tenant: one that no other scenario uses.
    package init(
        store: any PaymentStore & JobStore & LedgerStore & EventInbox,
        tenant: TenantID
    ) {
        self.store = store
        self.tenant = tenant
    }

    package func run(_ scenario: Scenario) async throws {
        switch scenario {
        case .paymentComesBackAsCommitted: try await paymentComesBackAsCommitted()
        case .everyAttemptStateComesBack: try await everyAttemptStateComesBack()
        case .exchangeRateStaysWithItsAuthorization:
            try await exchangeRateStaysWithItsAuthorization()
        case .staleVersionWritesNothing: try await staleVersionWritesNothing()
        case .reservationBeyondTheSumsIsStale: try await reservationBeyondTheSumsIsStale()
        case .parallelReservationsNeverExceed: try await parallelReservationsNeverExceed()
        case .endedAttemptIsNotAnsweredAgain: try await endedAttemptIsNotAnsweredAgain()
        case .lateFactsAreBooked: try await lateFactsAreBooked()
        case .expiredLeaseIsSeen: try await expiredLeaseIsSeen()
        case .approvalBeginsTheLease: try await approvalBeginsTheLease()
        case .payerAccountIsKeptOnce: try await payerAccountIsKeptOnce()
        case .reviseDecidesUnderTheLock: try await reviseDecidesUnderTheLock()
        case .paymentsAreFoundByAttemptAndReference:
            try await paymentsAreFoundByAttemptAndReference()
        case .idempotencyKeyIsTakenOnce: try await idempotencyKeyIsTakenOnce()
        case .webhookTakesEffectOnce: try await webhookTakesEffectOnce()
        case .vendorRecordsAreKeptOnce: try await vendorRecordsAreKeptOnce()
        case .refusedChangesetLeavesNothing: try await refusedChangesetLeavesNothing()
        case .customersAndOrdersComeBack: try await customersAndOrdersComeBack()
        case .customerReferenceIsRecordedOnce: try await customerReferenceIsRecordedOnce()
        case .methodsKeepTokensAndOneDefault: try await methodsKeepTokensAndOneDefault()
        case .sessionsEndOnce: try await sessionsEndOnce()
        case .ratesAreFreshOrAbsent: try await ratesAreFreshOrAbsent()
        case .ratesNeverChange: try await ratesNeverChange()
        case .jobsAreClaimedOldestFirst: try await jobsAreClaimedOldestFirst()
        case .staleClaimEndsNothing: try await staleClaimEndsNothing()
        case .failedJobsDieAndAreRetried: try await failedJobsDieAndAreRetried()
        case .aRunGivenBackCountsNothing: try await aRunGivenBackCountsNothing()
        case .aCommitFinishesItsOwnClaim: try await aCommitFinishesItsOwnClaim()
        case .eventsGetDensePositionsInOrder: try await eventsGetDensePositionsInOrder()
        case .anEventBehindALaterOneIsPublished: try await anEventBehindALaterOneIsPublished()
        case .backlogTellsWhatWaits: try await backlogTellsWhatWaits()
        case .attemptsMoveOnInOneCommit: try await attemptsMoveOnInOneCommit()
        case .everyChangeIsPosted: try await everyChangeIsPosted()
        case .aPostingIsMadeOnce: try await aPostingIsMadeOnce()
        case .inboundEventsAreKeptOnce: try await inboundEventsAreKeptOnce()
        case .inboundTurnsEndOnce: try await inboundTurnsEndOnce()
        case .deadLettersAreSentAgain: try await deadLettersAreSentAgain()
        case .reservationIsHeldOnce: try await reservationIsHeldOnce()
        case .guestsAreFoundByReference: try await guestsAreFoundByReference()
        }
    }
}

extension StoreConformance {
    func expect(
        _ condition: Bool,
        _ promise: String,
        line: Int = #line
    ) throws(Failure) {
        guard condition else { throw Failure(description: "line \(line): \(promise)") }
    }

    func expect<Value: Equatable>(
        _ value: Value,
        _ expected: Value,
        line: Int = #line
    ) throws(Failure) {
        guard value != expected else { return }
        throw Failure(description: "line \(line): \(value) instead of \(expected)")
    }

    /// Expects that the store refuses with a code.
    func refused(
        _ code: StoreError.Code,
        line: Int = #line,
        _ body: () async throws(StoreError) -> Void
    ) async throws(Failure) {
        do {
            try await body()
        } catch {
            guard error.code != code else { return }
            throw Failure(description: "line \(line): refused with \(error) instead of \(code)")
        }
        throw Failure(description: "line \(line): not refused, expected \(code)")
    }

    func present<Value>(_ value: Value?, line: Int = #line) throws(Failure) -> Value {
        guard let value else { throw Failure(description: "line \(line): nothing was found") }
        return value
    }
}

/// The time of the machine.
package struct RealClock: WallClock {
    package init() {}

    package var now: Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(
            microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
        )
    }
}

/// Identifiers that are unique and tell the time they were made, as real ones do.
package final class TimedIdentifiers: IdentifierSource, Sendable {
    private let counter = Mutex<UInt64>(0)

    package init() {}

    package func next() -> UUID7 { next(at: RealClock().now) }

    package func next(at moment: Timestamp) -> UUID7 {
        let number = counter.withLock { number in
            number += 1
            return number
        }
        return UUID7(
            milliseconds: UInt64(moment.milliseconds),
            randomHigh: number >> 40,
            randomLow: number << 16
        )
    }
}
