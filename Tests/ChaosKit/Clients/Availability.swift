/// How clients fared.
struct Availability {
    private let requests: [Record.Request]
    private let end: ContinuousClock.Instant

    /// - Parameter end: when clients stopped to begin anything.
    init(_ requests: [Record.Request], until end: ContinuousClock.Instant) {
        self.requests = requests
        self.end = end
    }

    /// The share of requests that were answered within so long, by their repetitions.
    func share(within limit: Duration) -> Double {
        guard !requests.isEmpty else { return 1 }
        let count = requests.count { request in
            request.answered.map { $0 - request.asked <= limit } ?? false
        }
        return Double(count) / Double(requests.count)
    }

    /// The longest time in which all clients asked and none was answered.
    var worstGap: Duration {
        let answers = requests.compactMap(\.answered).filter { $0 <= end }.sorted() + [end]
        return zip(answers, answers.dropFirst()).map { $1 - $0 }.max() ?? .zero
    }
}
