/// The documented answers of section 9, without what differs each time: identifiers, times, links.
enum PayPalFixture {
    static let created = #"""
        {"intent":"AUTHORIZE","status":"PAYER_ACTION_REQUIRED","payment_source":{"paypal":{}},
        "purchase_units":[{"reference_id":"default","custom_id":"att_01JGF7",
        "invoice_id":"ord-1001","amount":{"currency_code":"EUR","value":"10.99"}}],
        "create_time":"2025-01-01T00:00:00Z"}
        """#

    static let authorized = #"""
        {"intent":"AUTHORIZE","status":"COMPLETED","payment_source":{"paypal":{
        "email_address":"buyer@example.com"}},"purchase_units":[{"reference_id":"default",
        "payments":{"authorizations":[{"status":"CREATED","amount":{"currency_code":"EUR",
        "value":"10.99"},"custom_id":"att_01JGF7","invoice_id":"ord-1001",
        "expiration_time":"2025-01-30T00:00:00Z","seller_protection":{"status":"ELIGIBLE"}}]}}]}
        """#

    static let partlyCaptured = #"""
        {"status":"COMPLETED","amount":{"currency_code":"EUR","value":"5.00"},
        "final_capture":false,"custom_id":"att_01JGF7","invoice_id":"ord-1001-1",
        "seller_receivable_breakdown":{"gross_amount":{"currency_code":"EUR","value":"5.00"},
        "paypal_fee":{"currency_code":"EUR","value":"0.52"},
        "net_amount":{"currency_code":"EUR","value":"4.48"}}}
        """#

    static let declined = #"""
        {"intent":"AUTHORIZE","status":"COMPLETED","payment_source":{"card":{
        "last_digits":"4949","brand":"VISA","expiry":"2027-02"}},"purchase_units":[{
        "reference_id":"default","payments":{"authorizations":[{"status":"DENIED",
        "amount":{"currency_code":"USD","value":"40.00"},"processor_response":{"avs_code":"Y",
        "cvv_code":"M","response_code":"5120","payment_advice_code":"02"}}]}}]}
        """#

    static let instrumentDeclined = #"""
        {"name":"UNPROCESSABLE_ENTITY","message":"The requested action could not be performed, semantically incorrect, or failed business validation.",
        "details":[{"issue":"INSTRUMENT_DECLINED","description":"The instrument presented was either declined by the processor or bank, or it can't be used for this payment."}]}
        """#

    static let alreadyCaptured = #"""
        {"name":"UNPROCESSABLE_ENTITY","message":"The requested action could not be performed, semantically incorrect, or failed business validation.",
        "details":[{"issue":"AUTHORIZATION_ALREADY_CAPTURED","description":"Authorization has already been captured."}]}
        """#

    static let challenged = #"""
        {"intent":"AUTHORIZE","status":"PAYER_ACTION_REQUIRED",
        "payment_source":{"card":{"last_digits":"2701","brand":"VISA"}}}
        """#

    static let refunded = #"""
        {"status":"COMPLETED","amount":{"currency_code":"EUR","value":"3.00"},
        "custom_id":"rfd_01JGG0","seller_payable_breakdown":{
        "gross_amount":{"currency_code":"EUR","value":"3.00"},
        "paypal_fee":{"currency_code":"EUR","value":"0.00"},
        "net_amount":{"currency_code":"EUR","value":"3.00"},
        "total_refunded_amount":{"currency_code":"EUR","value":"3.00"}}}
        """#

    static let refundEvent = #"""
        {"event_version":"1.0","resource_type":"refund","resource_version":"2.0",
        "event_type":"PAYMENT.CAPTURE.REFUNDED",
        "summary":"A EUR 3.00 EUR capture payment was refunded","resource":{
        "status":"COMPLETED","amount":{"currency_code":"EUR","value":"3.00"},
        "custom_id":"rfd_01JGG0"}}
        """#

    /// The body of section 5.1's test vector: 333 bytes.
    static let signedBody =
        #"{"id":"WH-58D329510W468432D-8HN650336L201105X","event_version":"1.0","#
        + #""create_time":"2025-01-01T00:00:00.000Z","resource_type":"capture","#
        + #""event_type":"PAYMENT.CAPTURE.COMPLETED","summary":"Payment completed for EUR 10.99 "#
        + #"EUR","resource":{"id":"42311647XV020574X","status":"COMPLETED","amount":"#
        + #"{"currency_code":"EUR","value":"10.99"}}}"#
}
