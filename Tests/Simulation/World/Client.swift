internal import PaymentCore
internal import TestKit

/// A client of the API: pays, captures, refunds and voids, clicks twice, and repeats with the same
/// key whatever was not answered for good.
final class Client: @unchecked Sendable {
    // Safe because one thread cranks everything.
    private let scene: Scene
    private let name: String
    private var world: World { scene.world }
    /// Requests that are not answered yet.
    private(set) var openRequests = 0

    init(_ number: Int, in scene: Scene) {
        name = "client-\(number)"
        self.scene = scene
    }

    var isDone: Bool { openRequests == 0 }

    /// Lives through one payment.
    func start() {
        openRequests += 1
        world.executor.spawn { [self] in
            await pay()
            openRequests -= 1
        }
    }

    private func pay() async {
        guard let intent = await create() else { return }
        for number in 0..<world.number(0...4) {
            let key = "\(name)-\(number)"
            let isPatient = !world.chance(3)
            let request = movement(of: intent)
            if isPatient {
                await insist(key, request)
            } else {
                insistBeside(key, request)
            }
            if world.chance(8) { insistBeside(key, request) }
            if world.chance(3) { await world.sleep(for: .seconds(world.number(1...400))) }
        }
    }

    private typealias Request =
        @Sendable (GatewayProcess, RequestKey, Caller) async throws(WorkflowError) -> WorkflowAnswer

    private func create() async -> IntentID? {
        let vendor = world.pick(scene.vendors)
        let amount = Money(world.number(1...9_999), .usd)
        let isManual = vendor.manner != .asking && !world.chance(3)
        let tenant = scene.tenant
        let provider = scene.vendors.count > 1 && world.chance(2) ? nil : vendor.manner.vendor
        let command = CreateIntent(
            amount: amount,
            captureMethod: isManual ? .manual : .automatic,
            method: vendor.manner.method,
            provider: provider
        )
        let request: Request = { (process, key, caller) async throws(WorkflowError) in
            try await process.workflows.createIntent(command, under: key, for: caller, in: tenant)
        }
        let key = "\(name)-create"
        if world.chance(6) { insistBeside(key, request) }
        await insist(key, request)
        let body = scene.replies.first { $0.key == key }?.answer.body
        return body?.split(separator: " ").first.flatMap { IntentID(String($0)) }
    }

    private func movement(of intent: IntentID) -> Request {
        let tenant = scene.tenant
        let amount = world.chance(2) ? nil : world.number(1...5_000)
        let isFinal = world.chance(2)
        switch world.number(0...7) {
        case 0...2:
            return { (process, key, caller) async throws(WorkflowError) in
                try await process.workflows.captureIntent(
                    intent,
                    amount: amount,
                    isFinal: isFinal,
                    under: key,
                    for: caller,
                    in: tenant
                )
            }
        case 3...5:
            return { (process, key, caller) async throws(WorkflowError) in
                try await process.workflows.refundIntent(
                    intent,
                    amount: amount,
                    reason: nil,
                    under: key,
                    for: caller,
                    in: tenant
                )
            }
        case 6:
            return { (process, key, caller) async throws(WorkflowError) in
                try await process.workflows.voidIntent(
                    intent,
                    reason: nil,
                    under: key,
                    for: caller,
                    in: tenant
                )
            }
        default:
            return { (process, key, caller) async throws(WorkflowError) in
                try await process.workflows.authorizeIntent(
                    intent,
                    method: nil,
                    provider: nil,
                    under: key,
                    for: caller,
                    in: tenant
                )
            }
        }
    }

    private func insistBeside(_ key: String, _ request: @escaping Request) {
        openRequests += 1
        world.executor.spawn { [self] in
            await insist(key, request)
            openRequests -= 1
        }
    }

    /// Asks until there is an answer that will not change, or patience ends.
    private func insist(_ key: String, _ request: Request) async {
        for _ in 0..<6 {
            switch await ask(key, request) {
            case .final: if !world.fault(6) { return }
            case .refused: return
            case .underWay: if world.chance(2) { return }
            case .nothing: break
            }
            await world.sleep(for: .seconds(world.number(0...40)))
        }
    }

    private enum Hearing {
        case final
        case underWay
        case refused
        case nothing
    }

    private func ask(_ key: String, _ request: Request) async -> Hearing {
        let process = scene.anyProcess()
        world.note(.asks, "\(process.life.number): \(key)")
        let requestKey = RequestKey(
            key: key,
            fingerprint: Array(key.utf8),
            operation: "POST /simulated"
        )
        // The key stands in the actor's place, so that every attempt tells whose it is.
        let caller = Caller(
            requestID: key,
            language: .english,
            actor: Actor(key: nil, person: key),
            traceparent: nil
        )
        do throws(WorkflowError) {
            let answer = try await request(process, requestKey, caller)
            // A connection ends with its process, and may be lost by itself.
            guard !process.life.isOver, !world.fault(24) else { return .nothing }
            world.note(.answered, "\(key) \(answer.answer.status) \(answer.answer.body)")
            scene.replies.append(Scene.Reply(key: key, answer: answer.answer))
            switch answer.answer.status {
            case 200, 402, 409: return .final
            case 202: return .underWay
            default: return .nothing
            }
        } catch {
            world.note(.answered, "\(key) \(error.code)")
            switch error.code {
            case .keyRunning, .unavailable: return .nothing
            case .fault: preconditionFailure("a fault of ours: \(error.message)")
            case .keyReused, .refused, .notFound, .invalidReference, .orderCurrency,
                .methodNotUsable, .noAccount, .ambiguousAccount, .noRoute, .vendorsIll,
                .rateMissing, .secondPersonRequired, .otherProposal, .limitExceeded, .duplicate,
                .declined, .rejected, .vendorUnavailable, .vendorUnknown, .filterTooBroad:
                return .refused
            }
        }
    }
}
