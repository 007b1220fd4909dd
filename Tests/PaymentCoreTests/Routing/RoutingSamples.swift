import PaymentCore
import TestKit

/// Rules, payments and accounts as the tests of routing need them.
enum RoutingSamples {
    static let first = account(1, at: "acme")
    static let second = account(2, at: "bolt")
    static let third = account(3, at: "coin")

    static func account(
        _ number: UInt64,
        at vendor: String,
        isDefault: Bool = false,
        isActive: Bool = true
    ) -> MerchantAccount {
        MerchantAccount(
            id: MerchantAccountID(UUID7(high: 0, low: number)),
            tenant: TenantID(UUID7(high: 0, low: 0)),
            vendor: VendorID(vendor) ?? .cash,
            name: vendor,
            mode: .test,
            isDefault: isDefault,
            isActive: isActive,
            settlementCurrency: nil,
            credentials: Credentials([:])
        )
    }

    static func payment(
        _ amount: Int64 = 1_000,
        _ currency: Currency = .usd,
        intent: UInt64 = 1,
        kind: MethodKind = .card,
        property: String? = nil,
        country: String? = nil
    ) -> RoutedPayment {
        RoutedPayment(
            intent: IntentID(
                UUID7(milliseconds: intent, randomHigh: 0, randomLow: intent &* 7_919)
            ),
            amount: Money(amount, currency),
            methodKind: kind,
            property: property,
            country: country.flatMap(Country.init)
        )
    }

    static func rule(
        _ name: String,
        _ conditions: RoutingRule.Conditions = .init(),
        to targets: [(MerchantAccount, Int)] = [(first, 1)],
        cascades: Bool = false
    ) -> RoutingRule {
        RoutingRule(
            name: name,
            conditions: conditions,
            targets: targets.map { RoutingRule.Target($0.0.id, weight: $0.1) },
            cascades: cascades
        )
    }

    static func capabilities(
        kinds: Set<MethodKind> = [.card],
        currencies: Set<String>? = nil,
        manualCapture: Bool = true
    ) -> Capabilities {
        Capabilities(
            operations: [.authorize],
            methodKinds: kinds,
            currencies: currencies,
            manualCapture: manualCapture,
            maximumAmount: 1_000_000
        )
    }
}

extension Country {
    static let uzbekistan = known("UZ")
    static let germany = known("DE")

    private static func known(_ code: String) -> Country {
        guard let country = Country(code) else { preconditionFailure("a country of the tests") }
        return country
    }
}
