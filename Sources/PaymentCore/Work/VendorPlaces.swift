internal import Synchronization

/// How much background work may ask a vendor at once: one tenant's storm leaves places for the
/// others, and a slow vendor holds up no other. One instance serves the whole process.
package final class VendorPlaces: Sendable {
    private struct Share: Hashable {
        let vendor: VendorID
        let tenant: TenantID
    }

    private struct Taken {
        var all: [VendorID: Int] = [:]
        var shares: [Share: Int] = [:]
    }

    private let limit: Int
    private let limitEach: Int
    private let taken = Mutex(Taken())

    /// - Parameters:
    ///   - limit: for each vendor.
    ///   - limitEach: for each tenant at a vendor.
    package init(limit: Int = 64, limitEach: Int = 16) {
        self.limit = limit
        self.limitEach = limitEach
    }

    /// Takes a place, which must be given back; false when none is free.
    package func take(_ vendor: VendorID, for tenant: TenantID) -> Bool {
        let share = Share(vendor: vendor, tenant: tenant)
        return taken.withLock { taken in
            guard taken.all[vendor, default: 0] < limit,
                taken.shares[share, default: 0] < limitEach
            else { return false }
            taken.all[vendor, default: 0] += 1
            taken.shares[share, default: 0] += 1
            return true
        }
    }

    package func give(_ vendor: VendorID, for tenant: TenantID) {
        let share = Share(vendor: vendor, tenant: tenant)
        taken.withLock { taken in
            taken.all[vendor] = Self.less(taken.all[vendor])
            taken.shares[share] = Self.less(taken.shares[share])
        }
    }

    private static func less(_ count: Int?) -> Int? {
        guard let count, count > 1 else { return nil }
        return count - 1
    }
}
