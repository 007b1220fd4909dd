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

    /// A vendor that asks us repeats a question whose answer it lost, and only then books what we
    /// have: a difference that its next question ends is none.
    func checkBooks() async throws {
        let patience = ContinuousClock.now + .seconds(120)
        var differences = try await differences()
        while !differences.isEmpty, ContinuousClock.now < patience {
            try await pause(.seconds(1))
            differences = try await self.differences()
        }
        for difference in differences { expect(false, difference) }
    }

    private func differences() async throws -> [String] {
        let payments = try await payments()
        let intents = try await inspection.intents()
        var found: [String] = []
        var entries: [String: [Entry]] = [:]
        for entry in try await books() {
            if let intent = intents[entry.attempt] {
                entries[intent, default: []].append(entry)
            } else if entry.stands {
                found.append("\(entry) was never asked for by us")
            }
        }
        // Cash has no book but ours.
        for payment in payments.values where payment.gateway != "cash" {
            let own = entries[payment.id] ?? []
            let sum = { (part: KeyPath<Entry, Int64>) in
                own.map { $0[keyPath: part] }.reduce(0, +)
            }
            if payment.captured != sum(\.captured) || payment.refunded != sum(\.refunded)
                || payment.capturable != sum(\.held)
            {
                found.append("\(payment) is at the vendors \(own)")
            }
            if own.count(where: \.stands) > 1 {
                found.append("\(payment.id) was paid twice: \(own)")
            }
            if payment.captured > payment.amount || payment.refunded > payment.captured {
                found.append("\(payment) exceeds its own sums")
            }
        }
        return found
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
