import JSON
import Testing

private enum CaptureMethod: String, CaseIterable {
    case automatic
    case manual
}

private struct Item: Equatable {
    let description: String
    let quantity: Int64

    init(reading fields: inout JSONFields) throws(JSONFieldErrors) {
        let description = fields.required("description", .string(bytes: 1...20))
        let quantity = fields.optional("quantity", .int64(in: 1...99))
        self.description = try fields.finish(description)
        self.quantity = quantity ?? 1
    }
}

private struct Intent {
    let amount: Int64
    let currency: String
    let capture: CaptureMethod?
    let items: [Item]?

    init(_ text: String) throws {
        guard case .object(let object) = try JSONValue.parse(text) else { preconditionFailure() }
        var fields = JSONFields(object)
        let amount = fields.required("amount", .int64(in: 1...))
        let currency = fields.required(
            "currency",
            .string.map("This must be a currency.") { $0.utf8.count == 3 ? $0 : nil }
        )
        capture = fields.optional("capture_method", .oneOf(CaptureMethod.self))
        items = fields.optional(
            "order",
            .object { (order) throws(JSONFieldErrors) in
                let items = order.required(
                    "items",
                    .array(.object(Item.init(reading:)), count: 1...2)
                )
                return try order.finish(items)
            }
        )
        (self.amount, self.currency) = try fields.finish(amount, currency)
    }
}

@Suite struct JSONFieldsTests {
    /// Pointer and code of each fault, in order.
    private func faults(_ text: String) -> [String] {
        let error = #expect(throws: JSONFieldErrors.self) { try Intent(text) }
        return error?.all.map { "\($0.pointer) \($0.code.rawValue)" } ?? []
    }

    @Test func `a good object is read into its types`() throws {
        let intent = try Intent(
            #"{"amount":5,"currency":"USD","capture_method":"manual","#
                + #""order":{"items":[{"description":"Room","quantity":2},{"description":"Tea"}]}}"#
        )
        #expect(intent.amount == 5 && intent.currency == "USD" && intent.capture == .manual)
        #expect(intent.items?.map(\.quantity) == [2, 1])
    }

    @Test func `null counts as absent`() throws {
        #expect(try Intent(#"{"amount":5,"currency":"USD","order":null}"#).items == nil)
        #expect(faults(#"{"amount":null,"currency":"USD"}"#) == ["/amount missing"])
    }

    @Test(arguments: [
        ("1.0", "not_integer"), ("1e3", "not_integer"), ("-0", "not_integer"),
        ("9223372036854775808", "not_integer"), ("\"5\"", "wrong_type"), ("true", "wrong_type"),
        ("[5]", "wrong_type"), ("{}", "wrong_type"), ("0", "out_of_range"), ("-5", "out_of_range"),
    ])
    func `an amount that is no positive integer is refused`(amount: String, code: String) {
        #expect(faults("{\"amount\":\(amount),\"currency\":\"USD\"}") == ["/amount \(code)"])
    }

    @Test func `all faults at all depths come together`() {
        let found = faults(
            #"{"currency":7,"capture_method":"later","extra":1,"#
                + #""order":{"items":[{"description":"","quantiy":1},{"quantity":0}],"x/y":0}}"#
        )
        #expect(
            found == [
                "/amount missing", "/currency wrong_type", "/capture_method invalid",
                "/order/items/0/description wrong_length", "/order/items/0/quantiy unknown",
                "/order/items/1/description missing", "/order/items/1/quantity out_of_range",
                "/order/x~1y unknown", "/extra unknown",
            ]
        )
    }

    @Test(arguments: [
        (#"{"amount":1,"currency":"USD","order":{"items":[]}}"#, "/order/items wrong_length"),
        (#"{"amount":1,"currency":"USD","order":{"items":{}}}"#, "/order/items wrong_type"),
        (#"{"amount":1,"currency":"USD","order":[]}"#, "/order wrong_type"),
        (#"{"amount":1,"currency":"USD","order":{"items":[1]}}"#, "/order/items/0 wrong_type"),
        (#"{"amount":1,"currency":"US"}"#, "/currency invalid"),
        (#"{"amount":1,"currency":"USD","capture_method":1}"#, "/capture_method wrong_type"),
    ])
    func `containers, words and transforms are checked`(text: String, fault: String) {
        #expect(faults(text) == [fault])
    }

    @Test func `a message names no value`() {
        let error = #expect(throws: JSONFieldErrors.self) {
            try Intent(#"{"amount":"4242424242424242","currency":"4242424242424242"}"#)
        }
        #expect(error?.all.contains { $0.message.contains("4242") } == false)
    }

    @Test func `a fault of two fields together can be added`() {
        var fields = JSONFields(JSONObject([("a", 1), ("b", 2)]))
        _ = fields.optional("a", .int64)
        _ = fields.optional("b", .any)
        fields.reject("b", .invalid, "Only one of a and b.")
        let error = #expect(throws: JSONFieldErrors.self) { try fields.finish() }
        #expect(error?.all.map(\.code) == [.invalid])
    }

    @Test func `a reader that forgets to finish lets no unknown name pass`() {
        let reader = JSONReader<Bool>.object { (_) throws(JSONFieldErrors) in true }
        #expect(throws: JSONFieldErrors.self) { try reader.read(["a": 1], .root) }
    }
}
