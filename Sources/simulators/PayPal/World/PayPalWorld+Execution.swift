internal import HTTP
internal import JSON

extension PayPal {
    /// What a call made or found: what a repeat under its key shows again, as it then is.
    enum Resource: Sendable {
        case order(String)
        case authorization(String)
        /// Shown only if the whole representation is asked for.
        case voided(String)
        case capture(String)
        case refund(String)
        case setupToken(String)
        case paymentToken(String)
        case tokenList(customer: String, page: Int, size: Int)
        case webhook(Int)
        case webhookList
        case verdict(Bool)
        case event(String)
        case eventList([String])
        case transactions(TransactionQuery)
        case nothing(status: Int)
    }

    /// A call whose sender is known, before its parameters are.
    struct Request: Sendable {
        let route: Route
        let query: QueryItems
        /// `{}` where nothing was sent.
        let body: JSONValue
        /// As received, for what is signed byte by byte.
        let bytes: [UInt8]
        let key: String?
    }
}

extension PayPal.World {
    mutating func execute(
        _ request: PayPal.Request
    ) throws(PayPal.Failure) -> (resource: PayPal.Resource, isNew: Bool) {
        let id = request.route.id
        switch request.route.operation {
        case .createOrder:
            let order = try read(request.body, PayPal.OrderRequest.reader)
            return (.order(try createOrder(order, hasKey: request.key != nil)), true)
        case .authorizeOrder, .captureOrder:
            try read(request.body, .nothing)
            let isCapture = request.route.operation == .captureOrder
            try complete(id, isCapture ? .capture : .authorize)
            return (.order(id), true)
        case .patchOrder:
            try patchOrder(id, read(request.body, .array(PayPal.OrderPatch.reader, count: 1...20)))
            return (.nothing(status: 204), false)
        case .captureAuthorization:
            let capture = try read(request.body, PayPal.CaptureRequest.reader)
            return (.capture(try captureAuthorization(id, capture)), true)
        case .reauthorize:
            let again = try read(request.body, PayPal.ReauthorizeRequest.reader)
            return (.authorization(try reauthorize(id, again)), true)
        case .voidAuthorization:
            try voidAuthorization(id)
            return (.voided(id), false)
        case .refundCapture:
            let refund = try read(request.body, PayPal.RefundRequest.reader)
            return (.refund(try refundCapture(id, refund)), true)
        case .createSetupToken:
            let setup = try read(request.body, PayPal.SetupRequest.reader)
            return (.setupToken(createSetupToken(setup)), true)
        case .createPaymentToken:
            let exchange = try read(request.body, PayPal.ExchangeRequest.reader)
            return (.paymentToken(try createPaymentToken(exchange.setupToken)), true)
        case .deletePaymentToken:
            try deletePaymentToken(id)
            return (.nothing(status: 204), false)
        case .getOrder, .getAuthorization, .getCapture, .getRefund, .getSetupToken,
            .getPaymentToken, .listPaymentTokens, .searchTransactions:
            return (try find(request), false)
        case .createWebhook, .listWebhooks, .deleteWebhook, .verifySignature, .listEvents,
            .getEvent, .resendEvent, .issueToken:
            return try notify(request)
        }
    }

    private func find(_ request: PayPal.Request) throws(PayPal.Failure) -> PayPal.Resource {
        let id = request.route.id
        switch request.route.operation {
        case .getOrder: return try .order(order(id).id)
        case .getAuthorization: return try .authorization(authorization(id).id)
        case .getCapture: return try .capture(capture(id).id)
        case .getRefund: return try .refund(refund(id).id)
        case .getSetupToken: return try .setupToken(setupToken(id).id)
        case .getPaymentToken: return try .paymentToken(paymentToken(id).id)
        case .searchTransactions: return .transactions(try transactionQuery(request))
        default:  // Only the list is left.
            guard let customer = request.query["customer_id"] else {
                throw .issue("MISSING_REQUIRED_PARAMETER", at: "/customer_id")
            }
            let size = Int(request.query["page_size"] ?? "5") ?? 0
            let page = Int(request.query["page"] ?? "1") ?? 0
            guard (1...100).contains(size), page >= 1 else {
                throw .issue("INVALID_PARAMETER_VALUE", at: "/page_size")
            }
            return .tokenList(customer: customer, page: page, size: size)
        }
    }

    func read<Value>(
        _ body: JSONValue,
        _ reader: JSONReader<Value>
    ) throws(PayPal.Failure) -> Value {
        do throws(JSONFieldErrors) {
            return try reader.read(body, .root)
        } catch {
            throw .unreadable(error)
        }
    }
}

extension JSONReader<Void> {
    /// An empty object.
    fileprivate static var nothing: Self {
        .object { fields throws(JSONFieldErrors) in try fields.finish() }
    }
}
