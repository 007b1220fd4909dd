/// Which statements a connection has prepared, the least recently used first to go.
///
/// Keyed by role too: names resolve at the time of preparing, under the role's search path, so one
/// text prepared for two tenants is two plans.
struct PreparedStatements {
    struct Key: Hashable {
        let role: String?
        let statement: Statement
    }

    enum Use: Hashable {
        case ready(name: String)
        /// Prepare it under this name, after the evicted one (if any) was deallocated.
        case prepare(name: String, evicting: String?)
    }

    /// Entries are slots of a ring, linked from the most to the least recently used.
    private struct Slot {
        var key: Key
        var name: String
        var newer: Int
        var older: Int
    }

    private let limit: Int
    private var places: [Key: Int] = [:]
    private var slots: [Slot] = []
    private var free: [Int] = []
    private var newest = none
    private var oldest = none
    private var lastNumber = 0

    private static let none = -1

    init(limit: Int) {
        precondition(limit > 0, "a limit of prepared statements is at least one")
        self.limit = limit
    }

    var count: Int { places.count }

    /// Counts a use of the statement and returns what must be sent before it.
    mutating func use(_ key: Key) -> Use {
        if let place = places[key] {
            if place != newest {
                unlink(place)
                linkAsNewest(place)
            }
            return .ready(name: slots[place].name)
        }
        let evicted = count == limit ? remove(at: oldest) : nil
        lastNumber += 1
        let slot = Slot(key: key, name: "s\(lastNumber)", newer: Self.none, older: Self.none)
        let place: Int
        if let reused = free.popLast() {
            place = reused
            slots[place] = slot
        } else {
            place = slots.count
            slots.append(slot)
        }
        places[key] = place
        linkAsNewest(place)
        return .prepare(name: slot.name, evicting: evicted)
    }

    /// Forgets the statement and returns the name that it had.
    @discardableResult
    mutating func forget(_ key: Key) -> String? {
        places[key].map { remove(at: $0) }
    }

    /// Forgets the statement if it still has this name.
    mutating func forget(_ key: Key, named name: String) {
        guard let place = places[key], slots[place].name == name else { return }
        _ = remove(at: place)
    }

    /// Forgets all: the server has lost them. Numbers go on, so no name returns.
    mutating func forgetAll() {
        places.removeAll()
        slots.removeAll()
        free.removeAll()
        newest = Self.none
        oldest = Self.none
    }

    /// From now on takes names that nobody who counts from one reaches.
    mutating func skipNames() {
        lastNumber += Int.random(in: 1_000_000...1_000_000_000)
    }

    private mutating func remove(at place: Int) -> String {
        unlink(place)
        places[slots[place].key] = nil
        free.append(place)
        return slots[place].name
    }

    private mutating func linkAsNewest(_ place: Int) {
        slots[place].newer = Self.none
        slots[place].older = newest
        if newest != Self.none { slots[newest].newer = place }
        newest = place
        if oldest == Self.none { oldest = place }
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (slots[place].newer, slots[place].older)
        if newer == Self.none { newest = older } else { slots[newer].older = older }
        if older == Self.none { oldest = newer } else { slots[older].newer = newer }
    }
}
