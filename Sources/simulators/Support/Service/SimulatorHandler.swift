internal import HTTP
internal import HTTPServer
internal import Reactor

/// Turns exchanges into calls and deliveries into answers, faults included.
struct SimulatorHandler<Vendor: SimulatedVendor>: HTTPHandler {
    private let simulator: Simulator<Vendor>
    private let loop: EventLoop

    init(_ simulator: Simulator<Vendor>, on loop: EventLoop) {
        self.simulator = simulator
        self.loop = loop
    }

    func handle(_ exchange: HTTPExchange) async {
        // A body that cannot be read is answered by the server.
        guard let body = try? await exchange.body() else { return }
        let path = exchange.path
        if path.hasPrefix("/_control/") {
            await answerControl(exchange, path, body)
        } else if Vendor.isCall(path) {
            await answerCall(exchange, path, body)
        } else {
            answerPage(exchange, path, body)
        }
    }

    // MARK: The vendor's interface

    private func answerCall(_ exchange: HTTPExchange, _ path: String, _ body: [UInt8]) async {
        let visit = simulator.begin(
            SimulatedCall(
                exchange.method,
                path,
                query: exchange.query ?? "",
                fields: exchange.fields,
                body: body
            )
        )
        if visit.delay > .zero {
            exchange.deadline = loop.now.advanced(by: visit.delay + .seconds(30))
            // Cancelled only when the loop ends; the effect is made then all the same.
            try? await loop.sleep(for: visit.delay)
        }
        switch simulator.finish(visit) {
        case .whole(let reply):
            exchange.respond(HTTPStatus(reply.status), fields: reply.fields, body: reply.body)
        case .slow(let reply, let duration):
            await trickle(reply, over: duration, to: exchange)
        case .late(let reply, let wait):
            exchange.deadline = loop.now.advanced(by: wait + .seconds(30))
            try? await loop.sleep(for: wait)  // Cancelled only when the loop ends.
            exchange.respond(HTTPStatus(reply.status), fields: reply.fields, body: reply.body)
        case .close: exchange.abandon()
        case .reset: exchange.abandon(resetting: true)
        }
    }

    private func trickle(
        _ reply: SimulatedReply,
        over duration: Duration,
        to exchange: HTTPExchange
    ) async {
        let pieces = 10
        exchange.start(HTTPStatus(reply.status), fields: reply.fields)
        let size = max(1, (reply.body.count + pieces - 1) / pieces)
        var rest = reply.body[...]
        while !rest.isEmpty {
            // Nobody listening or a loop that ends: the answer stays unfinished.
            guard (try? await loop.sleep(for: duration / pieces)) != nil,
                (try? await exchange.write(Array(rest.prefix(size)))) != nil
            else { return }
            rest = rest.dropFirst(size)
        }
        exchange.finish()
    }

    // MARK: Control and pages

    private func answerControl(
        _ exchange: HTTPExchange,
        _ path: String,
        _ body: [UInt8]
    ) async {
        let parts = path.dropFirst("/_control/".count).split(separator: "/")
        let names = parts.compactMap { PercentCoding.decode($0) }
        guard names.count == parts.count, let query = QueryItems(exchange.query ?? "") else {
            return exchange.respond(.badRequest)
        }
        if let wait = query["wait_ms"].flatMap({ Int64($0) }), (0...600_000).contains(wait) {
            await letWebhooksGo(within: .milliseconds(wait), exchange)
        }
        let reply = simulator.answer(
            ControlCall(method: exchange.method.rawValue, path: names, query: query, body: body)
        )
        exchange.respond(
            HTTPStatus(reply.status),
            fields: [.contentType: "application/json"],
            body: reply.body
        )
    }

    /// Waits until every event is delivered or given up.
    private func letWebhooksGo(within wait: Duration, _ exchange: HTTPExchange) async {
        let end = loop.now.advanced(by: wait)
        exchange.deadline = end.advanced(by: .seconds(30))
        while !simulator.areWebhooksIdle, loop.now < end {
            // Cancelled only when the loop ends.
            guard (try? await loop.sleep(for: .milliseconds(2))) != nil else { return }
        }
    }

    private func answerPage(_ exchange: HTTPExchange, _ path: String, _ body: [UInt8]) {
        guard let query = QueryItems(exchange.query ?? ""), let form = QueryItems(form: body) else {
            return exchange.respond(.badRequest)
        }
        let visit = PageVisit(
            isSubmission: exchange.method == .post,
            path: path,
            query: query,
            form: form
        )
        let reply = simulator.change { $0.machine.vendor.page(visit) }
        var fields: HTTPFields = [.contentType: reply.contentType, .cacheControl: "no-store"]
        if let location = reply.location { fields.append(.location, location) }
        exchange.respond(HTTPStatus(reply.status), fields: fields, body: Array(reply.text.utf8))
    }
}
