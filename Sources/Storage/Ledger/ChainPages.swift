internal import PaymentCore

/// A place of a chain as it is stored.
protocol ChainPlace: Sendable {
    var position: Int64 { get }
}

/// Goes through a stored chain a page at a time, so that memory does not grow with it. While the
/// database makes the next page, another thread looks at this one: each is half of the work.
struct ChainPages<Place: ChainPlace>: Sendable {
    /// How many places a page has.
    static var size: Int { 2_000 }

    /// Reads the places after one, in order, ``size`` at most.
    let read: @Sendable (_ after: Int64) async throws(StoreError) -> [Place]

    /// Passes every place from the first one.
    ///
    /// - Parameter end: the last place; what was sealed since is another run's.
    func pass(upTo end: Int64, _ look: (Place) -> Void) async throws(StoreError) {
        var page = try await read(0)
        while let last = page.last {
            let hasMore = page.count == Self.size && last.position < end
            async let next = hasMore ? result(after: last.position) : .success([])
            await withTaskExecutorPreference(globalConcurrentExecutor) {
                for place in page where place.position <= end { look(place) }
            }
            page = try await next.get()
        }
    }

    private func result(after position: Int64) async -> Result<[Place], StoreError> {
        do throws(StoreError) {
            return .success(try await read(position))
        } catch {
            return .failure(error)
        }
    }
}
