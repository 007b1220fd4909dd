import JSON
import Testing

@testable import Simulators

/// What `gateway simulate` is told of vendors that ask shops: settings and endpoints as JSON.
struct ShopVendorCatalogTests {
    struct Order: Sendable {
        let vendor: String
        let settings: String
        let endpoint: String
        /// What is shown of the endpoint again.
        let shown: String
    }

    static let orders = [
        Order(
            vendor: "payme",
            settings: #"""
                {"minimum_amount":1,"maximum_amount":9,"commission_basis_points":5,
                "confirms_partially":true,"queue_time_ms":1,"slow_card_ms":2}
                """#,
            endpoint: #"""
                {"id":"m","key":"k","url":"http://s.example","login":"Paycom","billing":true,
                "holds":false}
                """#,
            shown: #"""
                {"id":"m","url":"http://s.example","login":"Paycom","billing":true,"holds":false}
                """#
        ),
        Order(
            vendor: "click",
            settings: #"{"clock_tolerance":5,"tells_status_by_reference":true}"#,
            endpoint: #"""
                {"service_id":1,"merchant_id":2,"merchant_user_id":3,"secret_key":"k",
                "prepare_url":"http://s.example/p","complete_url":"http://s.example/c",
                "partial_reversal":true,"protocol":"split","asks_about_tokens":false,"confirms_pass":true}
                """#,
            shown: #"""
                {"service_id":1,"merchant_id":2,"merchant_user_id":3,
                "prepare_url":"http://s.example/p","complete_url":"http://s.example/c",
                "partial_reversal":true,"protocol":"split","asks_about_tokens":false,"confirms_pass":true}
                """#
        ),
        Order(
            vendor: "octo",
            settings: #"""
                {"envelope":"flat","hold_ms":1,"payer_ms":2,"refund_ms":3,"capture_ms":4,
                "read_interval_ms":5,"commission_basis_points":6,"registered_goods":["a"]}
                """#,
            endpoint: #"""
                {"octo_shop_id":1,"octo_secret":"s","unique_key":"k","signature_mode":"derived",
                "salt":"x"}
                """#,
            shown: #"{"octo_shop_id":1,"signature_mode":"derived"}"#
        ),
        Order(
            vendor: "hesabpay",
            settings: #"""
                {"address_name":"paymentUrl","names_sessions":true,"leaves_reference_out":true,
                "writes_decimals":true,"session_ms":1,"status_path":"/a","refund_path":"/b",
                "blocked_payees":["0790000200"]}
                """#,
            endpoint: #"""
                {"api_key":"k","url":"http://s.example","types":["payment_success"],
                "signing_key":"s","signature_field":"A","timestamp_field":"B","pin":"1234"}
                """#,
            shown: #"""
                {"url":"http://s.example","types":["payment_success"],"signs":true,"pays_out":true}
                """#
        ),
    ]

    @Test(arguments: orders)
    func `settings and endpoints are read, and secrets not shown again`(order: Order) throws {
        let entry = try #require(SimulatorCatalog.all.first { $0.name == order.vendor })
        var options = SimulatorOptions(seed: 1)
        options.settings = try JSONValue.parse(order.settings)
        options.endpoints = [try JSONValue.parse(order.endpoint)]
        let simulator = try entry.make(options)
        let shown = (simulator as? any EndpointShower)?.shownEndpoints ?? []
        #expect(shown == [try JSONValue.parse(order.shown)])
    }

    @Test(arguments: orders)
    func `what makes no sense is refused`(order: Order) throws {
        let entry = try #require(SimulatorCatalog.all.first { $0.name == order.vendor })
        var options = SimulatorOptions(seed: 1)
        options.settings = ["colour": "red"]
        #expect(throws: ControlRefusal.self) { try entry.make(options) }
        options.settings = [:]
        options.endpoints = [["url": "http://s.example"]]
        #expect(throws: ControlRefusal.self) { try entry.make(options) }
    }
}

/// A simulator of whatever vendor, as far as its endpoints are shown.
private protocol EndpointShower {
    var shownEndpoints: [JSONValue] { get }
}

extension Simulator: EndpointShower {
    fileprivate var shownEndpoints: [JSONValue] {
        webhookEndpoints.compactMap { endpoint in
            var writer = JSONWriter()
            writer.object { endpoint.write(to: &$0) }
            // What the simulator writes is JSON.
            return try? JSONValue.parse(writer.bytes)
        }
    }
}
