import Cryptography
import HTTP
import HTTPServer
import JSON
import Synchronization

@testable import Simulators

/// A shop as sections 2 and 3 want it, or with a mistake in it.
final class ClickShop: HTTPHandler {
    enum Mistake: String, Sendable, CaseIterable {
        case believesAnySignature
        case signsItsOwnDigits
        case takesAnyAmount
        case takesAnyOrder
        case confirmsTwice
        case undoesWhatIsPaid
        case believesAnyPreparation
        case revivesWhatIsCancelled
        case preparesAnewOnRepeat
        case givesTextAsPrepareID
        case answersInHTML
        case answers400
        case failsAfterMoneyWasTaken
    }

    private struct Attempt {
        enum State {
            case prepared
            case paid
            case cancelled
        }

        let transaction: String
        let reference: String
        let amount: Int64
        let prepareID: Int64
        var state = State.prepared
    }

    private struct State {
        let orders: [String: Int64]
        var attempts: [Attempt] = []
        var silences = 0
        var asked: [String] = []
    }

    private let mistake: Mistake?
    private let state: Mutex<State>

    /// - Parameter orders: what can be paid, by reference, in tiyin.
    init(_ orders: [String: Int64], mistake: Mistake? = nil) {
        self.mistake = mistake
        state = Mutex(State(orders: orders))
    }

    /// What has been asked so far: the path and the `error`.
    var asked: [String] { state.withLock { $0.asked } }

    /// Closes the connection on the next so many questions.
    func beSilent(_ times: Int) {
        state.withLock { $0.silences = times }
    }

    func handle(_ exchange: HTTPExchange) async {
        guard let body = try? await exchange.body(), let form = QueryItems(form: body) else {
            return
        }
        let path = exchange.path.dropFirst("/hooks".count)
        let answer = state.withLock { state -> JSONValue? in
            defer { state.silences = max(0, state.silences - 1) }
            guard state.silences == 0 else { return nil }
            state.asked.append("\(path) \(form["error"] ?? "")")
            return reply(form, &state)
        }
        guard let answer else { return exchange.abandon() }
        let isFine = answer["error"] == 0 || mistake != .answers400
        let type = mistake == .answersInHTML ? "text/html" : "application/json; charset=utf-8"
        exchange.respond(
            isFine ? .ok : .badRequest,
            fields: [.contentType: type],
            body: answer.bytes()
        )
    }
}

extension ClickShop {
    private static let names = [
        "click_trans_id", "service_id", "click_paydoc_id", "merchant_trans_id", "amount",
        "action", "error", "error_note", "sign_time", "sign_string",
    ]

    private func reply(_ form: QueryItems, _ state: inout State) -> JSONValue {
        guard Self.names.allSatisfy({ form[$0] != nil }) else { return show(-8, form) }
        guard ["0", "1"].contains(form["action"]) else { return show(-3, form) }
        guard form["sign_string"] == signature(form) || mistake == .believesAnySignature else {
            return show(-1, form)
        }
        return form["action"] == "0" ? prepare(form, &state) : complete(form, &state)
    }

    private func signature(_ form: QueryItems) -> String {
        var amount = form["amount"] ?? ""
        if mistake == .signsItsOwnDigits {
            amount = Hundredths(amount).map { Hundredths(minor: $0.minor).text } ?? ""
        }
        let parts = [
            form["click_trans_id"], form["service_id"], ClickBench.secret,
            form["merchant_trans_id"], form["merchant_prepare_id"], amount, form["action"],
            form["sign_time"],
        ]
        return Hex.encode(Digest.md5.hash(parts.compactMap(\.self).joined()))
    }

    private func prepare(_ form: QueryItems, _ state: inout State) -> JSONValue {
        let reference = form["merchant_trans_id"] ?? ""
        guard let price = state.orders[reference] ?? (mistake == .takesAnyOrder ? 0 : nil) else {
            return show(-5, form)
        }
        let mine = state.attempts.first { $0.transaction == form["click_trans_id"] }
        if state.attempts.contains(where: { $0.reference == reference && $0.state == .paid }) {
            return show(-4, form)
        }
        let amount = form["amount"].flatMap(Hundredths.init)?.minor
        guard amount == price || mistake == .takesAnyAmount || mistake == .takesAnyOrder else {
            return show(-2, form)
        }
        if let mine, mistake != .preparesAnewOnRepeat {
            return show(mine.state == .cancelled ? -9 : 0, form, prepareID: mine.prepareID)
        }
        let attempt = Attempt(
            transaction: form["click_trans_id"] ?? "",
            reference: reference,
            amount: amount ?? 0,
            prepareID: 900_117 + Int64(state.attempts.count)
        )
        state.attempts.append(attempt)
        return show(0, form, prepareID: attempt.prepareID)
    }

    private func complete(_ form: QueryItems, _ state: inout State) -> JSONValue {
        let index = state.attempts.firstIndex { attempt in
            "\(attempt.prepareID)" == form["merchant_prepare_id"]
                && attempt.reference == form["merchant_trans_id"]
                && attempt.transaction == form["click_trans_id"]
        }
        guard let index = index ?? (mistake == .believesAnyPreparation ? 0 : nil) else {
            return show(-6, form)
        }
        let attempt = state.attempts[index]
        let amount = form["amount"].flatMap(Hundredths.init)?.minor
        guard amount == attempt.amount || mistake == .takesAnyAmount else {
            return show(-2, form)
        }
        let isCancel = form["error"]?.hasPrefix("-") == true
        switch (attempt.state, isCancel) {
        case (.prepared, true):
            state.attempts[index].state = .cancelled
            return show(-9, form)
        case (.prepared, false):
            if mistake == .failsAfterMoneyWasTaken { return show(-7, form) }
            state.attempts[index].state = .paid
            return show(0, form, prepareID: attempt.prepareID)
        case (.paid, true): return show(mistake == .undoesWhatIsPaid ? 0 : -9, form)
        case (.paid, false): return show(mistake == .confirmsTwice ? 0 : -4, form)
        case (.cancelled, true): return show(-9, form)
        case (.cancelled, false): return show(mistake == .revivesWhatIsCancelled ? 0 : -9, form)
        }
    }

    private func show(_ error: Int64, _ form: QueryItems, prepareID: Int64? = nil) -> JSONValue {
        let number = form["click_trans_id"].flatMap { Int64($0) } ?? 0
        let isPrepare = form["action"] == "0"
        var answer = JSONObject([
            ("click_trans_id", .integer(number)),
            ("merchant_trans_id", .string(form["merchant_trans_id"] ?? "")),
            ("error", .integer(error)), ("error_note", error == 0 ? "Success" : "No"),
        ])
        let id = prepareID.map(JSONValue.integer) ?? .null
        if isPrepare, prepareID != nil {
            let text = mistake == .givesTextAsPrepareID
            answer["merchant_prepare_id"] = text ? .string(id.text) : id
        } else if !isPrepare {
            answer["merchant_confirm_id"] = id
        }
        return .object(answer)
    }
}
