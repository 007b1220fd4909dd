import ArgumentParser
import PaymentCore

/// One decision among many rules, from the payment to the candidates.
struct Routing: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decides where payments go by a table of rules; prints microseconds a decision."
    )

    @Option(help: "Rules of the table.") var rules = 1_000
    @Option(help: "Accounts of the tenant.") var accounts = 20

    func run() {
        let merchants = (0..<accounts).map { Self.account(UInt64($0)) }
        let table = RoutingTable(version: 1, rules: (0..<rules).map { rule($0, merchants) })
        let able = Capabilities(operations: [.authorize, .capture], methodKinds: [.card, .wallet])
        let payments = (0..<1_024).map { Self.payment(UInt64($0), rules) }
        var turn = 0
        var candidates = 0
        func decide(_ payment: RoutedPayment) {
            let scene = RoutingScene(
                payment,
                accounts: merchants,
                capabilities: { _ in able },
                health: { _ in .unknown },
                now: Timestamp(seconds: 1_735_689_600)
            )
            candidates += scene.decision(by: table).candidates.count
        }
        let usual = Stopwatch.microseconds {
            decide(payments[turn % payments.count])
            turn += 1
        }
        // Only the last rule takes it.
        let last = Self.payment(7, rules, property: "nowhere")
        let worst = Stopwatch.microseconds { decide(last) }
        precondition(candidates > 0, "invariant: every payment has a rule")
        row("a decision with \(rules) rules, \(accounts) accounts", "\(usual.short) µs", "20 µs")
        row("the same, by the last rule alone", "\(worst.short) µs", "20 µs")
    }

    /// Every kind of condition, in changing company; the last takes everything.
    private func rule(_ number: Int, _ merchants: [MerchantAccount]) -> RoutingRule {
        var conditions = RoutingRule.Conditions()
        if number < rules - 1 {
            conditions.properties = ["property-\(number / 4)"]
            if number % 4 < 3 { conditions.methodKinds = [number % 2 == 0 ? .card : .wallet] }
            if number % 4 < 2 {
                conditions.currencies = [.usd]
                conditions.amounts = Int64(number % 2) * 50_000...Int64.max
            }
            if number % 4 == 0, let country = Country("UZ") { conditions.countries = [country] }
        }
        return RoutingRule(
            name: "rule-\(number)",
            conditions: conditions,
            targets: (0..<3).map { place in
                RoutingRule.Target(
                    merchants[(number + place) % merchants.count].id,
                    weight: [70, 30, 0][place]
                )
            },
            cascades: true
        )
    }

    private static func account(_ number: UInt64) -> MerchantAccount {
        MerchantAccount(
            id: MerchantAccountID(UUID7(high: 0, low: number)),
            tenant: TenantID(UUID7(high: 0, low: 0)),
            vendor: VendorID(known: "stripe"),
            name: "account-\(number)",
            mode: .test,
            isDefault: number == 0,
            isActive: true,
            settlementCurrency: nil,
            credentials: Credentials([:])
        )
    }

    private static func payment(
        _ number: UInt64,
        _ rules: Int,
        property: String? = nil
    ) -> RoutedPayment {
        RoutedPayment(
            intent: IntentID(
                UUID7(milliseconds: number, randomHigh: 0, randomLow: number &* 7_919)
            ),
            amount: Money(Int64(number % 100) * 1_000 + 1, number % 3 == 0 ? .eur : .usd),
            methodKind: number % 2 == 0 ? .card : .wallet,
            property: property ?? "property-\(number &* 7_919 % UInt64(max(1, rules / 4)))",
            country: number % 5 == 0 ? Country("UZ") : nil
        )
    }
}
