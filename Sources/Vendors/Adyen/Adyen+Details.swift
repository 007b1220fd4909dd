import JSON
import PaymentCore

// What is kept of Adyen's own words about a payment, as `docs/details/adyen.md` lists it.

extension Adyen.Payment {
    var details: String {
        VendorDetails.text { writer in
            writer.word("psp_reference", reference)
            writer.word("result_code", json["resultCode"])
            writer.word("merchant_reference", json["merchantReference"])
            writer.word("payment_method", json["paymentMethod"]?["type"])
            writer.word("card_brand", brand)
            writer.write(additional)
            writer.word("refusal_reason", json["refusalReason"])
            writer.word("refusal_reason_code", reasonCode)
            writer.word(
                "fraud_score",
                json["fraudResult"]?["accountScore"]?.integerValue.map(String.init)
            )
        }
    }
}

extension Adyen.Notification {
    var details: String {
        VendorDetails.text { writer in
            writer.word("psp_reference", pspReference)
            writer.word("event_code", eventCode)
            writer.word("merchant_reference", merchantReference)
            writer.word("original_reference", originalReference)
            writer.word("payment_method", paymentMethod)
            writer.word("card_brand", brand)
            writer.write(additional)
            writer.word("refusal_reason", isSuccess ? nil : reason)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ additional: Adyen.AdditionalData) {
        word("card_last4", additional["cardSummary"])
        word("card_exp_month", additional.expiry.map { String($0.month) })
        word("card_exp_year", additional.expiry.map { String($0.year) })
        word("card_bin", additional["cardBin"])
        word("payment_method_variant", additional["paymentMethodVariant"])
        word("wallet_variant", additional["tokenTxVariant"])
        word("auth_code", additional["authCode"])
        word("network_tx_reference", additional["networkTxReference"])
        word("refusal_reason_raw", additional["refusalReasonRaw"])
        word("merchant_advice_code", additional["merchantAdviceCode"])
    }
}
