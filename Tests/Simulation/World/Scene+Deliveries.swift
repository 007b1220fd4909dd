internal import PaymentCore

/// The network between vendors and us: messages are late, in any order, twice, or lost.
extension Scene {
    /// Brings the `place`-th message that could arrive now.
    func deliver(_ place: Int, from vendor: SimulatedVendor) {
        let message = vendor.takeMessage(place)
        if message.mayBeLost, world.fault(6) { return world.note(.fault, "a message is lost") }
        if world.fault(6) {
            vendor.send(message.content, copy: message.copy + 1, mayBeLost: true)
        }
        let process = anyProcess()
        world.note(.delivers, "\(process.life.number): \(vendor.manner) \(message.content)")
        world.executor.spawn { [self] in
            switch message.content {
            case .notice(let notice):
                let delivery = delivery("\(notice):\(message.copy)")
                // Vendors send again what was not taken, until it is.
                if await !process.receive(delivery, from: vendor) {
                    vendor.send(message.content, copy: message.copy + 1, mayBeLost: false)
                }
            case .question(let payment, let verb):
                let attempt = vendor.payments[payment].attempt
                let delivery = delivery("\(verb) v-\(payment) \(attempt)")
                let reply = await process.reply(delivery, to: vendor)
                vendor.hear(reply, to: verb, about: payment)
            }
        }
    }

    private func delivery(_ text: String) -> WebhookDelivery {
        WebhookDelivery(fields: [], body: Array(text.utf8))
    }
}

extension SimulatedVendor {
    /// How many messages could arrive now.
    var arrivingCount: Int {
        let now = world.now
        return messages.count { $0.earliest <= now }
    }

    func takeMessage(_ place: Int) -> Message {
        let now = world.now
        let arriving = messages.indices.filter { messages[$0].earliest <= now }
        return messages.remove(at: arriving[place])
    }

    /// When the vendor or one of its messages is next due.
    var nextTime: Timestamp? {
        let times = [agenda.lazy.map(\.due).min(), messages.lazy.map(\.earliest).min()]
        return times.compactMap(\.self).min()
    }
}
