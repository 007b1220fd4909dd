import HTTP
import JSON
import Testing

@testable import Simulators

/// Questions and answers against the documented fixtures (sections 2, 3 and 11).
struct PaymeAnswerTests {
    @Test func `a question is put as documented`() throws {
        let account = [Payme.Link.Field(name: "order_id", value: "ord-2024-000117")]
        let question = Payme.Question(
            id: 4_101,
            name: "CreateTransaction",
            params: Payme.Method.params(
                id: "673de1f4a1b2c3d4e5f60718",
                time: SimulatedTime(milliseconds: 1_732_093_533_123),
                amount: 15_000_000,
                account
            )
        )
        let cashbox = Payme.Cashbox(id: "m", key: PaymeBench.key, url: "https://shop.example/p")
        let request = try #require(question.request(to: cashbox, .good))
        #expect(request.method == .post)
        #expect(
            request.fields[.authorization]
                == "Basic UGF5Y29tOlp0NHdROEBwTDF2WDZtQjkjck4yc0Q1Zkc3aEowa0N5VHVFMw=="
        )
        #expect(
            try JSONValue.parse(request.body)
                == JSONValue.parse(
                    #"""
                    {"jsonrpc":"2.0","id":4101,"method":"CreateTransaction","params":{
                    "id":"673de1f4a1b2c3d4e5f60718","time":1732093533123,"amount":15000000,
                    "account":{"order_id":"ord-2024-000117"}}}
                    """#
                )
        )
        let stranger = question.request(to: cashbox, .bad)
        #expect(stranger?.fields[.authorization] == "Basic UGF5Y29tOndyb25n")
    }

    struct Fixture: Sendable {
        let method: String
        let id: Int64
        let body: String
    }

    static let results = [
        Fixture(
            method: "CreateTransaction",
            id: 4_101,
            body: #"""
                {"jsonrpc":"2.0","id":4101,"result":{"create_time":1732093533480,
                "transaction":"900117","state":1,"receivers":null}}
                """#
        ),
        Fixture(
            method: "CheckPerformTransaction",
            id: 4_100,
            body: #"""
                {"jsonrpc":"2.0","id":4100,"result":{"allow":true,
                "additional":{"guest":"A. Karimov"},"detail":{"receipt_type":0,"items":[
                {"title":"Hotel room, standard, night","price":7500000,"count":2,
                "code":"10704001001000000","package_code":"1501319","vat_percent":12}]}}}
                """#
        ),
        Fixture(
            method: "PerformTransaction",
            id: 4_104,
            body: #"""
                {"jsonrpc":"2.0","id":4104,"result":{"transaction":"900117",
                "perform_time":1732093561007,"state":2}}
                """#
        ),
        Fixture(
            method: "CheckTransaction",
            id: 4_105,
            body: #"""
                {"jsonrpc":"2.0","id":4105,"result":{"create_time":1732093533480,
                "perform_time":1732093561007,"cancel_time":0,"transaction":"900117","state":2,
                "reason":null}}
                """#
        ),
        Fixture(
            method: "CancelTransaction",
            id: 4_106,
            body: #"""
                {"jsonrpc":"2.0","id":4106,"result":{"transaction":"900117",
                "cancel_time":1732180000000,"state":-2}}
                """#
        ),
        Fixture(
            method: "GetStatement",
            id: 4_107,
            body: #"""
                {"jsonrpc":"2.0","id":4107,"result":{"transactions":[{
                "id":"673de1f4a1b2c3d4e5f60718","time":1732093533123,"amount":15000000,
                "account":{"order_id":"ord-2024-000117"},"create_time":1732093533480,
                "perform_time":1732093561007,"cancel_time":1732180000000,"transaction":"900117",
                "state":-2,"reason":5,"receivers":null}]}}
                """#
        ),
    ]

    @Test(arguments: results)
    func `a documented result is without fault`(fixture: Fixture) {
        let answer = read(fixture.body, method: fixture.method, id: fixture.id)
        #expect(answer.violations == [])
        #expect(answer.result != nil)
        #expect(!answer.callsForRepeat)
    }

    @Test(arguments: [
        (
            Int64(-31_008), 4_102,
            #"""
            {"jsonrpc":"2.0","id":4102,"error":{"code":-31008,"message":{"ru":"Операция",
            "uz":"Amalni","en":"Operation is not possible"},"data":null}}
            """#
        ),
        (
            Int64(-31_050), 4_103,
            #"""
            {"jsonrpc":"2.0","id":4103,"error":{"code":-31050,"message":{"ru":"Заказ не найден",
            "uz":"Buyurtma topilmadi","en":"Order not found"},"data":"order_id"}}
            """#
        ),
        (
            Int64(-32_504), 4_108,
            #"""
            {"jsonrpc":"2.0","id":4108,"error":{"code":-32504,"message":{
            "ru":"Недостаточно привилегий","uz":"Huquqlar yetarli emas",
            "en":"Insufficient privileges"},"data":null}}
            """#
        ),
    ])
    func `a documented error is without fault`(code: Int64, id: Int64, body: String) {
        let answer = read(body, method: "CreateTransaction", id: id)
        #expect(answer.violations == [])
        #expect(answer.code == code)
    }

    @Test(arguments: [
        ("", "the body is no JSON object"), ("[]", "the body is no JSON object"),
        (#"{"id":"7","result":{"allow":true}}"#, #"id is "7", not 7"#),
        (#"{"id":7}"#, "exactly one of result and error must be there"),
        (
            #"{"id":7,"result":{"allow":true},"error":{"code":-1}}"#,
            "exactly one of result and error must be there"
        ),
        (#"{"id":7,"error":{"message":"no"}}"#, "error has no code"),
        (#"{"id":7,"result":{"allow":false}}"#, "allow is not true"),
        (#"{"id":7,"jsonrpc":"1.0","result":{"allow":true}}"#, #"jsonrpc is "1.0""#),
    ])
    func `a fault is named`(body: String, violation: String) {
        let answer = read(body, method: "CheckPerformTransaction", id: 7)
        #expect(answer.violations == [violation])
    }

    @Test func `any status but 200 is a failure of the shop`() {
        let question = Payme.Question(id: 7, name: "CheckPerformTransaction", params: [:])
        let response = HTTPResponse(
            status: .badRequest,
            fields: [.contentType: "application/json"],
            body: Array(#"{"id":7,"result":{"allow":true}}"#.utf8)
        )
        let answer = Payme.Answer(response, to: question)
        #expect(answer.code == -32_400)
        #expect(answer.violations == ["HTTP 400, not 200"])
        #expect(Payme.Answer(nil, to: question).callsForRepeat)
    }

    @Test(arguments: [
        (#"{"receipt_type":0,"items":[]}"#, "detail.items is missing"),
        (
            #"{"receipt_type":0,"items":[{"title":"a","price":5,"count":2,"code":"1"}]}"#,
            "items[0].code has not 17 digits"
        ),
        (
            #"{"receipt_type":0,"items":[{"title":"a","price":5,"count":3,"code":"10704001001000000"}]}"#,
            "the items come to 15, not 10"
        ),
        (
            #"{"receipt_type":0,"items":[{"price":10,"count":1,"code":"10704001001000000"}]}"#,
            "items[0] lacks title, price or count"
        ),
    ])
    func `fiscal items must add up`(detail: String, violation: String) throws {
        let detail = try JSONValue.parse(detail)
        #expect(Payme.Answer.violations(inDetail: detail, amount: 10).contains(violation))
        #expect(Payme.Answer.violations(inDetail: .null, amount: 10) == [])
    }

    private func read(_ body: String, method: String, id: Int64) -> Payme.Answer {
        Payme.Answer(
            HTTPResponse(
                status: .ok,
                fields: [.contentType: "application/json; charset=utf-8"],
                body: Array(body.utf8)
            ),
            to: Payme.Question(id: id, name: method, params: [:])
        )
    }
}
