internal import JSON

extension Payme.Checklist {
    /// What the checks are made with.
    struct Subjects: Sendable {
        /// Four orders that can be paid: one to cancel, one to pay and refund, one to leave waiting
        /// for 12 hours, one to race for.
        let orders: [Order]
        /// Whether the shop takes a paid order back.
        let refunds: Bool
        /// When the checks begin.
        let start: SimulatedTime
        /// How long before its 12 hours are over the old transaction is created.
        let patience: Duration
        /// Five ids of transactions.
        let ids: [String]
    }

    init(cashbox: String, _ subjects: Subjects) {
        self.init(cashbox: cashbox, steps: subjects.steps)
    }
}

extension Payme.Checklist.Subjects {
    private typealias Step = Payme.Checklist.Step
    private typealias Call = Payme.Checklist.Call
    private typealias Method = Payme.Method

    fileprivate var steps: [Payme.Checklist.Step] {
        aging + strangers + cancelling + paying + fighting + statement + transport + timingOut
    }

    /// One transaction of a check: on an order, with a time of its own.
    private struct Subject {
        let id: String
        let time: SimulatedTime
        let order: Payme.Checklist.Order

        var byID: JSONValue { Method.params(id: id) }
        var check: JSONValue { Method.params(amount: order.amount, order.account) }
        var create: JSONValue {
            Method.params(id: id, time: time, amount: order.amount, order.account)
        }

        func cancel(_ reason: Int64) -> JSONValue { Method.params(id: id, reason: reason) }
    }

    private var cancelled: Subject { subject(0, order: 0, age: .seconds(3)) }
    private var paid: Subject { subject(1, order: 1, age: .seconds(2)) }
    private var old: Subject {
        subject(2, order: 2, age: Payme.transactionLifetime - patience)
    }

    private func subject(_ index: Int, order: Int, age: Duration) -> Subject {
        Subject(id: ids[index], time: start + (.zero - age), order: orders[order])
    }

    private static let unknownAccount = -31_099...Int64(-31_050)

    private static func error(_ code: Int64) -> Payme.Checklist.Expectation {
        .error(code...code)
    }

    private func step(
        _ name: String,
        _ method: Method,
        _ params: JSONValue,
        _ expectation: Payme.Checklist.Expectation
    ) -> Step {
        Step(
            name: name,
            calls: [Call(name: method.rawValue, params: params)],
            expectation: expectation
        )
    }

    /// Wrong logins, wrong amounts, unknown accounts (checks 1 to 3).
    private var strangers: [Step] {
        let subject = cancelled
        let params: (Method) -> JSONValue = { method in
            switch method {
            case .checkPerform: subject.check
            case .create: subject.create
            case .cancel: subject.cancel(3)
            case .statement: Method.params(from: subject.time, to: start)
            case .perform, .check, .fiscal: subject.byID
            }
        }
        var steps = Method.allCases.map { method in
            Step(
                name: "\(method.rawValue) with a wrong login",
                calls: [Call(name: method.rawValue, params: params(method), manner: .wrongLogin)],
                expectation: Self.error(-32_504)
            )
        }
        let order = subject.order
        let nobody = order.account.map {
            Payme.Link.Field(name: $0.name, value: "none-\(ids[0])")
        }
        let field = order.account.first?.name
        for (method, wrongAmount, wrongAccount) in [
            (
                Method.checkPerform, Method.params(amount: order.amount + 1, order.account),
                Method.params(amount: order.amount, nobody)
            ),
            (
                Method.create,
                Method.params(
                    id: subject.id,
                    time: subject.time,
                    amount: order.amount + 1,
                    order.account
                ),
                Method.params(id: subject.id, time: subject.time, amount: order.amount, nobody)
            ),
        ] {
            let name = method.rawValue
            steps.append(
                step("\(name) with a wrong amount", method, wrongAmount, Self.error(-31_001))
            )
            steps.append(
                step(
                    "\(name) for an unknown account",
                    method,
                    wrongAccount,
                    .error(Self.unknownAccount, data: field)
                )
            )
        }
        return steps
    }

    /// Scenario 1: create and cancel an unconfirmed transaction (checks 4 to 6).
    private var cancelling: [Step] {
        let subject = cancelled
        return creating(subject, as: "first") + [
            step("cancel first", .cancel, subject.cancel(3), .state(-1)),
            step("cancel first again", .cancel, subject.cancel(3), .same(as: "cancel first")),
            step("check cancelled", .check, subject.byID, .status(-1, reason: 3)),
            step("perform cancelled", .perform, subject.byID, Self.error(-31_008)),
            step("create cancelled again", .create, subject.create, Self.error(-31_008)),
        ]
    }

    /// Scenario 2: create, confirm and cancel a confirmed transaction (checks 7 to 9).
    private var paying: [Step] {
        let subject = paid
        let steps =
            creating(subject, as: "second") + [
                step("perform second", .perform, subject.byID, .state(2)),
                step(
                    "perform second again",
                    .perform,
                    subject.byID,
                    .same(as: "perform second")
                ),
                step("check performed", .check, subject.byID, .status(2)),
            ]
        guard refunds else {
            return steps + [
                step("cancel second", .cancel, subject.cancel(5), Self.error(-31_007)),
                step("check not refunded", .check, subject.byID, .status(2)),
            ]
        }
        return steps + [
            step("cancel second", .cancel, subject.cancel(5), .state(-2)),
            step("cancel second again", .cancel, subject.cancel(5), .same(as: "cancel second")),
            step("check refunded", .check, subject.byID, .status(-2, reason: 5)),
        ]
    }

    private func creating(_ subject: Subject, as name: String) -> [Step] {
        let rival = Subject(id: ids[3], time: subject.time, order: subject.order)
        return [
            step("check perform \(name)", .checkPerform, subject.check, .result),
            step("create \(name)", .create, subject.create, .state(1)),
            step("create \(name) again", .create, subject.create, .same(as: "create \(name)")),
            step("check created \(name)", .check, subject.byID, .status(1)),
            step("create a rival of \(name)", .create, rival.create, Self.error(-31_008)),
        ]
    }

    /// Twelve hours, from Payme's time: first, so that not all the patience goes on other checks.
    private var aging: [Step] {
        let late = Subject(
            id: ids[4],
            time: start + (.zero - Payme.transactionLifetime - .seconds(1)),
            order: old.order
        )
        return [
            step("create too late", .create, late.create, Self.error(-31_008)),
            step("what was too late is unknown", .check, late.byID, Self.error(-31_003)),
            step("create old", .create, old.create, .state(1)),
        ]
    }

    /// What `aging` left waiting is over by itself.
    private var timingOut: [Step] {
        var timeout = step("perform too late", .perform, old.byID, Self.error(-31_008))
        timeout.notBefore = start + patience + .milliseconds(100)
        return [timeout, step("check timed out", .check, old.byID, .status(-1, reason: 4))]
    }

    /// Two payers at once.
    private var fighting: [Step] {
        let rivals = [0, 1].map { index in
            Subject(
                id: String(ids[3].dropLast()) + "\(index)",
                time: start,
                order: orders[3]
            )
        }
        return [
            Step(
                name: "create twice at once",
                calls: rivals.map { Call(name: Method.create.rawValue, params: $0.create) },
                expectation: .oneCreated
            )
        ]
    }

    private var statement: [Step] {
        let (first, second) = (cancelled, paid)
        func rows(
            _ name: String,
            _ start: SimulatedTime,
            _ end: SimulatedTime,
            _ ids: [String]
        ) -> Step {
            step(name, .statement, Method.params(from: start, to: end), .rows(ids))
        }
        return [
            rows("statement of both", first.time, second.time, [first.id, second.id]),
            rows("statement of one moment", second.time, second.time, [second.id]),
            rows(
                "statement between them",
                first.time + .milliseconds(1),
                first.time + .milliseconds(2),
                []
            ),
            step(
                "statement that ends before it begins",
                .statement,
                Method.params(from: second.time, to: first.time),
                Self.error(-32_600)
            ),
        ]
    }

    /// The protocol itself.
    private var transport: [Step] {
        let subject = cancelled
        let nobody = Method.params(id: String(ids[4].reversed()))
        func fault(
            _ name: String,
            _ call: Call,
            _ code: Int64
        ) -> Step { Step(name: name, calls: [call], expectation: Self.error(code)) }
        return [
            step("perform what is unknown", .perform, nobody, Self.error(-31_003)),
            step("check what is unknown", .check, nobody, Self.error(-31_003)),
            step(
                "cancel what is unknown",
                .cancel,
                Method.params(id: String(ids[4].reversed()), reason: 3),
                Self.error(-31_003)
            ),
            step("an id of a wrong type", .perform, ["id": 17], Self.error(-32_600)),
            step("an id that is missing", .perform, [:], Self.error(-32_600)),
            fault("an unknown method", Call(name: "NoSuchMethod", params: [:]), -32_601),
            fault(
                "a GET",
                Call(name: Method.check.rawValue, params: subject.byID, manner: .asGET),
                -32_300
            ),
            fault(
                "broken JSON",
                Call(name: Method.check.rawValue, params: subject.byID, manner: .unparsable),
                -32_700
            ),
        ]
    }
}
