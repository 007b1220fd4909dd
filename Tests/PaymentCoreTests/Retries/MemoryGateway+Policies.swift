import PaymentCore
import TestKit

extension MemoryGateway {
    /// Replaces the tenant's policy of retries.
    func set(_ policy: RetryPolicy) async throws {
        let version = try await store.policies(in: tenant)?.version ?? 0
        try await store.insert(
            StoredPolicies(
                policies: Policies(retry: policy),
                version: version + 1,
                changedBy: .system,
                changedAt: clock.now
            ),
            in: tenant
        )
    }
}
