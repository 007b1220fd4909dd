internal import Foundation
internal import HTTP
internal import JSON
internal import Observability
internal import PaymentCore
internal import Reactor
internal import TestKit

/// Holds what is left to what was promised. It knows the vendors' books, what the API and the
/// consumers of events were told, and nothing of how the product comes to it.
struct Checker {
    /// A payment as the API shows it.
    struct Payment {
        let id: String
        let status: String
        let gateway: String
        let amount: Int64
        let capturable: Int64
        let captured: Int64
        let refunded: Int64
    }

    let place: Installation
    let record: Record
    let inspection: Inspection
    /// What is running by now.
    let release: Release

    func check() async {
        do {
            let payments = try await payments()
            checkPromises(payments)
            try await checkBooks()
            try await checkEvents(payments)
            try await checkRest()
            try await place.run(release, ["ledger", "verify", place.tenant.description])
            try await searchLogs()
        } catch {
            expect(false, "the check failed: \(error)")
        }
    }

    func expect(_ isKept: Bool, _ promise: @autoclosure () -> String) {
        record.expect(isKept, promise())
    }

    func payments() async throws -> [String: Payment] {
        var payments: [String: Payment] = [:]
        for object in try await pages("/intents?limit=200", next: { $0["next"]?.stringValue }) {
            let sum = { (name: String) in object["amount_\(name)"]?.integerValue ?? -1 }
            let payment = Payment(
                id: object["id"]?.stringValue ?? "",
                status: object["status"]?.stringValue ?? "",
                gateway: object["gateway"]?.stringValue ?? "",
                amount: object["amount"]?.integerValue ?? 0,
                capturable: sum("capturable"),
                captured: sum("captured"),
                refunded: sum("refunded")
            )
            payments[payment.id] = payment
        }
        return payments
    }

    /// All elements of a list.
    func pages(
        _ path: String,
        next: (JSONValue) -> String?
    ) async throws -> [JSONValue] {
        var elements: [JSONValue] = []
        var after = ""
        while true {
            var page = try await place.gateways[0].api(.get, path + after)
            // A busy machine takes longer over a list than the gateway lets it.
            for _ in 0..<20 where page.status != 200 {
                try await pause(.milliseconds(500))
                page = try await place.gateways[0].api(.get, path + after)
            }
            guard page.status == 200, let data = page.body["data"]?.arrayValue else {
                throw Mishap("\(path): \(page)")
            }
            elements += data
            guard !data.isEmpty, let cursor = next(page.body) else { return elements }
            after = "&after=\(cursor)"
        }
    }

    /// Every client finds what its answers said.
    private func checkPromises(_ payments: [String: Payment]) {
        for promise in record.promises {
            guard let payment = payments[promise.intent] else {
                expect(false, "\(promise.intent) was answered, and is gone")
                continue
            }
            expect(
                payment.captured == promise.captured && payment.refunded == promise.refunded
                    && payment.status == promise.status,
                "\(payment) is not what was answered: \(promise)"
            )
        }
    }

    private func checkRest() async throws {
        let flagged = try await pages("/intents?limit=200&discrepancy=true") { _ in nil }
        expect(
            flagged.isEmpty,
            "flagged for nothing: \(flagged.compactMap { $0["id"]?.stringValue })"
        )
        let rest = try await inspection.rest()
        expect(rest.isQuiet, "it did not settle: \(rest)")
        expect(rest.deadJobs == 0, "\(rest.deadJobs) jobs were given up")
        expect(rest.deadWebhooks == 0, "\(rest.deadWebhooks) notifications were given up")
        for vendor in place.vendors {
            expect(vendor.process.isRunning, "\(vendor.name)'s simulator ended")
        }
        for ending in place.fleet.ownEndings {
            // Whoever cannot reach its database when it starts may say so and end.
            expect(ending >= 0, "a gateway ended by signal \(-ending)")
        }
    }

    private func searchLogs() async throws {
        let paths = (0..<place.fleet.count).map(place.fleet.logPath)
        let secrets = place.secrets + [place.subscriber.secret].compactMap(\.self)
        let findings = try await place.blocking.run {
            try paths.flatMap { path -> [String] in
                let log = try Data(contentsOf: URL(fileURLWithPath: path))
                var findings = secrets.filter { log.range(of: Data($0.utf8)) != nil }
                    .map { "a log shows a secret of \($0.utf8.count) bytes" }
                if CardDataDetector.containsCardNumber(Array(log)) {
                    findings.append("a log shows a card number")
                }
                if log.range(of: Data("Fatal error".utf8)) != nil {
                    findings.append("a gateway trapped, see \(path)")
                }
                return findings
            }
        }
        for finding in findings { expect(false, finding) }
    }
}
