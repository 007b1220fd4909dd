import HTTP
import HTTPServer
import JSON
import Synchronization

@testable import Simulators

/// A shop's billing as sections 2 and 3 want it, or with a mistake in it.
final class PaymeShop: HTTPHandler {
    enum Mistake: String, Sendable, CaseIterable {
        case letsAnybodyIn
        case takesAnyAmount
        case takesAnyAccount
        case forgetsRepeats
        case takesRivals
        case cancelsAgain
        case performsCancelled
        case neverTimesOut
        case statesByItsOwnClock
        case answersInRussianOnly
        case statusIs400
        case idIsText
        case timesAreNull
    }

    private struct Transaction {
        let id: String
        let time: Int64
        let amount: Int64
        let account: JSONValue
        let number: Int
        let created: Int64
        var performed: Int64 = 0
        var cancelled: Int64 = 0
        var state: Int64 = 1
        var reason: JSONValue = .null
    }

    private struct State {
        var orders: [String: Int64]
        var transactions: [Transaction] = []
        /// Our own clock, in milliseconds: far from Payme's, since only Payme's counts.
        var clock: Int64 = 1_732_093_533_480
        var paymeTime: @Sendable () -> Int64 = { WallClock.unixTime * 1_000 }
        var silences = 0
        var hasDelivered = false
        var asked: [String] = []
    }

    private struct Refusal: Error {
        let code: Int64
        var data: JSONValue = .null
    }

    private let login = "Basic UGF5Y29tOlp0NHdROEBwTDF2WDZtQjkjck4yc0Q1Zkc3aEowa0N5VHVFMw=="
    private let mistake: Mistake?
    private let state: Mutex<State>

    /// - Parameter orders: what can be paid, by `order_id`, in tiyin.
    init(_ orders: [String: Int64], mistake: Mistake? = nil) {
        self.mistake = mistake
        state = Mutex(State(orders: orders))
    }

    /// The methods asked so far.
    var asked: [String] { state.withLock { $0.asked } }

    /// Closes the connection on the next so many questions.
    func beSilent(_ times: Int) {
        state.withLock { $0.silences = times }
    }

    /// Whether what was performed was handed over too, so that it is not taken back.
    func deliver(_ hasDelivered: Bool = true) {
        state.withLock { $0.hasDelivered = hasDelivered }
    }

    /// Holds transactions against this clock, in milliseconds.
    func live(by clock: @escaping @Sendable () -> Int64) {
        state.withLock { $0.paymeTime = clock }
    }

    func handle(_ exchange: HTTPExchange) async {
        guard let body = try? await exchange.body() else { return }
        let isSilent = state.withLock { state in
            defer { state.silences = max(0, state.silences - 1) }
            return state.silences > 0
        }
        if isSilent { return exchange.abandon() }
        let json = try? JSONValue.parse(body)
        var id = json?["id"] ?? .null
        var answer: JSONValue
        do throws(Refusal) {
            guard exchange.method == .post else { throw Refusal(code: -32_300) }
            guard exchange.field(.authorization) == login || mistake == .letsAnybodyIn else {
                throw Refusal(code: -32_504)
            }
            guard let json else { throw Refusal(code: -32_700) }
            let result = try result(json)
            if mistake == .idIsText { id = .string(id.text) }
            answer = ["jsonrpc": "2.0", "id": id, "result": result]
        } catch {
            var message: JSONValue = ["ru": "Нет", "uz": "Yoʻq", "en": "No"]
            if mistake == .answersInRussianOnly { message = "Нет" }
            answer = [
                "id": id,
                "error": ["code": .integer(error.code), "message": message, "data": error.data],
            ]
        }
        let isFine = answer["error"] == nil || mistake != .statusIs400
        exchange.respond(
            isFine ? .ok : .badRequest,
            fields: [.contentType: "application/json; charset=utf-8"],
            body: answer.bytes()
        )
    }

    private func result(_ json: JSONValue) throws(Refusal) -> JSONValue {
        guard let method = json["method"]?.stringValue, let params = json["params"] else {
            throw Refusal(code: -32_600)
        }
        let result: Result<JSONValue, Refusal> = state.withLock { state in
            state.asked.append(method)
            state.clock += 7
            do throws(Refusal) {
                return .success(try answer(method, params, &state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

extension PaymeShop {
    private static let lifetime: Int64 = 43_200_000

    private func answer(
        _ method: String,
        _ params: JSONValue,
        _ state: inout State
    ) throws(Refusal) -> JSONValue {
        switch method {
        case "CheckPerformTransaction":
            try checkOrder(params, state)
            return ["allow": true]
        case "CreateTransaction": return try create(params, &state)
        case "GetStatement": return try statement(params, state)
        case "SetFiscalData": return ["success": true]
        case "PerformTransaction", "CancelTransaction", "CheckTransaction": break
        default: throw Refusal(code: -32_601, data: .string(method))
        }
        guard let id = params["id"]?.stringValue else { throw Refusal(code: -32_600) }
        guard let index = state.transactions.firstIndex(where: { $0.id == id }) else {
            throw Refusal(code: -31_003)
        }
        expire(index, &state)
        switch method {
        case "PerformTransaction": try perform(&state.transactions[index], state.clock)
        case "CancelTransaction":
            guard state.transactions[index].state != 2 || !state.hasDelivered else {
                throw Refusal(code: -31_007)
            }
            cancel(&state.transactions[index], params["reason"] ?? .null, state.clock)
        default: break
        }
        return show(state.transactions[index], after: method)
    }

    private func checkOrder(_ params: JSONValue, _ state: State) throws(Refusal) {
        let id = params["account"]?["order_id"]?.stringValue ?? ""
        guard mistake != .takesAnyAccount else { return }
        guard let amount = state.orders[id] else {
            throw Refusal(code: -31_050, data: "order_id")
        }
        guard params["amount"]?.integerValue == amount || mistake == .takesAnyAmount else {
            throw Refusal(code: -31_001)
        }
    }

    private func create(_ params: JSONValue, _ state: inout State) throws(Refusal) -> JSONValue {
        guard let id = params["id"]?.stringValue, let time = params["time"]?.integerValue,
            let amount = params["amount"]?.integerValue, let account = params["account"]
        else { throw Refusal(code: -32_600) }
        let index = state.transactions.firstIndex { $0.id == id }
        if let index, mistake != .forgetsRepeats {
            expire(index, &state)
            guard state.transactions[index].state == 1 else { throw Refusal(code: -31_008) }
            return show(state.transactions[index], after: "CreateTransaction")
        }
        guard state.paymeTime() - time < Self.lifetime || mistake == .neverTimesOut else {
            throw Refusal(code: -31_008)
        }
        try checkOrder(params, state)
        let isTaken = state.transactions.contains { $0.account == account && $0.state > 0 }
        guard !isTaken || mistake == .takesRivals || mistake == .forgetsRepeats else {
            throw Refusal(code: -31_008)
        }
        state.transactions.append(
            Transaction(
                id: id,
                time: time,
                amount: amount,
                account: account,
                number: 900_117 + state.transactions.count,
                created: state.clock
            )
        )
        return show(state.transactions[state.transactions.count - 1], after: "CreateTransaction")
    }

    private func expire(_ index: Int, _ state: inout State) {
        let transaction = state.transactions[index]
        guard transaction.state == 1, mistake != .neverTimesOut,
            state.paymeTime() - transaction.time >= Self.lifetime
        else { return }
        state.transactions[index].state = -1
        state.transactions[index].cancelled = state.clock
        state.transactions[index].reason = 4
    }

    private func perform(_ transaction: inout Transaction, _ now: Int64) throws(Refusal) {
        if transaction.state == 1 || (transaction.state < 0 && mistake == .performsCancelled) {
            (transaction.state, transaction.performed) = (2, now)
        }
        guard transaction.state == 2 else { throw Refusal(code: -31_008) }
    }

    private func cancel(_ transaction: inout Transaction, _ reason: JSONValue, _ now: Int64) {
        guard transaction.state > 0 || mistake == .cancelsAgain else { return }
        transaction.state = transaction.state > 0 ? -transaction.state : transaction.state
        (transaction.cancelled, transaction.reason) = (now, reason)
    }

    private func statement(_ params: JSONValue, _ state: State) throws(Refusal) -> JSONValue {
        guard let from = params["from"]?.integerValue, let to = params["to"]?.integerValue,
            from <= to
        else { throw Refusal(code: -32_600) }
        let ownClock = mistake == .statesByItsOwnClock
        let rows = state.transactions
            .filter { (from...to).contains(ownClock ? $0.created : $0.time) }
            .sorted { $0.time < $1.time }
        return ["transactions": .array(rows.map { show($0, after: "GetStatement") })]
    }

    private func show(_ transaction: Transaction, after method: String) -> JSONValue {
        let names: Set<String> =
            switch method {
            case "CreateTransaction": ["create_time", "transaction", "state", "receivers"]
            case "PerformTransaction": ["perform_time", "transaction", "state"]
            case "CancelTransaction": ["cancel_time", "transaction", "state"]
            case "CheckTransaction":
                [
                    "create_time", "perform_time", "cancel_time", "transaction", "state", "reason",
                ]
            default:
                [
                    "id", "time", "amount", "account", "create_time", "perform_time",
                    "cancel_time", "transaction", "state", "reason", "receivers",
                ]
            }
        func time(_ time: Int64) -> JSONValue {
            time == 0 && mistake == .timesAreNull ? .null : .integer(time)
        }
        let all: [(String, JSONValue)] = [
            ("id", .string(transaction.id)), ("time", .integer(transaction.time)),
            ("amount", .integer(transaction.amount)), ("account", transaction.account),
            ("create_time", time(transaction.created)),
            ("perform_time", time(transaction.performed)),
            ("cancel_time", time(transaction.cancelled)),
            ("transaction", .string("\(transaction.number)")),
            ("state", .integer(transaction.state)), ("reason", transaction.reason),
            ("receivers", .null),
        ]
        return .object(JSONObject(all.filter { names.contains($0.0) }))
    }
}
