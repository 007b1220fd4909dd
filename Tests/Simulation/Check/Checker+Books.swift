internal import PaymentCore

/// Our payments against the transfers that were posted for them, added up anew.
extension Checker {
    func checkBooks(of payment: Payment, _ transfers: [Transfer]) {
        let intent = payment.intent
        let told = "\(intent.id): the books say"
        var posted: [LedgerAccount.Kind: Int64] = [:]
        var announced: [TransferID: Int64] = [:]
        var announcedBy: [TransferID: Transfer] = [:]
        for transfer in transfers {
            switch transfer.phase {
            case .posted(let pending):
                posted[transfer.debit.kind, default: 0] += transfer.amount
                posted[transfer.credit.kind, default: 0] -= transfer.amount
                if let pending { announced[pending, default: 0] -= transfer.amount }
            case .pending:
                announced[transfer.id, default: 0] += transfer.amount
                announcedBy[transfer.id] = transfer
            case .voided(let pending), .expired(let pending):
                announced[pending, default: 0] -= transfer.amount
            }
            if let ended = transfer.phase.ended.flatMap({ announcedBy[$0] }) {
                expect(
                    ended.debit == transfer.debit && ended.credit == transfer.credit,
                    "\(told) an announcement ended between other accounts"
                )
            }
        }
        let net = intent.captured - intent.refunded
        expect(
            posted[.merchantBalance, default: 0] == -net,
            "\(told) \(-posted[.merchantBalance, default: 0]) earned instead of \(net)"
        )
        expect(
            posted[.processorClearing, default: 0] == net,
            "\(told) \(posted[.processorClearing, default: 0]) owed instead of \(net)"
        )
        for passing in [LedgerAccount.Kind.authorizationHolds, .refunds] {
            expect(posted[passing, default: 0] == 0, "\(told) money stays in \(passing)")
        }
        var held: Int64 = 0
        var promised: Int64 = 0
        for (id, amount) in announced {
            expect(amount >= 0, "\(told) more was kept than announced")
            guard let transfer = announcedBy[id] else {
                expect(false, "\(told) the end of what never began")
                continue
            }
            switch transfer.credit.kind {
            case .merchantBalance: held += amount
            case .processorClearing, .authorizationHolds, .fees, .refunds, .chargebackReserve,
                .cashDrawer, .fxLiquidity, .bank:
                promised += amount
            }
        }
        expect(held == intent.capturable, "\(told) \(held) held instead of \(intent.capturable)")
        expect(promised == 0, "\(told) \(promised) of refunds is left reserved")
    }
}
