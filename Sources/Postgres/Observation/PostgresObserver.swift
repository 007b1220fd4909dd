/// Notified of every pipeline that a pool ran: for metrics, slow-query logs, and statement logs.
///
/// Called on the loop, so it must be quick.
package protocol PostgresObserver: Sendable {
    func pipelineEnded(_ report: PipelineReport)
}

/// One round trip, as it was sent.
package struct PipelineReport: Sendable {
    /// Everything the server ran, in order: BEGIN, the role, the queries, COMMIT. The binds print as
    /// `•••`; a statement log that wants them must take them out case by case.
    package let queries: [Query]
    package let role: String?
    /// From writing to the last answer. The server answers a pipeline as a whole, so a single
    /// statement's share can be seen only in pipelines that hold one.
    package let elapsed: Duration
    /// What the caller got, or nil for success.
    package let failure: PostgresError.Code?
}
