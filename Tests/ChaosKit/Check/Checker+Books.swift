internal import HTTP
internal import JSON

/// Our payments against the books of the vendors.
extension Checker {
    private struct Entry {
        let vendor: String
        let reference: String
        let attempt: String
        let held: Int64
        let captured: Int64
        let refunded: Int64

        var stands: Bool { held > 0 || captured > 0 }
    }

    func checkBooks(_ payments: [String: Payment]) async throws {
        let intents = try await inspection.intents()
        var entries: [String: [Entry]] = [:]
        for entry in try await books() {
            guard let intent = intents[entry.attempt] else {
                expect(!entry.stands, "\(entry) was never asked for by us")
                continue
            }
            entries[intent, default: []].append(entry)
        }
        for payment in payments.values {
            let own = entries[payment.id] ?? []
            // Cash has no book but ours.
            guard payment.gateway != "cash" else { continue }
            let sum = { (part: KeyPath<Entry, Int64>) in
                own.map { $0[keyPath: part] }.reduce(0, +)
            }
            expect(
                payment.captured == sum(\.captured) && payment.refunded == sum(\.refunded)
                    && payment.capturable == sum(\.held),
                "\(payment) is at the vendors \(own)"
            )
            expect(own.count(where: \.stands) <= 1, "\(payment.id) was paid twice: \(own)")
            expect(
                payment.captured <= payment.amount && payment.refunded <= payment.captured,
                "\(payment) exceeds its own sums"
            )
        }
    }

    private func books() async throws -> [Entry] {
        var entries: [Entry] = []
        for vendor in place.vendors {
            let book = try await vendor.simulator.send(.get, "/_control/book")
            guard let payments = book.body["payments"]?.arrayValue else {
                throw Mishap("\(vendor.name) shows no book: \(book.status)")
            }
            entries += payments.map { payment in
                // Every vendor was given our attempt's name, each keeps it in a field of its own.
                let names = payment["metadata"]?.objectValue?.members.compactMap {
                    $0.value.stringValue
                }
                return Entry(
                    vendor: vendor.name,
                    reference: payment["id"]?.stringValue ?? "",
                    attempt: names?.first { $0.hasPrefix("att_") } ?? "",
                    held: payment["held"]?.integerValue ?? 0,
                    captured: payment["captured"]?.integerValue ?? 0,
                    refunded: payment["refunded"]?.integerValue ?? 0
                )
            }
        }
        return entries
    }
}
