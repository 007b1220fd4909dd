import PaymentCore

/// Jobs and events.
extension StoreConformance {
    private func schedule(
        _ subject: String,
        _ due: Due,
        kind: JobKind = .followPayment
    ) async throws {
        let job = JobChange.schedule(kind, subject: subject, due: due)
        try await store.commit(Changeset(jobs: [job]), in: tenant)
    }

    private func claim(
        _ kinds: Set<JobKind> = [.followPayment],
        limit: Int = 10,
        lease: Duration = .seconds(60)
    ) async throws -> [Job] {
        try await store.claim(kinds, limit: limit, lease: lease, in: tenant)
    }

    func jobsAreClaimedOldestFirst() async throws {
        try await schedule("young", .at(clock.now - .seconds(10)))
        try await schedule("old", .at(clock.now - .seconds(20)))
        let (soon, late) = (Duration.seconds(-15), Duration.seconds(600))
        try await schedule("by moment", .soonest(after: late, at: clock.now + soon))
        try await schedule("by delay", .soonest(after: soon, at: clock.now + late))
        try await schedule("future", .after(.seconds(600)))
        try await schedule("other", .after(.seconds(-5)), kind: .purge)
        let first = try await claim(limit: 1)
        try expect(first.map(\.subject), ["old"])
        try expect(first.map(\.run), [1])
        try expect(Set(try await claim(limit: 2).map(\.subject)), ["by moment", "by delay"])
        try expect(try await claim().map(\.subject), ["young"])
        try expect(try await claim().isEmpty, true)
        try expect(try await claim([.purge, .detachMethod]).map(\.subject), ["other"])
        let all = try await store.jobs(state: .ready, limit: 10, in: tenant)
        try expect(
            Set(all.map(\.subject)),
            ["old", "by moment", "by delay", "young", "future", "other"]
        )
        // A dead worker's job becomes due again.
        try await schedule("leased", .after(.seconds(-1)))
        let lost = try await claim(lease: .seconds(-1))
        try expect(lost.map(\.subject), ["leased"])
        let again = try await claim()
        try expect(again.map(\.subject), ["leased"])
        try expect(again.map(\.run), [2])
        try expect(lost.first?.epoch == again.first?.epoch, false)
        let clear = JobChange.clear(.followPayment, subject: "future")
        try await store.commit(Changeset(jobs: [clear]), in: tenant)
        let left = try await store.jobs(state: nil, limit: 10, in: tenant)
        try expect(left.contains { $0.subject == "future" }, false)
    }

    func staleClaimEndsNothing() async throws {
        try await schedule("s", .after(.seconds(-1)))
        let mine = try present(try await claim().first)
        try await schedule("s", .after(.seconds(-1)))
        try await store.finish(mine, in: tenant)
        try await store.postpone(
            mine,
            by: .seconds(900),
            run: .failed(mostRuns: 1),
            error: "late",
            in: tenant
        )
        let next = try present(try await claim().first)
        try expect(next.run, 1)
        try await store.finish(next, in: tenant)
        try expect(try await store.jobs(state: nil, limit: 10, in: tenant).isEmpty, true)
    }

    func failedJobsDieAndAreRetried() async throws {
        try await schedule("f", .after(.seconds(-1)))
        for run in 1...2 {
            let job = try present(try await claim().first)
            try expect(job.run, run)
            try await store.postpone(
                job,
                by: .seconds(-1),
                run: .failed(mostRuns: 2),
                error: "failure \(run)",
                in: tenant
            )
        }
        try expect(try await claim().isEmpty, true)
        let dead = try await store.jobs(state: .dead, limit: 10, in: tenant)
        try expect(dead.map(\.subject), ["f"])
        try expect(dead.map(\.lastError), ["failure 2"])
        try expect(dead.map(\.run), [2])
        try expect(try await store.retry(.followPayment, subject: "f", in: tenant), true)
        try expect(try await store.retry(.followPayment, subject: "nobody", in: tenant), false)
        try expect(try await claim().map(\.run), [1])
    }

    /// A job that only waited is as young as before, and dies of its own failures only.
    func aRunGivenBackCountsNothing() async throws {
        try await schedule("w", .after(.seconds(-1)))
        for _ in 1...3 {
            let job = try present(try await claim().first)
            try expect(job.run, 1)
            try await store.postpone(
                job,
                by: .seconds(-1),
                run: .givenBack,
                error: "no place",
                in: tenant
            )
        }
        let listed = try await store.jobs(state: .ready, limit: 10, in: tenant)
        try expect(listed.map(\.run), [0])
        try expect(listed.map(\.lastError), ["no place"])
        let kept = try present(try await claim().first)
        try await store.postpone(kept, by: .seconds(-1), run: .kept, error: "", in: tenant)
        let failed = try present(try await claim().first)
        try expect(failed.run, 2)
        try await store.postpone(
            failed,
            by: .seconds(-1),
            run: .failed(mostRuns: 2),
            error: "failure",
            in: tenant
        )
        let dead = try await store.jobs(state: .dead, limit: 10, in: tenant)
        try expect(dead.map(\.subject), ["w"])
        // What comes again by the clock forgets what failed before it did its work.
        try await schedule("p", .after(.seconds(-1)))
        for run in [RunCount.kept, .kept, .afresh] {
            let job = try present(try await claim().first)
            try await store.postpone(job, by: .seconds(-1), run: run, error: "", in: tenant)
        }
        try expect(try await claim().map(\.run), [1])
    }

    /// What a claimed job commits ends that claim and nothing that came to be meanwhile.
    func aCommitFinishesItsOwnClaim() async throws {
        try await schedule("c", .after(.seconds(-1)))
        let older = try present(try await claim().first)
        try await schedule("c", .after(.seconds(-1)))
        try await store.commit(Changeset(jobs: [.finish(older)]), in: tenant)
        let newer = try present(try await claim().first)
        try await store.commit(Changeset(jobs: [.finish(newer)]), in: tenant)
        try expect(try await store.jobs(state: nil, limit: 10, in: tenant).isEmpty, true)
    }

    /// No order that a change could commit in leads here; if one did, nothing may be lost by it.
    func anEventBehindALaterOneIsPublished() async throws {
        let one: IntentID = identifiers.make()
        for sequence in [Int64(2), 1] {
            let event = event(of: one, sequence: sequence)
            try await store.commit(Changeset(events: [event]), in: tenant)
            try expect(try await store.publishEvents(limit: 10, in: tenant), 1)
        }
        let events = try await store.events(after: 0, limit: 10, in: tenant)
        try expect(events.map(\.event.sequence), [2, 1])
    }

    func eventsGetDensePositionsInOrder() async throws {
        let one: IntentID = identifiers.make()
        let two: IntentID = identifiers.make()
        for sequence in Int64(1)...3 {
            let events = [event(of: one, sequence: sequence), event(of: two, sequence: sequence)]
            try await store.commit(Changeset(events: events), in: tenant)
        }
        let double = Changeset(events: [event(of: one, sequence: 2)])
        try await refused(.duplicate) { () async throws(StoreError) in
            try await store.commit(double, in: tenant)
        }
        try expect(try await store.events(after: 0, limit: 10, in: tenant).isEmpty, true)
        let published = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { try await store.publishEvents(limit: 2, in: tenant) }
            }
            return try await group.reduce(0, +)
        }
        try expect(published, 6)
        try expect(try await store.publishEvents(limit: 10, in: tenant), 0)
        let events = try await store.events(after: 0, limit: 10, in: tenant)
        try expect(events.map(\.position), Array(1...6))
        for aggregate in [one.description, two.description] {
            let sequences = events.filter { $0.event.aggregate == aggregate }.map(\.event.sequence)
            try expect(sequences, [1, 2, 3])
        }
        let last = try await store.events(after: 4, limit: 1, in: tenant)
        try expect(last.map(\.position), [5])
        let sample = try present(events.first?.event)
        try expect(sample.data, #"{"amount":12500,"note":"as written"}"#)
        try expect(sample.correlation, "req-1")
    }

    func backlogTellsWhatWaits() async throws {
        let nothing = try await store.backlog(in: tenant)
        try expect(nothing.nextDue, nil)
        try expect(nothing.isSettled, true)
        let due = clock.now + .seconds(500)
        try await schedule("later", .at(due + .seconds(100)))
        try await schedule("soon", .at(due))
        let event = event(of: identifiers.make(), sequence: 1)
        try await store.commit(Changeset(events: [event]), in: tenant)
        let both = try await store.backlog(in: tenant)
        try expect(both.nextJob, due)
        try expect(both.unpublishedEvents, true)
        try expect(both.isSettled, false)
        _ = try await store.publishEvents(limit: 10, in: tenant)
        try expect(try await store.backlog(in: tenant).unpublishedEvents, false)
    }
}
