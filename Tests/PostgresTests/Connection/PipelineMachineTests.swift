import Testing

@testable import Postgres

@Suite struct PipelineMachineTests {
    typealias Machine = PipelineMachine

    /// BEGIN, a query, a query, COMMIT.
    static let transaction: [Machine.Command] = [.plain, .query, .query, .commit]

    static func run(
        _ commands: [Machine.Command],
        _ events: [Machine.Event]
    ) -> [Machine.Action] {
        var machine = Machine(commands)
        return events.map { machine.apply($0) }
    }

    @Test func `a transaction that is answered to its end has committed`() {
        #expect(
            Self.run(
                Self.transaction,
                [.completed, .completed, .completed, .committed, .synced]
            ) == [.wait, .keepRows, .keepRows, .wait, .finish(.completed)]
        )
    }

    @Test(arguments: 0..<4)
    func `an error at any place decides, and what follows is skipped`(place: Int) {
        var events = [Machine.Event](repeating: .completed, count: place)
        events.append(.refused)
        events += [Machine.Event](repeating: .skipped, count: 3 - place)
        events.append(.synced)
        let actions = Self.run(Self.transaction, events)
        #expect(actions[place] == .keepError)
        #expect(actions.last == .finish(.refused(at: place)))
    }

    @Test(arguments: 0..<4)
    func `the end of the connection before COMMIT is answered leaves it unknown`(answers: Int) {
        let events = [Machine.Event](repeating: .completed, count: min(answers, 3)) + [.severed]
        #expect(Self.run(Self.transaction, events).last == .finish(.commitUnknown))
    }

    @Test func `once COMMIT is answered the end of the connection changes nothing`() {
        #expect(
            Self.run(
                Self.transaction,
                [.completed, .completed, .completed, .committed, .severed]
            ).last == .finish(.completed)
        )
    }

    @Test func `after an error the end of the connection cannot mean a commit`() {
        #expect(
            Self.run(Self.transaction, [.completed, .refused, .severed]).last
                == .finish(.refused(at: 1))
        )
    }

    @Test func `COMMIT answered by another tag has rolled back`() {
        #expect(
            Self.run(
                Self.transaction,
                [.completed, .completed, .completed, .completed, .synced]
            ).last == .finish(.rolledBack)
        )
    }

    @Test func `without a COMMIT the end of the connection loses only work`() {
        #expect(Self.run([.plain, .query], [.completed, .severed]).last == .finish(.lost))
        #expect(Self.run([], [.synced]).last == .finish(.completed))
    }

    /// Every event at every place of every short pipeline: the machine never finishes as committed
    /// unless the tag was seen, and never as certainly undone once it was.
    @Test func `no sequence of events makes a guess`() {
        let pipelines: [[Machine.Command]] = [[], [.query], [.query, .commit], [.plain, .commit]]
        for commands in pipelines {
            func explore(_ machine: Machine, _ events: [Machine.Event]) {
                guard events.count < 5 else { return }
                for event in Machine.Event.allCases {
                    var next = machine
                    let events = events + [event]
                    switch next.apply(event) {
                    case .finish(let outcome):
                        let sawTag = events.contains(.committed)
                        if commands.last == .commit {
                            #expect((outcome == .completed) == sawTag, "\(commands) \(events)")
                            if outcome == .lost { Issue.record("lost: \(commands) \(events)") }
                        } else {
                            #expect(outcome != .commitUnknown, "\(commands) \(events)")
                        }
                    case .cut:
                        // Then `severed` is applied, which is a path of its own.
                        continue
                    case .wait, .keepRows, .keepError:
                        explore(next, events)
                    }
                }
            }
            explore(Machine(commands), [])
        }
    }
}
