import PaymentCore
import Synchronization

/// Tells this process's workers what its own loops have just written, so that it waits for no
/// poll. A tenant always nudges the same worker, so that its visits are batched.
final class WorkBoard: Sendable {
    private let workers = Mutex<[Worker]>([])

    func attach(_ worker: Worker) {
        workers.withLock { $0.append(worker) }
    }

    func nudge(_ tenant: TenantID) {
        worker(of: tenant)?.nudge(tenant)
    }

    /// Whether a tenant is this worker's among those of its process.
    func isOf(_ worker: Worker, _ tenant: TenantID) -> Bool {
        self.worker(of: tenant) === worker
    }

    private func worker(of tenant: TenantID) -> Worker? {
        let all = workers.withLock { $0 }
        guard !all.isEmpty else { return nil }
        return all[Int(truncatingIfNeeded: tenant.uuid.low % UInt64(all.count))]
    }

    func nudgeWebhooks() {
        workers.withLock { $0 }.first?.nudgeWebhooks()
    }
}
