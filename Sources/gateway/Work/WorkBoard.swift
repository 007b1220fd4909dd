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
        let all = workers.withLock { $0 }
        guard !all.isEmpty else { return }
        all[Int(truncatingIfNeeded: tenant.uuid.low % UInt64(all.count))].nudge(tenant)
    }

    func nudgeWebhooks() {
        workers.withLock { $0 }.first?.nudgeWebhooks()
    }
}
