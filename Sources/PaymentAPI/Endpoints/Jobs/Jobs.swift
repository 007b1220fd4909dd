internal import HTTP
internal import JSON
internal import PaymentCore

// Background work as operators see it. A job is known by its kind and what it is about.

struct ListJobs: Endpoint {
    struct Input: Sendable {
        let filter: JobFilter
        let limit: Int
    }

    let operation = Operation(
        .get,
        "/jobs",
        .view,
        "List background jobs, the most overdue first",
        detail: "A job that runs between two pages is due later, and may be on both.",
        answer: Component.list(of: .job)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let state = request.query.optional("state", .choice(JobListing.State.self))
        let kind = request.query.optional("kind", .text(1...64))
        let after = request.query.optional("after", FieldType<JobFilter.Place>.jobPlace)
        let limit = request.query.optional(
            "limit",
            .integer(ListPage.limits).described("50 when not given.")
        )
        return Input(
            filter: JobFilter(state: state, kind: kind, after: after),
            limit: limit.map(Int.init) ?? 50
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let jobs = try await call.services.desk.jobs(
            input.filter,
            limit: input.limit + 1,
            in: call.tenant
        )
        let page = Array(jobs.prefix(input.limit))
        let next = jobs.count > input.limit ? page.last?.cursor : nil
        return .list(page, next: next) { job, writer in writer.members(of: job) }
    }
}

extension JobListing {
    /// The cursor of the list: no digits that could be taken for a card's.
    fileprivate var cursor: String { "\(dueAt.rfc3339),\(kind),\(subject)" }
}

extension FieldType where Value == JobFilter.Place {
    /// What `next` gave.
    fileprivate static let jobPlace = FieldType<String>.text(1...1_200)
        .mapping(.malformed, ["expected": "`next` of a page"]) { text -> JobFilter.Place? in
            let parts = text.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, let dueAt = Timestamp(rfc3339: String(parts[0])) else {
                return nil
            }
            return JobFilter.Place(
                dueAt: dueAt,
                kind: String(parts[1]),
                subject: String(parts[2])
            )
        }
}

/// Which job a path names.
struct JobName: Sendable {
    let kind: String
    let subject: String
}

extension RequestReader {
    static let jobName = "job"

    mutating func job() -> JobName? {
        let kind = parameter("kind", .string, Self.jobName) { $0 }
        let subject = parameter("subject", .string, Self.jobName) { $0 }
        guard let kind, let subject else { return nil }
        return JobName(kind: kind, subject: subject)
    }
}

extension Call {
    fileprivate func answer(_ name: JobName) async throws -> Answer {
        guard let job = try await job(name) else {
            throw Problem(.notFound, ["what": RequestReader.jobName])
        }
        return Answer { $0.members(of: job) }
    }

    fileprivate func entry(on name: JobName) async throws -> AuditEntry {
        entry(
            on: "\(name.kind) \(name.subject)",
            before: try await job(name).map(AuditDocument.text)
        )
    }

    private func job(_ name: JobName) async throws -> JobListing? {
        let filter = JobFilter(kind: name.kind, subject: name.subject)
        return try await services.desk.jobs(filter, limit: 1, in: tenant).first
    }
}

struct GetJob: Endpoint {
    let operation = Operation(
        .get,
        "/jobs/{kind}/{subject}",
        .view,
        "Read a background job",
        answer: .reference(.job)
    )

    func read(_ request: inout RequestReader) -> JobName? { request.job() }

    func call(_ input: JobName, _ call: Call) async throws -> Answer {
        try await call.answer(input)
    }
}

struct PostJobRetry: Endpoint {
    let operation = Operation(
        .post,
        "/jobs/{kind}/{subject}/retry",
        .reconcile,
        "Make a job due now, also a dead one",
        body: .optional,
        answer: .reference(.job)
    )

    func read(_ request: inout RequestReader) -> JobName? { request.job() }

    func call(_ input: JobName, _ call: Call) async throws -> Answer {
        let jobs = call.services.jobs.noting(try await call.entry(on: input))
        guard let kind = JobKind(rawValue: input.kind),
            try await jobs.retry(kind, subject: input.subject, in: call.tenant)
        else { throw Problem(.notFound, ["what": RequestReader.jobName]) }
        return try await call.answer(input)
    }
}

struct DeleteJob: Endpoint {
    let operation = Operation(
        .delete,
        "/jobs/{kind}/{subject}",
        .reconcile,
        "Cancel a job that waits",
        detail: "It becomes a dead letter that names who cancelled it, and a retry revives it. "
            + "What a cancelled `follow_payment` would have found out nobody does: its unknown "
            + "outcome then belongs to an operator.",
        answer: .reference(.job)
    )

    func read(_ request: inout RequestReader) -> JobName? { request.job() }

    func call(_ input: JobName, _ call: Call) async throws -> Answer {
        let actor = call.caller.actor
        let person = actor.person ?? actor.key?.description ?? "an operator"
        let desk = call.services.desk.noting(try await call.entry(on: input))
        guard
            try await desk.cancel(
                kind: input.kind,
                subject: input.subject,
                reason: "cancelled by \(person)",
                in: call.tenant
            )
        else { throw Problem(.notFound, ["what": RequestReader.jobName]) }
        return try await call.answer(input)
    }
}
