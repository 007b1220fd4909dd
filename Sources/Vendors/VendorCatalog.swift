package import PaymentCore

/// Every vendor that this build serves: one line each, and nothing else names them.
package enum VendorCatalog {
    package static let all: [VendorDescriptor] = [
        Cash.descriptor,
        Adyen.descriptor,
        Click.descriptor,
        HesabPay.descriptor,
        Integrator.descriptor,
        Octo.descriptor,
        PayPal.descriptor,
        Payme.descriptor,
        Stripe.descriptor,
    ]

    package static func descriptor(of vendor: VendorID) -> VendorDescriptor? {
        all.first { $0.id == vendor }
    }
}
