package import PaymentCore

/// Money that changes hands at the desk: nothing is sent, and what is asked has happened.
package enum Cash {
    package static let descriptor = VendorDescriptor(
        id: .cash,
        name: "Cash",
        capabilities: Capabilities(
            operations: [.authorize, .refund],
            methodKinds: [.cash],
            partialRefund: true,
            refundApproval: .always,
            // A commit of our own is the whole call: nothing can be lost on a wire.
            recovery: .none
        ),
        implementation: .port(Port())
    )

    package struct Port: PaymentPort {
        package var vendor: VendorID { .cash }
        package var capabilities: Capabilities { descriptor.capabilities }

        package init() {}

        package func perform(
            _ operation: VendorOperation,
            key: String,
            account: MerchantAccount
        ) async -> VendorOutcome {
            switch operation {
            case .authorize(let sale) where !sale.manualCapture:
                .succeeded(
                    VendorReceipt(
                        reference: sale.attempt.description,
                        amount: sale.amount.minorUnits,
                        captured: true
                    )
                )
            case .refund(let refund):
                .succeeded(
                    VendorReceipt(
                        reference: refund.refund.description,
                        amount: refund.amount.minorUnits
                    )
                )
            case .authorize, .capture, .void, .complete, .lookUp:
                .rejected(.unsupported(operation.kind, by: vendor))
            }
        }

        package func perform(
            _ operation: TokenOperation,
            key: String,
            account: MerchantAccount
        ) async -> TokenOutcome {
            .rejected(.unsupported(operation.kind, by: vendor))
        }

        package func verify(
            _ delivery: WebhookDelivery,
            account: MerchantAccount,
            now: Timestamp
        ) throws(NoticeRefusal) -> [VendorNotice] {
            throw .notConfigured
        }

        package func notices(
            in delivery: WebhookDelivery
        ) throws(NoticeRefusal) -> [VendorNotice] {
            throw .unreadableBody
        }
    }
}
