import Cryptography
import HTTP
import HTTPServer
import JSON
import Reactor
import Synchronization
import Testing
import VendorRecordings

/// A small vendor that keeps the contract, for machines without Python: at once, without pages.
final class IntegratorBank: HTTPHandler {
    fileprivate struct Entry {
        var attempt: JSONValue
        var status: String
        let amount: Int64
        var capturable: Int64
        var captured: Int64
        var refunded: Int64 = 0
    }

    fileprivate struct Answer {
        let asked: [UInt8]
        let status: Int
        let body: JSONValue
    }

    fileprivate struct Book {
        var payments: [String: Entry] = [:]
        var refunds: [String: JSONValue] = [:]
        var answers: [String: Answer] = [:]
        var number = 0
    }

    private let book = Mutex(Book())

    /// Runs `body` beside a bank on a loop of its own.
    static func run(
        _ body: @escaping @Sendable (_ baseURL: String) async throws -> Void
    ) async throws {
        let loop = try EventLoop(name: "integrator-bank")
        loop.start()
        let (server, port) = try await loop.submit {
            let server = HTTPServer(
                loop: loop,
                configuration: .init(address: try #require(.init("127.0.0.1", port: 0))),
                handler: IntegratorBank()
            )
            return (server, try server.listen().port)
        }
        do {
            try await body("http://127.0.0.1:\(port)")
        } catch {
            Issue.record(error)
        }
        try await loop.submit { await server.drain(within: .milliseconds(200)) }
        await loop.stop()
    }

    func handle(_ exchange: HTTPExchange) async {
        guard let body = try? await exchange.body() else { return }
        guard isGenuine(exchange, body), let asked = try? JSONValue.parse(body) else {
            return exchange.respond(HTTPStatus(401))
        }
        let (status, answer) = book.withLock { book -> (Int, JSONValue) in
            guard let key = exchange.field(.idempotencyKey) else { return book.lookUp(asked) }
            if let known = book.answers[key] {
                return known.asked == body ? (known.status, known.body) : Book.refusal("key_reused")
            }
            let (status, answer) = book.answer(asked)
            book.answers[key] = Answer(asked: body, status: status, body: answer)
            return (status, answer)
        }
        exchange.respond(
            HTTPStatus(status),
            fields: [.contentType: "application/json"],
            body: answer.bytes()
        )
    }

    private func isGenuine(_ exchange: HTTPExchange, _ body: [UInt8]) -> Bool {
        guard let id = exchange.field("webhook-id"), let time = exchange.field("webhook-timestamp"),
            let key = Base64.decode(String(IntegratorFixture.secret.dropFirst(6)))
        else { return false }
        let code = HMAC.sha256(key: key, message: Array("\(id).\(time).".utf8) + body)
        return exchange.field("webhook-signature") == "v1,\(Base64.encode(code))"
    }
}

extension IntegratorBank.Book {
    static func refusal(_ code: String) -> (Int, JSONValue) {
        (code == "not_found" ? 404 : 409, ["error": ["code": .string(code)]])
    }

    mutating func answer(_ asked: JSONValue) -> (Int, JSONValue) {
        if asked["operation"] == "authorize" { return (200, authorize(asked)) }
        guard let reference = asked["payment_reference"]?.stringValue,
            var entry = payments[reference]
        else { return Self.refusal("not_found") }
        let amount = asked["amount"]?.integerValue ?? 0
        switch asked["operation"] {
        case "capture":
            guard entry.status == "authorized" else { return Self.refusal("wrong_state") }
            guard amount <= entry.capturable else { return Self.refusal("amount_not_accepted") }
            entry.captured += amount
            entry.capturable = asked["final"] == true ? 0 : entry.capturable - amount
            if entry.capturable == 0 { entry.status = "captured" }
        case "void":
            guard entry.status == "authorized" else { return Self.refusal("wrong_state") }
            entry.status = entry.captured > 0 ? "captured" : "voided"
            entry.capturable = 0
        default:
            guard amount <= entry.captured - entry.refunded else {
                return Self.refusal("amount_not_accepted")
            }
            entry.refunded += amount
        }
        payments[reference] = entry
        number += 1
        let movement: JSONValue = [
            "reference": .string("move_\(number)"), "payment_reference": .string(reference),
            "attempt": asked["attempt"] ?? .null, "status": "succeeded",
            "amount": .integer(amount), "currency": "EUR",
        ]
        if asked["operation"] == "refund" { refunds["move_\(number)"] = movement }
        return (200, movement)
    }

    private mutating func authorize(_ asked: JSONValue) -> JSONValue {
        let amount = asked["amount"]?.integerValue ?? 0
        guard amount % 100 != 51 else {
            return [
                "status": "declined", "decline": ["class": "soft", "code": "insufficient_funds"],
            ]
        }
        let isSale = asked["capture"] == "automatic"
        number += 1
        payments["bank_\(number)"] = .init(
            attempt: asked["attempt"] ?? .null,
            status: isSale ? "captured" : "authorized",
            amount: amount,
            capturable: isSale ? 0 : amount,
            captured: isSale ? amount : 0
        )
        return payment("bank_\(number)")
    }

    private func payment(_ reference: String) -> JSONValue {
        guard let entry = payments[reference] else { return .null }
        return [
            "reference": .string(reference), "attempt": entry.attempt,
            "status": .string(entry.status), "amount": .integer(entry.amount), "currency": "EUR",
            "capturable": .integer(entry.capturable), "captured": .integer(entry.captured),
            "multi_capture": true,
        ]
    }

    func lookUp(_ asked: JSONValue) -> (Int, JSONValue) {
        let (reference, attempt) = (asked["reference"]?.stringValue, asked["attempt"])
        if asked["object"] == "refund" {
            let found = refunds.first { $0.key == reference || $0.value["attempt"] == attempt }
            return found.map { (200, ["refund": $0.value]) } ?? Self.refusal("not_found")
        }
        let found = payments.first { $0.key == reference || $0.value.attempt == attempt }
        return found.map { (200, ["payment": payment($0.key)]) } ?? Self.refusal("not_found")
    }
}
