/// The documented answers of section 9, without what differs each time.
enum AdyenFixture {
    static let authorised = #"""
        {"resultCode":"Authorised","amount":{"currency":"EUR","value":1099},
        "merchantReference":"att_01JGF7","paymentMethod":{"brand":"visa","type":"scheme"},
        "additionalData":{"cardSummary":"1111","expiryDate":"03/2030",
        "networkTxReference":"060720116005060"}}
        """#

    static let refused = #"""
        {"resultCode":"Refused","refusalReason":"Not enough balance","refusalReasonCode":"12",
        "merchantReference":"att_01JGF7","additionalData":{
        "refusalReasonRaw":"51 : Insufficient funds/over credit limit",
        "merchantAdviceCode":"02 : Try again later"}}
        """#

    static let redirect = #"""
        {"resultCode":"RedirectShopper","action":{"type":"redirect","method":"GET",
        "paymentMethodType":"scheme"}}
        """#

    static let native = #"""
        {"resultCode":"IdentifyShopper","action":{"type":"threeDS2","subtype":"fingerprint",
        "paymentMethodType":"scheme"}}
        """#

    static let received = #"""
        {"merchantAccount":"AcmeECOM","reference":"cap_01JGF9","status":"received",
        "amount":{"currency":"EUR","value":500}}
        """#

    static let captured = #"""
        {"live":"false","notificationItems":[{"NotificationRequestItem":{
        "amount":{"currency":"EUR","value":500},"eventCode":"CAPTURE",
        "merchantAccountCode":"AcmeECOM","merchantReference":"order-1001",
        "paymentMethod":"visa","reason":"","success":"true"}}]}
        """#

    /// The account's key in section 5.2.
    static let key = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"

    /// The raw-body vector of section 5.2: 165 bytes.
    static let tokenCreated =
        #"{"type":"recurring.token.created","environment":"test","data":{"merchantAccount":"#
        + #""AcmeECOM","storedPaymentMethodId":"M5N7TQ4TG5PFWR50","shopperReference":"cust_42"}}"#
}
