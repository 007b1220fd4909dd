internal import Cryptography
internal import JSON
package import PaymentCore

/// Documents about the books, for callers, consumers and files.
package enum LedgerDocuments {
    /// The data of the event that publishes a head.
    @Sendable
    package static func eventData(of head: LedgerHead, in chain: HashChain) -> String {
        var writer = JSONWriter()
        writer.object { data in
            data.object(chain.headName) { $0.members(of: head, in: chain) }
        }
        return writer.text
    }

    /// The data of the event that reports an account that is not cleared, or is again.
    package static func eventData(of state: ClearingState) -> String {
        var writer = JSONWriter()
        writer.object { data in
            data.object("ledger_monitor") { $0.members(of: state) }
        }
        return writer.text
    }
}

extension HashChain {
    /// What documents call its heads.
    package var headName: String {
        switch self {
        case .ledger: "ledger_head"
        case .audit: "audit_head"
        }
    }
}

extension JSONWriter {
    mutating func members(of head: LedgerHead, in chain: HashChain) {
        member("object", chain.headName)
        member("position", head.position)
        member("hash", Hex.encode(head.hash))
        member("booked_at", head.bookedAt.rfc3339)
        member("key", head.signature?.key)
        member("signature", head.signature.map { Hex.encode($0.bytes) })
    }

    /// Everything that is sealed, by the names that the hash knows.
    mutating func members(of link: some ChainLink) {
        for (name, value) in link.fields {
            switch value {
            case .integer(let number): member(name, number)
            case .text, .identifier, .time: member(name, value.text)
            case .null: null(name)
            }
        }
    }

    mutating func members(of account: LedgerAccountBalance) {
        let (account, balance) = (account.account, account.balance)
        member("id", account.id)
        member("object", "ledger_account")
        member("kind", account.kind.rawValue)
        member("owner", account.owner)
        member("currency", account.currency.code)
        member("normal_side", account.kind.normalSide.rawValue)
        member("returns_to_zero", account.kind.returnsToZero)
        member("balance", balance.posted(on: account.kind.normalSide))
        member("debits_posted", balance.debitsPosted)
        member("credits_posted", balance.creditsPosted)
        member("debits_pending", balance.debitsPending)
        member("credits_pending", balance.creditsPending)
    }

    mutating func members(of transfer: Transfer) {
        member("id", transfer.id.description)
        member("object", "transfer")
        member("phase", transfer.phase.name)
        member("debit", transfer.debit.id)
        member("credit", transfer.credit.id)
        member("amount", transfer.amount)
        member("currency", transfer.currency.code)
        member("code", transfer.code.rawValue)
        member("reference", transfer.reference)
        member("pending_id", transfer.phase.ended?.description)
        member("reverses_id", transfer.reverses?.description)
    }

    mutating func members(of limit: LedgerLimit) {
        member("object", "ledger_limit")
        member("account_id", limit.account.id)
        member("overdraft", limit.overdraft)
        member("active", limit.isActive)
        if limit.isActive { member("available", limit.available) } else { null("available") }
    }

    mutating func members(of state: ClearingState) {
        member("object", "ledger_monitor")
        member("account_id", state.monitor.account.id)
        member("threshold", state.monitor.threshold)
        member("age_seconds", state.monitor.age.microseconds / 1_000_000)
        member("uncleared", state.uncleared)
        member("overdue", state.overdue)
        member("since", state.since?.rfc3339)
        member("alerting", state.isAlerting)
    }
}
