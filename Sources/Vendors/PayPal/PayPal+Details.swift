import JSON
import PaymentCore

// What is kept of PayPal's own words about a transaction, as `docs/details/paypal.md` lists it.
// Addresses and names of payers are not among them.

extension PayPal.Order {
    func details(_ reply: PayPal.Reply) -> String {
        let held = authorization
        let taken = captures.count == 1 ? captures[0] : nil
        return VendorDetails.text { writer in
            writer.word("order", id)
            writer.word("status", json["status"])
            writer.word("intent", json["intent"])
            writer.word("invoice_id", unit?.invoiceID)
            writer.write(source)
            writer.word("authorization", held?.id)
            writer.word("authorization_status", held?.json["status"])
            writer.word("authorized_at", held?.json["create_time"])
            writer.word("authorization_expires_at", held?.json["expiration_time"])
            writer.word("capture", taken?.id)
            writer.word("capture_status", taken?.json["status"])
            writer.write(payment: held?.json ?? taken?.json)
            writer.write(breakdown: taken?.json["seller_receivable_breakdown"])
            writer.word("debug_id", reply.debugID)
        }
    }
}

extension PayPal.Capture {
    func details(_ reply: PayPal.Reply, order: String) -> String {
        VendorDetails.text { writer in
            writer.word("order", order)
            writer.word("authorization", json.parent("authorizations"))
            writer.word("invoice_id", json.invoiceID)
            writer.word("capture", id)
            writer.word("capture_status", json["status"])
            writer.flag("final_capture", json["final_capture"])
            writer.write(payment: json)
            writer.write(breakdown: json["seller_receivable_breakdown"])
            writer.word("debug_id", reply.debugID)
        }
    }
}

extension PayPal.Authorization {
    func details(_ reply: PayPal.Reply, order: String) -> String {
        VendorDetails.text { writer in
            writer.word("order", order)
            writer.word("invoice_id", json.invoiceID)
            writer.word("authorization", id)
            writer.word("authorization_status", json["status"])
            writer.word("authorized_at", json["create_time"])
            writer.word("authorization_expires_at", json["expiration_time"])
            writer.write(payment: json)
            writer.word("debug_id", reply.debugID)
        }
    }
}

extension PayPal.Refund {
    func details(_ debugID: String?) -> String {
        VendorDetails.text { writer in
            writer.word("refund", id)
            writer.word("status", json["status"])
            writer.word("status_reason", json.statusReason)
            writer.word("capture", capture)
            writer.word("invoice_id", json.invoiceID)
            writer.word("acquirer_reference", json["acquirer_reference_number"])
            let breakdown = json["seller_payable_breakdown"]
            writer.word("gross_amount", breakdown?["gross_amount"]?["value"])
            writer.word("paypal_fee", breakdown?["paypal_fee"]?["value"])
            writer.word("net_amount", breakdown?["net_amount"]?["value"])
            writer.word("total_refunded_amount", breakdown?["total_refunded_amount"]?["value"])
            writer.word("debug_id", debugID)
        }
    }
}

extension JSONWriter {
    /// What pays, and what its bank said about the payer's authentication.
    fileprivate mutating func write(_ source: PayPal.Source?) {
        guard let source else { return }
        let card = source.card
        word("payment_source", source.name)
        word("payer_account", source.json["account_id"])
        word("card_brand", card?["brand"])
        word("card_last4", card?["last_digits"])
        word("card_expiry", card?["expiry"])
        word("card_type", card?["type"])
        let authentication = card?["authentication_result"]
        word("liability_shift", authentication?["liability_shift"])
        word("enrollment_status", authentication?["three_d_secure"]?["enrollment_status"])
        word("authentication_status", authentication?["three_d_secure"]?["authentication_status"])
        word("vault_status", source.json["attributes"]?["vault"]?["status"])
    }

    /// What an authorization and a capture have in common.
    fileprivate mutating func write(payment: JSONValue?) {
        guard let payment else { return }
        word("status_reason", payment.statusReason)
        word("seller_protection", payment["seller_protection"]?["status"])
        word(
            "network_transaction_reference",
            payment.identifier("network_transaction_reference")
        )
        word("network", payment["network_transaction_reference"]?["network"])
        let response = payment.processorResponse?.json
        word("response_code", response?["response_code"])
        word("payment_advice_code", response?["payment_advice_code"])
        word("avs_code", response?["avs_code"])
        word("cvv_code", response?["cvv_code"])
    }

    /// Decimal numbers in the currency of each, as PayPal writes them.
    fileprivate mutating func write(breakdown: JSONValue?) {
        guard let breakdown else { return }
        word("gross_amount", breakdown["gross_amount"]?["value"])
        word("paypal_fee", breakdown["paypal_fee"]?["value"])
        word("net_amount", breakdown["net_amount"]?["value"])
        word("receivable_amount", breakdown["receivable_amount"]?["value"])
        word("receivable_currency", breakdown["receivable_amount"]?["currency_code"])
        word("exchange_rate", breakdown["exchange_rate"]?["value"])
    }
}
