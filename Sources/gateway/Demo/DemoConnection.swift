import Cryptography
import JSON

/// Sets up the demo's vendors as a tenant would, by calls of the API, and tells their simulators
/// where notifications go.
struct DemoConnection {
    let gateway: GatewayClient
    /// What the integrator's example and its account share.
    let integratorSecret: String

    /// The account's webhook URL. What a vendor of this name had before is replaced.
    func connect(_ vendor: DemoVendor, at simulator: GatewayClient) async throws -> String {
        let isExample = vendor.receiver == nil
        let secret = isExample ? integratorSecret : Hex.encode(SecureRandom.bytes(32))
        let account = try await keep(vendor, vendor.fields(simulator.baseURL, secret))
        let url = "\(gateway.baseURL)/webhooks/v1/\(vendor.name)/\(account)"
        if let receiver = vendor.receiver {
            let told = try await simulator.put(
                "/_control/webhook_endpoints",
                ["endpoints": [receiver(url, secret)]]
            )
            guard told.status == 200 else { throw told.failure("200") }
        }
        return url
    }

    /// The vendor's account of the demo, made or given these fields.
    private func keep(_ vendor: DemoVendor, _ fields: JSONValue) async throws -> String {
        let path = "/api/v1/payments/adapters/accounts"
        let list = try await gateway.get(path)
        guard let known = list.body["data"]?.arrayValue else { throw list.failure("200") }
        let credentials: JSONValue = ["fields": fields]
        let account = known.first { $0["vendor"] == .string(vendor.name) && $0["name"] == "demo" }
        if let id = account?["id"]?.stringValue {
            let changed = try await gateway.patch("\(path)/\(id)", ["credentials": credentials])
            guard changed.status == 200 else { throw changed.failure("200") }
            return id
        }
        let made = try await gateway.post(
            path,
            [
                "vendor": .string(vendor.name), "name": "demo", "mode": "test",
                "credentials": credentials,
            ]
        )
        guard made.status == 201 else { throw made.failure("201") }
        return made.text("id")
    }
}
