extension HTTPExchange {
    /// Ends the connection without an answer, as a server that crashes would; for simulators.
    ///
    /// - Parameter resetting: with a reset (RST) instead of a close.
    package func abandon(resetting: Bool = false) {
        guard answer == .pending else { return }
        answer = .discarded
        if resetting { connection.reset() } else { connection.close() }
    }
}
