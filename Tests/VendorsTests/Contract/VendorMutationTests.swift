import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Whatever the bytes, reading an answer or a notification ends: with a meaning, or with "unknown".
@Suite struct VendorMutationTests {
    private static let rounds = 150

    @Test(arguments: VendorCatalog.all.filter(\.hasWire))
    func `any bytes have an outcome`(vendor: VendorDescriptor) throws {
        guard case .dialect(let dialect) = vendor.implementation else { return }
        let speaker = try dialect.init(Sample.account(of: vendor))
        let operations = try SampleOperation.allCases.map { try $0.made(for: vendor) } + lookUps
        for name in Recording.names(of: vendor.name) {
            let recording = try Recording(of: vendor.name, name)
            var random = MutatingRandom(seed: name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
            let bodies = recording.bodies
            // Silence is right: a notification was not asked for.
            let asked = (try? recording.operation()).map { [$0] } ?? []
            for round in 0..<Self.rounds {
                let body = random.mutated(bodies[round % bodies.count])
                let response = HTTPResponse(
                    status: HTTPStatus(random.status()),
                    fields: recording.fields,
                    body: body
                )
                for operation in operations + asked {
                    read(response, of: operation, speaker, vendor)
                }
                for operation in TokenOperation.samples {
                    // Silence is right: a refusal is an answer, a trap is not.
                    _ = try? speaker.step(operation, key: Sample.key, after: [response])
                }
                let delivery = WebhookDelivery(fields: [], body: body)
                _ = try? speaker.readNotices(in: delivery)
                _ = try? speaker.verification(of: delivery, now: Sample.now, after: [])
            }
        }
    }

    private func read(
        _ response: HTTPResponse,
        of operation: VendorOperation,
        _ speaker: any VendorDialect,
        _ vendor: VendorDescriptor
    ) {
        // Silence is right: what cannot be asked is refused.
        guard let step = try? speaker.step(operation, key: Sample.key, after: [response]),
            case .finished(let outcome) = step, response.status.code == 500,
            let effect = try? vendor.firstEffect(of: operation)
        else { return }
        #expect(outcome.leavesOpen(effect), "\(outcome)")
    }

    private let lookUps: [VendorOperation] = [
        .lookUp(.init(.refund(reference: "re_1"))),
        .lookUp(.init(.paymentOfAttempt(Sample.attempt, askedAt: Sample.now))),
        .lookUp(.init(.refundOfAttempt(Sample.attempt, paymentReference: "pi_1"))),
    ]
}
