/// Where a transfer takes from or gives to: a kind, whose it is where there are several of the
/// kind, and the one currency that it holds.
package struct LedgerAccount: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// What a processor owes for captures and has not paid out: one per merchant account.
        case processorClearing = "processor_clearing"
        /// What vendors hold for us: promises, so it has only pending transfers and what is
        /// captured passes through. One per merchant account.
        case authorizationHolds = "authorization_holds"
        /// What the merchant has earned, refunds taken off.
        case merchantBalance = "merchant_balance"
        case fees
        /// Refunds that were asked for: pending until they are paid, then passing through.
        case refunds
        case chargebackReserve = "chargeback_reserve"
        /// Cash in a drawer of the desk, in the back office's words.
        case cashDrawer = "cash_drawer"
        /// What one currency gave for another: its two sides meet here.
        case fxLiquidity = "fx_liquidity"
        case bank
    }

    package let kind: Kind
    /// The merchant account or the drawer; nil where the tenant has one of the kind.
    package let owner: String?
    package let currency: Currency

    package init(_ kind: Kind, of owner: String? = nil, in currency: Currency) {
        self.kind = kind
        self.owner = owner.flatMap { $0.isEmpty ? nil : $0 }
        self.currency = currency
    }

    /// Reads what ``id`` wrote; nil for anything else.
    package init?(id: String) {
        let parts = id.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 2, let first = parts.first, let kind = Kind(rawValue: String(first)),
            let currency = parts.last.flatMap({ Currency(String($0)) })
        else { return nil }
        let owner = parts.dropFirst().dropLast().joined(separator: ":")
        guard parts.count == 2 || !owner.isEmpty else { return nil }
        self.init(kind, of: owner, in: currency)
    }

    /// The name in database, API and export, for example `cash_drawer:front-1:USD`. An owner may
    /// hold colons: the kind ends at the first one and the currency begins after the last.
    package var id: String {
        [kind.rawValue, owner, currency.code].compactMap(\.self).joined(separator: ":")
    }
}

extension LedgerAccount.Kind {
    package enum Side: String, Sendable, CaseIterable {
        case debit
        case credit
    }

    /// The side that the account grows on.
    package var normalSide: Side {
        switch self {
        case .processorClearing, .authorizationHolds, .fees, .chargebackReserve, .cashDrawer,
            .fxLiquidity, .bank:
            .debit
        case .merchantBalance, .refunds: .credit
        }
    }

    /// Whether everything that enters must leave again, so that what stays too long is a question.
    package var returnsToZero: Bool {
        switch self {
        case .processorClearing, .authorizationHolds, .refunds, .chargebackReserve: true
        case .merchantBalance, .fees, .cashDrawer, .fxLiquidity, .bank: false
        }
    }
}

extension LedgerAccount: CustomStringConvertible {
    package var description: String { id }
}
