package import Reactor
internal import Synchronization

/// A vendor that speaks its protocol, keeps its own books, and misbehaves on demand.
///
/// It listens on a loop; everything that its control endpoints can do, its methods can do from any
/// thread.
package final class Simulator<Vendor: SimulatedVendor>: Sendable {
    package typealias Configuration = SimulatorConfiguration<Vendor>

    struct State: Sendable {
        var machine: SimulatorMachine<Vendor>
        var clock: SimulatorClock
    }

    let configuration: Configuration
    let state: Mutex<State>
    private let service = Mutex<SimulatorService<Vendor>?>(nil)

    package init(_ configuration: Configuration) {
        self.configuration = configuration
        state = Mutex(
            State(
                machine: SimulatorMachine(
                    configuration,
                    publicURL: configuration.publicURL ?? ""
                ),
                clock: SimulatorClock(rate: configuration.clockRate)
            )
        )
    }

    /// Listens and sends webhooks, on a loop that runs.
    ///
    /// - Returns: the port.
    @discardableResult
    package func start(on loop: EventLoop) async throws -> UInt16 {
        let service = try await loop.submit { [self] in
            try SimulatorService(self, on: loop)
        }
        state.withLock { state in
            state.machine.vendor.publicURL =
                configuration.publicURL ?? configuration.address(port: service.port)
        }
        self.service.withLock { $0 = service }
        return service.port
    }

    /// Stops listening and sending; what the simulator knows stays readable.
    package func stop() async {
        let service = self.service.withLock { $0.take() }
        await service?.stop()
    }

    /// Where the gateway finds it while it runs: the vendor's base URL.
    package var baseURL: String {
        service.withLock { $0.map { configuration.address(port: $0.port) } ?? "" }
    }

    /// Changes the state and sees to what follows from it.
    func change<Value: Sendable>(_ body: (inout sending State) -> sending Value) -> Value {
        let value = state.withLock { state in
            state.machine.vendor.advance(to: state.clock.now)
            return body(&state)
        }
        service.withLock { $0 }?.lookAgain()
        return value
    }

    /// Does something to the vendor that it may refuse.
    func act<Value: Sendable>(
        _ body: (inout Vendor) throws(ControlRefusal) -> Value
    ) throws(ControlRefusal) -> Value {
        let result: Result<Value, ControlRefusal> = change { state in
            do throws(ControlRefusal) {
                return .success(try body(&state.machine.vendor))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
