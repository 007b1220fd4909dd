package import PaymentCore

/// The settings of the API, each with its unit and default. Wrong values are refused where the
/// configuration is read; here they are taken as given.
package struct APIConfiguration: Sendable {
    /// Groups of paths that this process serves. Probes are always served.
    package enum Surface: String, Sendable, CaseIterable {
        case api
        case webhooks
    }

    package static let standardProblemTypeBase = "https://docs.melmastoon.example/problems/"

    package var surfaces: Set<Surface> = Set(Surface.allCases)
    /// What the `type` of a problem begins with, ending in a slash.
    package var problemTypeBase = standardProblemTypeBase
    /// The first part of event types and sources.
    package var eventNamespace = "melmastoon"
    /// Bytes of a request's body; an endpoint can take no more.
    package var maximumBodyBytes = 256 * 1_024
    /// Bytes of a vendor's delivery.
    package var maximumWebhookBytes = 1_024 * 1_024
    /// How deep a body may nest.
    package var maximumDepth = 16
    /// Proxies whose word about a client's address is believed.
    package var trustedProxies = TrustedProxies()
    /// Where vendors' deliveries may come from, for accounts that have no list of their own.
    package var webhookNetworks: [VendorID: [IPNetwork]] = [:]
    package var limits = RateLimiter.Limits()
    /// How old what is known of a key, tenant or account may be.
    package var cacheLifetime: Duration = .seconds(5)
    /// Entries of each of those caches.
    package var cacheCapacity = 16_384
    /// How long a duplicate waits for the first request with its idempotency key.
    package var duplicateWait: Duration = .seconds(10)
    /// Duplicates that may wait at once; those beyond it are told to come back.
    package var maximumWaitingDuplicates = 2_048
    /// Feed readers that may wait at once; those beyond it are answered at once.
    package var maximumWaitingReaders = 1_024

    package init() {}
}
