import Testing

@testable import Postgres

@Suite struct PreparedStatementsTests {
    static func key(_ number: Int, role: String? = nil) -> PreparedStatements.Key {
        PreparedStatements.Key(
            role: role,
            statement: Statement("test", assembledFromConstants: "select \(number)")
        )
    }

    @Test func `a statement is prepared once per role`() {
        var prepared = PreparedStatements(limit: 4)
        #expect(prepared.use(Self.key(1)) == .prepare(name: "s1", evicting: nil))
        #expect(prepared.use(Self.key(1)) == .ready(name: "s1"))
        #expect(prepared.use(Self.key(1, role: "a")) == .prepare(name: "s2", evicting: nil))
        #expect(prepared.use(Self.key(1, role: "a")) == .ready(name: "s2"))
    }

    @Test func `the least recently used makes room`() {
        var prepared = PreparedStatements(limit: 2)
        _ = prepared.use(Self.key(1))
        _ = prepared.use(Self.key(2))
        _ = prepared.use(Self.key(1))
        #expect(prepared.use(Self.key(3)) == .prepare(name: "s3", evicting: "s2"))
        #expect(prepared.use(Self.key(1)) == .ready(name: "s1"))
        #expect(prepared.use(Self.key(2)) == .prepare(name: "s4", evicting: "s3"))
    }

    @Test func `names never return`() {
        var prepared = PreparedStatements(limit: 2)
        _ = prepared.use(Self.key(1))
        #expect(prepared.forget(Self.key(1)) == "s1")
        #expect(prepared.forget(Self.key(1)) == nil)
        #expect(prepared.use(Self.key(1)) == .prepare(name: "s2", evicting: nil))
        prepared.forgetAll()
        #expect(prepared.count == 0)
        #expect(prepared.use(Self.key(1)) == .prepare(name: "s3", evicting: nil))
        prepared.forget(Self.key(1), named: "s2")
        #expect(prepared.use(Self.key(1)) == .ready(name: "s3"))
    }

    @Test func `it agrees with a list kept in order of use`() {
        var prepared = PreparedStatements(limit: 5)
        var model: [(key: PreparedStatements.Key, name: String)] = []
        var lastName = 0
        var random = SplitMix(state: 42)
        for _ in 0..<5_000 {
            let key = Self.key(Int(random.next() % 9))
            let known = model.firstIndex { $0.key == key }
            if random.next() % 10 == 0 {
                let name = prepared.forget(key)
                #expect(name == known.map { model.remove(at: $0).name })
                continue
            }
            if let known {
                let entry = model.remove(at: known)
                model.append(entry)
                #expect(prepared.use(key) == .ready(name: entry.name))
            } else {
                let evicted = model.count == 5 ? model.removeFirst().name : nil
                lastName += 1
                model.append((key, "s\(lastName)"))
                #expect(prepared.use(key) == .prepare(name: "s\(lastName)", evicting: evicted))
            }
        }
    }
}

/// A small seeded generator (SplitMix64).
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
