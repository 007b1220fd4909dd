package import PaymentCore

/// What all loops of the process share: the routes, and a bounded memory of keys, limits and
/// requests under way.
package final class APIState: Sendable {
    package let configuration: APIConfiguration
    let routes: RouteTable
    let limiter: RateLimiter
    let authentication: AuthenticationCache
    /// Accounts that webhooks were delivered for.
    let accounts: ExpiringCache<MerchantAccountID, MerchantAccount>
    let flights: SingleFlight<Answer>
    let problems: ProblemWriter

    /// Rung when events of a tenant got their positions, so that waiting feed readers look.
    package let published: Bell<TenantID>

    package init(_ configuration: APIConfiguration = APIConfiguration()) {
        self.configuration = configuration
        routes = RouteTable.standard(configuration)
        limiter = RateLimiter(configuration.limits)
        authentication = AuthenticationCache(
            lifetime: configuration.cacheLifetime,
            capacity: configuration.cacheCapacity
        )
        accounts = ExpiringCache(
            lifetime: configuration.cacheLifetime,
            capacity: configuration.cacheCapacity
        )
        flights = SingleFlight(capacity: configuration.maximumWaitingDuplicates)
        problems = ProblemWriter(typeBase: configuration.problemTypeBase)
        published = Bell(capacity: configuration.maximumWaitingReaders)
    }

    /// After a tenant changed, nothing old is believed of keys, tenants and accounts.
    package func forgetIdentities() {
        authentication.forget()
        accounts.forgetAll()
    }
}
