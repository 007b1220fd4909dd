import HTTP
import JSON
import TestKit
import Testing

/// A running gateway with an account at a vendor, and the vendor's simulator beside it.
struct VendorStand: Sendable {
    /// A payment that waits for its payer.
    struct Page: Sendable {
        let intent: String
        let attempt: String
        /// The vendor's own name of it; empty when it has given none.
        let reference: String
        let url: String
    }

    let vendor: VendorUnderTest
    let stack: TestStack
    let simulator: TestClient
    let account: String

    /// - Parameter cluster: see ``TestStack``.
    init(
        _ vendor: VendorUnderTest,
        cluster: PostgresCluster? = nil,
        settings: [String: String] = [:]
    ) async throws {
        try await self.init(
            vendor,
            beside: TestStack(cluster: cluster, settings: settings)
        )
    }

    /// One more vendor of a gateway that runs.
    init(_ vendor: VendorUnderTest, beside stack: TestStack) async throws {
        self.vendor = vendor
        self.stack = stack
        simulator = try await stack.simulator(vendor.name, settings: vendor.settings)
        account = try stack.account(
            vendor.name,
            try await vendor.fields(simulator).merging(["api_base": simulator.baseURL]) { $1 }
        )
        let receiver = vendor.receiver(stack.client.baseURL + webhookPath)
        try await simulator.act("webhook_endpoints", ["endpoints": [receiver]], .put)
    }

    var webhookPath: String { "/webhooks/v1/\(vendor.name)/\(account)" }

    /// Opens a payment.
    func open() async throws -> Page {
        try await stack.open(
            [
                "amount": .integer(vendor.amount), "currency": .string(vendor.currency),
                "capture_method": vendor.holds ? "manual" : "automatic",
                "provider": .string(vendor.name), "method": ["kind": .string(vendor.method)],
                "return_url": "https://hotel.example/thanks",
            ]
        )
    }

    /// Opens a payment and has it paid: what is to be held is held, the rest is taken.
    func paid() async throws -> Page {
        let page = try await open()
        try await vendor.pay(page, simulator)
        try await stack.until(page.intent, vendor.holds ? "authorized" : "captured")
        return page
    }

    /// Captures of a hold what the vendor's tests capture, and waits until it is done.
    func capture(_ page: Page) async throws {
        guard vendor.holds else { return }
        let asked = try await stack.client.post(
            "/intents/\(page.intent)/capture",
            ["amount": .integer(vendor.captured)]
        )
        // Some vendors only accept it, and tell when it is done.
        #expect([200, 202].contains(asked.status), "\(asked)")
        try await stack.until(page.intent, "captured")
    }

    /// Asks the simulator for a fault.
    func fault(_ fault: JSONValue) async throws {
        try await simulator.act("faults", fault)
    }

    /// How many notifications of this vendor the gateway counts with a result.
    func count(_ result: String) async throws -> Int {
        let text = try await stack.client.raw(.get, "/metrics", nil).body.stringValue ?? ""
        let line = text.split(separator: "\n").first {
            $0.hasPrefix("webhook_events_total{") && $0.contains("\"\(vendor.name)\"")
                && $0.contains("\"\(result)\"")
        }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }

    /// What is in our books of a payment is what the vendor's own book says of it, which knows of no
    /// other money than our books do.
    func expectAgreement(_ page: Page) async throws {
        let intent = try await stack.client.get("/intents/\(page.intent)")
        let payments = try await Book(simulator).payments
        let names = Set([page.attempt, page.reference]).subtracting([""])
        let own = payments.filter { !$0.names.isDisjoint(with: names) }
        #expect(own.count == 1, "\(payments)")
        let entry = try #require(own.first)
        #expect(entry.captured == intent.integer("amount_captured"))
        #expect(entry.refunded == intent.integer("amount_refunded"))
        #expect(entry.capturable == intent.integer("amount_capturable"))
        let list = try await stack.client.get("/intents?gateway=\(vendor.name)&limit=100")
        let intents = try #require(list.body["data"]?.arrayValue, "\(list)")
        let live = intents.count { intent in
            ["amount_captured", "amount_capturable"].contains { intent[$0]?.integerValue != 0 }
        }
        #expect(payments.count(where: \.isLive) == live, "\(payments)")
        let webhooks = try await stack.client.get("/webhooks").body["data"]?.arrayValue
        #expect(try #require(webhooks).allSatisfy { $0["status"] != "dead" })
    }
}

extension TestStack {
    /// Opens a payment that its payer has to agree to.
    func open(_ intent: JSONValue) async throws -> VendorStand.Page {
        let opened = try await client.post("/intents", intent)
        #expect(opened.status == 201, "\(opened)")
        #expect(opened.text("status") == "requires_action")
        let attempt = opened.body["last_attempt"]
        return VendorStand.Page(
            intent: try #require(opened.text("id")),
            attempt: try #require(attempt?["id"]?.stringValue),
            reference: attempt?["gateway_reference"]?.stringValue ?? "",
            url: try #require(opened.body["next_action"]?["url"]?.stringValue)
        )
    }
}

extension TestClient {
    /// Does something to a simulator through its control endpoints.
    @discardableResult
    func act(
        _ path: String,
        _ body: JSONValue,
        _ method: HTTPMethod = .post
    ) async throws -> Answer {
        let answer = try await raw(method, "/_control/\(path)", body)
        guard answer.status < 300 else {
            throw Program.Failure(description: "\(path): \(answer)")
        }
        return answer
    }
}
