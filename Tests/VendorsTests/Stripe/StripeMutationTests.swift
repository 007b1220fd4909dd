import Foundation
import HTTP
import PaymentCore
import Testing
import Vendors

/// Whatever the bytes, reading an answer or a notification ends: with a meaning, or with "unknown".
@Suite struct StripeMutationTests {
    private static let rounds = 150

    private static let names: [String] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Recordings")
        // Silence is right: without its recordings every other suite fails by name.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }()

    private let lookUps: [VendorOperation] = [
        .lookUp(.init(.payment(reference: "pi_1"))), .lookUp(.init(.refund(reference: "re_1"))),
        .lookUp(.init(.paymentOfAttempt(Sample.attempt, askedAt: Sample.now))),
        .lookUp(.init(.refundOfAttempt(Sample.attempt, paymentReference: "pi_1"))),
    ]

    @Test(arguments: names)
    func `any bytes have an outcome`(name: String) throws {
        let recording = try StripeFixture.recording(name)
        let dialect = try StripeFixture.dialect()
        var random = SplitMix(seed: name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        let operations = VendorOperation.samples + lookUps
        for _ in 0..<Self.rounds {
            let body = random.mutated(recording.body)
            let status = [200, 200, 200, 400, 402, 404, 409, 429, 500][Int(random.next() % 9)]
            let response = HTTPResponse(
                status: HTTPStatus(status),
                fields: recording.fields,
                body: body
            )
            for operation in operations {
                let outcome = dialect.outcome(of: operation, from: response)
                if status == 500 { #expect(outcome == .unknown(.vendorError)) }
            }
            for operation in TokenOperation.samples {
                _ = dialect.outcome(of: operation, from: response)
            }
            let delivery = WebhookDelivery(fields: [], body: body)
            // Silence is right: a refusal is an answer, a trap is not.
            _ = try? Stripe.Dialect.notices(in: delivery)
        }
    }
}

/// A small generator that repeats exactly (SplitMix64).
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Values that lie at an edge of what a field may hold.
    private static let edges = [
        "null", "true", "\"\"", "[]", "{}", "-1", "0", "1.5", "1e400", "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "99999999999999999999", "\"isk\"", "\"mga\"",
        "\"\\u0000\"",
    ]

    /// `bytes` with one to four changes: a byte, a cut, a repetition, or a value at the edge.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int(next() % 4) where !bytes.isEmpty {
            let place = Int(next() % UInt64(bytes.count))
            switch next() % 6 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: next())
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int(next() % 16)))
            case 2: bytes.insert(contentsOf: bytes[place...].prefix(Int(next() % 64)), at: place)
            default: replaceValue(after: place, in: &bytes)
            }
        }
        return bytes
    }

    /// Puts an edge value where the next scalar stands, so that the text mostly stays JSON.
    private mutating func replaceValue(after place: Int, in bytes: inout [UInt8]) {
        guard let colon = bytes[place...].firstIndex(of: UInt8(ascii: ":")) else { return }
        let start = colon + 1
        let end =
            bytes[start...].firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") }
            ?? bytes.endIndex
        let edge = Self.edges[Int(next() % UInt64(Self.edges.count))]
        bytes.replaceSubrange(start..<end, with: Array(edge.utf8))
    }
}
