internal import PaymentCore
internal import Synchronization

/// Lets one request per idempotency key through at a time, so that duplicates inside this process
/// wait here and not on a database connection, and share its answer. One for the process.
final class SingleFlight<Answer: Sendable>: Sendable {
    struct Key: Hashable, Sendable {
        let tenant: TenantID
        let key: String
    }

    /// One request under way.
    final class Flight: Sendable {
        fileprivate let fingerprint: [UInt8]
        private let answer = Mutex<Answer?>(nil)

        fileprivate init(fingerprint: [UInt8]) {
            self.fingerprint = fingerprint
        }

        /// What it was answered, once it has landed with an answer.
        var landed: Answer? { answer.withLock { $0 } }

        fileprivate func land(with answer: Answer?) {
            self.answer.withLock { $0 = answer }
        }
    }

    enum Boarding {
        /// First: go, and land the flight whatever happens.
        case first(Flight)
        /// The same request is under way. No ticket: too many wait already.
        case wait(Flight, Bell<Key>.Ticket?)
        /// Another request with this key is under way.
        case different
    }

    private let flights = Mutex<[Key: Flight]>([:])
    private let bell: Bell<Key>

    /// - Parameter capacity: how many duplicates may wait at once.
    init(capacity: Int) {
        bell = Bell(capacity: capacity)
    }

    func board(_ key: Key, fingerprint: [UInt8]) -> Boarding {
        flights.withLock { flights in
            guard let flight = flights[key] else {
                let flight = Flight(fingerprint: fingerprint)
                flights[key] = flight
                return .first(flight)
            }
            guard flight.fingerprint == fingerprint else { return .different }
            return .wait(flight, bell.ticket(for: key))
        }
    }

    func land(_ flight: Flight, _ key: Key, with answer: Answer?) {
        flight.land(with: answer)
        flights.withLock { $0[key] = nil }
        bell.ring(key)
    }
}
