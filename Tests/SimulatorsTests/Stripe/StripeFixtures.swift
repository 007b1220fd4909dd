/// The documented answers of section 9, without what differs each time: identifiers and times.
enum StripeFixture {
    static let authorized = #"""
        {"object":"payment_intent","amount":1099,"amount_capturable":1099,"amount_received":0,
        "currency":"eur","capture_method":"manual","confirmation_method":"automatic",
        "status":"requires_capture","latest_charge":{"object":"charge","amount":1099,
        "amount_captured":0,"amount_refunded":0,"captured":false,"refunded":false,
        "disputed":false,"status":"succeeded","balance_transaction":null,
        "outcome":{"network_status":"approved_by_network","type":"authorized",
        "risk_level":"normal"},"payment_method_details":{"type":"card","card":{"brand":"visa",
        "last4":"4242","exp_month":12,"exp_year":2030,"multicapture":{"status":"unavailable"},
        "overcapture":{"status":"unavailable","maximum_amount_capturable":1099}}}},
        "next_action":null,"last_payment_error":null,"cancellation_reason":null,
        "created":1735689600,"livemode":false,
        "metadata":{"attempt":"att_01JGF7","tenant":"ten_01JGF0"}}
        """#

    static let partiallyCaptured = #"""
        {"object":"payment_intent","amount":1099,"amount_capturable":0,"amount_received":500,
        "currency":"eur","capture_method":"manual","status":"succeeded","livemode":false,
        "metadata":{"attempt":"att_01JGF7"}}
        """#

    static let requiresAction = #"""
        {"object":"payment_intent","amount":2500,"amount_capturable":0,"amount_received":0,
        "currency":"eur","status":"requires_action","latest_charge":null,
        "next_action":{"type":"redirect_to_url","redirect_to_url":{
        "return_url":"https://pay.example.com/return/att_01JGF8"}},"livemode":false,
        "metadata":{"attempt":"att_01JGF8"}}
        """#

    static let declined = #"""
        {"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds",
        "advice_code":"try_again_later","network_decline_code":"51","network_advice_code":"02",
        "message":"Your card has insufficient funds.",
        "doc_url":"https://stripe.com/docs/error-codes/card-declined",
        "payment_intent":{"object":"payment_intent","status":"requires_payment_method"}}}
        """#

    static let authenticationRequired = #"""
        {"error":{"type":"card_error","code":"authentication_required",
        "decline_code":"authentication_required",
        "message":"Your card was declined. This transaction requires authentication.",
        "payment_intent":{"object":"payment_intent","status":"requires_payment_method",
        "last_payment_error":{"type":"card_error","code":"authentication_required"}}}}
        """#

    static let refunded = #"""
        {"object":"refund","amount":300,"created":1735689600,"currency":"eur",
        "metadata":{"refund":"rfd_01JGG0"},"reason":"requested_by_customer","status":"succeeded"}
        """#

    static let refundFailed = #"""
        {"object":"event","api_version":"2026-10-28.endive","type":"refund.failed",
        "livemode":false,"request":{"id":null,"idempotency_key":null},
        "data":{"object":{"object":"refund","amount":300,"currency":"eur","status":"failed",
        "failure_reason":"lost_or_stolen_card"}}}
        """#

    static let balanceTransaction = #"""
        {"object":"balance_transaction","amount":500,"fee":33,"net":467,"currency":"eur",
        "exchange_rate":null,"fee_details":[{"amount":33,"currency":"eur","type":"stripe_fee",
        "description":"Stripe processing fees"}],"reporting_category":"charge",
        "status":"pending","type":"charge"}
        """#
}
