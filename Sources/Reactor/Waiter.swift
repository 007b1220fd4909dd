/// The place of at most one suspended task, resumed at most once per wait.
///
/// `UnsafeContinuation` is used since these waits are on the hot path; this type is what makes it
/// safe: a continuation that came in goes out exactly once.
@safe package struct Waiter {
    private var continuation: UnsafeContinuation<Void, Never>?

    package init() {}

    /// Takes in the continuation of a task that suspends.
    package mutating func park(_ waiting: UnsafeContinuation<Void, Never>) {
        precondition(unsafe continuation == nil, "one task waits at a time")
        unsafe continuation = unsafe waiting
    }

    /// Resumes whoever waits; without effect when nobody does.
    package mutating func resume() {
        guard let waiting = unsafe continuation.take() else { return }
        unsafe waiting.resume()
    }
}
