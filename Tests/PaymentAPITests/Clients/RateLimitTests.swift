import HTTP
import PaymentCore
import TestKit
import Testing

@testable import PaymentAPI

struct RateLimitTests {
    private let start = ContinuousClock.now

    @Test
    func `a bucket gives its burst at once and then its rate`() {
        var bucket = TokenBucket(full: start)
        let rate = TokenBucket.Rate(perSecond: 10, burst: 5)
        for _ in 0..<5 { #expect(bucket.take(at: start, rate) == .admitted) }
        #expect(bucket.take(at: start, rate) == .refused(retryAfter: 1))
        let later = start + .milliseconds(100)
        #expect(bucket.take(at: later, rate) == .admitted)
        #expect(bucket.take(at: later, rate) == .refused(retryAfter: 1))
    }

    @Test
    func `a refusal costs nothing and says when to come back`() {
        var bucket = TokenBucket(full: start)
        let rate = TokenBucket.Rate(perSecond: 1, burst: 1)
        #expect(bucket.take(at: start, rate) == .admitted)
        for _ in 0..<100 { #expect(bucket.take(at: start, rate) == .refused(retryAfter: 1)) }
        #expect(bucket.take(at: start + .seconds(1), rate) == .admitted)
    }

    @Test
    func `a rested bucket is full and not fuller`() {
        var bucket = TokenBucket(full: start)
        let rate = TokenBucket.Rate(perSecond: 10, burst: 2)
        let later = start + .seconds(60)
        #expect(bucket.take(at: later, rate) == .admitted)
        #expect(bucket.take(at: later, rate) == .admitted)
        #expect(bucket.take(at: later, rate) != .admitted)
    }

    @Test
    func `a flood of addresses stays in bounded memory and locks nobody out`() throws {
        let limiter = RateLimiter(
            RateLimiter.Limits(addressPerSecond: 1, burstSeconds: 1, maximumBuckets: 100)
        )
        for number in 0..<10_000 {
            let address = try #require(IPAddress("10.0.\(number / 250).\(number % 250)"))
            #expect(limiter.refusal(of: address, at: start) == nil)
        }
    }

    @Test
    func `neighbours of one IPv6 network share a bucket`() throws {
        let limiter = RateLimiter(RateLimiter.Limits(addressPerSecond: 1, burstSeconds: 1))
        let one = try #require(IPAddress("2001:db8::1"))
        let neighbour = try #require(IPAddress("2001:db8::2"))
        let stranger = try #require(IPAddress("2001:db8:0:1::1"))
        #expect(limiter.refusal(of: one, at: start) == nil)
        #expect(limiter.refusal(of: neighbour, at: start) == 1)
        #expect(limiter.refusal(of: stranger, at: start) == nil)
    }

    @Test
    func `too many requests of a key are 429 with the time to wait`() async throws {
        var configuration = APIConfiguration()
        configuration.limits.keyPerSecond = 2
        configuration.limits.burstSeconds = 1
        let api = try APIFixture(configuration: configuration)
        #expect(await api.send(.get, "/orders").status == 200)
        #expect(await api.send(.get, "/orders").status == 200)
        let refused = await api.send(.get, "/orders")
        #expect(refused.status == 429)
        #expect(refused.code == "rate_limited")
        #expect(refused.fields[.retryAfter] == "1")
        api.instant.advance(by: .seconds(1))
        #expect(await api.send(.get, "/orders").status == 200)
    }

    @Test(arguments: [
        (HTTPMethod.delete, "/orders"), (.options, "/orders"), (.get, "/orders/%zz"),
        (.get, "/nothing"),
    ])
    func `what no endpoint answers counts as a request of its address`(
        method: HTTPMethod,
        path: String
    ) async throws {
        var configuration = APIConfiguration()
        configuration.limits.addressPerSecond = 1
        configuration.limits.burstSeconds = 1
        let api = try APIFixture(configuration: configuration)
        // Most of them are in no document.
        func status() async -> Int {
            let head = RequestHead(
                method: method,
                path: RouteTable.root + path,
                query: nil,
                fields: HTTPFields(),
                peer: "127.0.0.1"
            )
            let source = BufferedSource(bytes: [])
            return await api.gateway.serve(head, requestID: "r", source).response.status.code
        }
        #expect(await status() != 429)
        #expect(await status() == 429)
    }

    @Test
    func `too many requests of an address are refused before any key is looked up`() async throws {
        var configuration = APIConfiguration()
        configuration.limits.addressPerSecond = 1
        configuration.limits.burstSeconds = 1
        let api = try APIFixture(configuration: configuration)
        let guess = "Bearer gwk_guess"
        #expect(await api.send(.get, "/orders", fields: [.authorization: guess]).status == 401)
        #expect(await api.send(.get, "/orders", fields: [.authorization: guess]).status == 429)
        #expect(api.control.keyReads == 1)
    }
}
