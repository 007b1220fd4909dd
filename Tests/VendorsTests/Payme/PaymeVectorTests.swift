import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// The sheet's own examples (section 11), byte by byte; the order's name is ours.
@Suite struct PaymeVectorTests {
    private let bench: QuestionBench

    init() throws {
        bench = try PaymeFixture.bench()
    }

    private func ask(_ body: String, _ other: QuestionBench? = nil) throws -> String {
        try (other ?? bench).ask(PaymeFixture.delivery(body)).text
    }

    private var create: String {
        #"{"jsonrpc":"2.0","id":4101,"method":"CreateTransaction","params":{"id":"673de1f4a1b2c3d4e5f60718","time":1732093533123,"amount":15000000,"account":{"order_id":"\#(bench.attempt)"}}}"#
    }

    @Test func `F1 and F2: create, and again`() throws {
        let expected =
            #"{"jsonrpc":"2.0","id":4101,"result":{"create_time":1732093533480,"transaction":"900117","state":1,"receivers":null}}"#
        #expect(try ask(create) == expected)
        bench.now = Timestamp(milliseconds: PaymeFixture.performTime)
        #expect(try ask(create) == expected)
    }

    @Test func `F3: a second transaction of the order`() throws {
        _ = try ask(create)
        let second = create.replacing("4101", with: "4102").replacing("0718", with: "0719")
        #expect(
            try ask(second)
                == #"{"jsonrpc":"2.0","id":4102,"error":{"code":-31008,"message":{"ru":"Операция невозможна: заказ ожидает оплаты","uz":"Amalni bajarib boʻlmaydi: buyurtma toʻlovni kutmoqda","en":"Operation is not possible: the order is awaiting payment"},"data":null}}"#
        )
    }

    @Test func `F4: an unknown order`() throws {
        let unknown = create.replacing("4101", with: "4103")
            .replacing("\(bench.attempt)", with: "ord-2024-000117")
        #expect(
            try ask(unknown)
                == #"{"jsonrpc":"2.0","id":4103,"error":{"code":-31050,"message":{"ru":"Заказ не найден","uz":"Buyurtma topilmadi","en":"Order not found"},"data":"order_id"}}"#
        )
    }

    @Test func `F5: what is bought, for the fiscal receipt`() throws {
        let bench = try PaymeFixture.bench(
            changing: [
                "fiscal_code": ["10704001001000000"], "fiscal_package_code": ["1501319"],
            ]
        )
        bench.order = PaymeFixture.order
        let check = create.replacing("CreateTransaction", with: "CheckPerformTransaction")
            .replacing("4101", with: "4100")
        #expect(
            try ask(check, bench)
                == #"{"jsonrpc":"2.0","id":4100,"result":{"allow":true,"additional":{"order":"BK-1001"},"detail":{"receipt_type":0,"items":[{"title":"Hotel room, standard, night","price":7500000,"count":2,"code":"10704001001000000","package_code":"1501319","vat_percent":12}]}}}"#
        )
    }

    @Test func `F6 and F7: performed, checked, given back, and in the statement`() throws {
        _ = try ask(create)
        let named = { (method: String, id: Int, more: String) in
            #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{"id":"673de1f4a1b2c3d4e5f60718"\#(more)}}"#
        }
        bench.now = Timestamp(milliseconds: PaymeFixture.performTime)
        #expect(
            try ask(named("PerformTransaction", 4104, ""))
                == #"{"jsonrpc":"2.0","id":4104,"result":{"transaction":"900117","perform_time":1732093561007,"state":2}}"#
        )
        #expect(
            try ask(named("CheckTransaction", 4105, ""))
                == #"{"jsonrpc":"2.0","id":4105,"result":{"create_time":1732093533480,"perform_time":1732093561007,"cancel_time":0,"transaction":"900117","state":2,"reason":null}}"#
        )
        bench.now = Timestamp(milliseconds: PaymeFixture.cancelTime)
        #expect(
            try ask(named("CancelTransaction", 4106, #","reason":5"#))
                == #"{"jsonrpc":"2.0","id":4106,"result":{"transaction":"900117","cancel_time":1732180000000,"state":-2}}"#
        )
        let statement =
            #"{"jsonrpc":"2.0","id":4107,"method":"GetStatement","params":{"from":1732093533123,"to":1732093533123}}"#
        #expect(
            try ask(statement)
                == #"{"jsonrpc":"2.0","id":4107,"result":{"transactions":[{"id":"673de1f4a1b2c3d4e5f60718","time":1732093533123,"amount":15000000,"account":{"order_id":"\#(bench.attempt)"},"create_time":1732093533480,"perform_time":1732093561007,"cancel_time":1732180000000,"transaction":"900117","state":-2,"reason":5,"receivers":null}]}}"#
        )
    }

    @Test func `F8: not authorized`() throws {
        let delivery = PaymeFixture.delivery(
            create.replacing("4101", with: "4108"),
            authorization: PaymeFixture.wrongAuthorization
        )
        #expect(
            try bench.ask(delivery).text
                == #"{"jsonrpc":"2.0","id":4108,"error":{"code":-32504,"message":{"ru":"Недостаточно привилегий","uz":"Huquqlar yetarli emas","en":"Insufficient privileges"},"data":null}}"#
        )
    }

    @Test func `F9: a fiscal receipt`() throws {
        _ = try ask(create)
        bench.now = Timestamp(milliseconds: PaymeFixture.performTime)
        _ = try bench.perform()
        let fiscal =
            #"{"jsonrpc":"2.0","id":4109,"method":"SetFiscalData","params":{"id":"673de1f4a1b2c3d4e5f60718","type":"PERFORM","fiscal_data":{"receipt_id":1187,"status_code":0,"message":"accepted","terminal_id":"EP000000000117","fiscal_sign":"812345678901","qr_code_url":"https://ofd.soliq.uz/epi?t=EP000000000117&r=1187&c=20241120140601&s=812345678901","date":"20241120140601"}}}"#
        let expected = #"{"jsonrpc":"2.0","id":4109,"result":{"success":true}}"#
        #expect(try ask(fiscal) == expected)
        #expect(try ask(fiscal) == expected)
        let document = try JSONValue.parse(bench.records[0].document)
        let receipt = try #require(document["fiscal"]?["PERFORM"])
        #expect(receipt["receipt_id"] == 1187)
        #expect(receipt["date"] == "20241120140601")
        #expect(document["fiscal"]?["CANCEL"] == nil)
    }
}
