import PaymentCore
import Synchronization
import TestKit
import Testing

/// Who asks for the same at the same time shares one answer.
@Suite final class SharedLoadsTests: Sendable {
    private struct Refused: Error {}

    private let loads = SharedLoads<String, Int, Refused>()
    private let gate = Gate()
    private let asked = Atomic(0)

    private func ask(_ key: String, _ answer: Result<Int, Refused>) async -> Result<Int, Refused> {
        do throws(Refused) {
            return .success(
                try await loads.value(of: key) { () async throws(Refused) in
                    asked.add(1, ordering: .relaxed)
                    await gate.wait()
                    return try answer.get()
                }
            )
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: [true, false])
    func `a crowd shares what the first one is told`(isTold: Bool) async throws {
        let answer: Result<Int, Refused> = isTold ? .success(7) : .failure(Refused())
        let crowd = (0..<8).map { _ in Task.immediate { await ask("a", answer) } }
        let other = Task.immediate { await ask("b", .success(8)) }
        gate.open()
        for task in crowd { #expect(await (try? task.value.get()) == (isTold ? 7 : nil)) }
        #expect(await (try? other.value.get()) == 8)
        #expect(asked.load(ordering: .relaxed) == 2)
    }

    @Test func `what comes after an answer asks anew`() async throws {
        gate.open()
        #expect(await (try? ask("a", .success(1)).get()) == 1)
        #expect(await (try? ask("a", .success(2)).get()) == 2)
    }

    @Test func `that the first one gives up is no answer for the others`() async throws {
        let first = Task.immediate { await ask("a", .failure(Refused())) }
        let others = (0..<8).map { value in Task.immediate { await ask("a", .success(value)) } }
        first.cancel()
        gate.open()
        #expect(await (try? first.value.get()) == nil)
        for other in others { #expect(await (try? other.value.get()) != nil) }
    }
}
