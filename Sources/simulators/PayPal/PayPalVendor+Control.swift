internal import Cryptography
internal import JSON

// What payers, their banks and the vendor's own people do.
extension PayPal.Vendor {
    package mutating func control(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let path = call.path
        switch (call.method, path.first ?? "", path.count) {
        case ("GET", "certificate_authority", 1):
            return ControlReply {
                $0.member("pem", PayPal.SigningIdentity.shared.authority.pem)
            }
        case ("DELETE", "access_tokens", 1):
            // Still known, but no longer valid.
            for token in world.accessTokens.keys { world.accessTokens[token] = world.now }
            return ControlReply()
        case ("POST", "orders", 3): return try payer(call, atOrder: path[1], path[2])
        case ("POST", "setup_tokens", 3): return try payer(call, atSetupToken: path[1], path[2])
        case ("DELETE", "payment_tokens", 2):
            try acting { world throws(PayPal.Failure) in try world.deletePaymentToken(path[1]) }
            return ControlReply()
        case ("POST", "authorizations", 2), ("POST", "captures", 2), ("POST", "refunds", 2):
            try decide(path[0], path[1], try call.read("status", .oneOf(Decision.self)))
            return ControlReply()
        case ("POST", "captures", 3): return try change(capture: path[1], path[2], call)
        default: throw .unknown
        }
    }

    /// How something that waits is decided.
    private enum Decision: String, CaseIterable {
        case completed
        case failed
    }

    private mutating func decide(
        _ kind: String,
        _ id: String,
        _ decision: Decision
    ) throws(ControlRefusal) {
        let completes = decision == .completed
        try acting { world throws(PayPal.Failure) in
            switch kind {
            case "authorizations":
                _ = try world.authorization(id)
                world.reviewAuthorization(id, accepted: completes)
            case "captures":
                _ = try world.capture(id)
                world.settleCapture(id, completes: completes)
            default:
                _ = try world.refund(id)
                world.settleRefund(id, completes: completes)
            }
        }
    }

    private mutating func change(
        capture id: String,
        _ verb: String,
        _ call: ControlCall
    ) throws(ControlRefusal) -> ControlReply {
        switch verb {
        case "reverse":
            try acting { world throws(PayPal.Failure) in try world.reverseCapture(id) }
        case "dispute":
            let isOpen = try call.read("open", .bool)
            try acting { world throws(PayPal.Failure) in
                _ = try world.capture(id)
                world.captures[id]?.dispute = isOpen ? .open : nil
            }
        case "refund":
            // On the vendor's own site, without our key.
            let request = try call.read { fields throws(JSONFieldErrors) in
                var request = PayPal.RefundRequest()
                request.amount = fields.optional("amount", PayPal.WrittenMoney.reader)
                try fields.finish()
                return request
            }
            let refund = try acting { world throws(PayPal.Failure) in
                try world.refundCapture(id, request)
            }
            return ControlReply(status: 201) { $0.member("id", refund) }
        default: throw .unknown
        }
        return ControlReply()
    }

    // MARK: Payers

    private mutating func payer(
        _ call: ControlCall,
        atOrder id: String,
        _ verb: String
    ) throws(ControlRefusal) -> ControlReply {
        let address: String?
        switch verb {
        case "approve":
            let funding = try call.funding
            address = try approve(order: id, funding)
        case "authenticate":
            let result = try call.authentication
            address = try acting { world throws(PayPal.Failure) in
                try world.authenticate(id, result)
            }
        case "cancel":
            address = try acting { world throws(PayPal.Failure) in try world.cancelAddress(id) }
        default: throw .unknown
        }
        return ControlReply { $0.member("return_url", address) }
    }

    private mutating func payer(
        _ call: ControlCall,
        atSetupToken id: String,
        _ verb: String
    ) throws(ControlRefusal) -> ControlReply {
        let address: String?
        switch verb {
        case "approve":
            let funding = try call.funding
            address = try approve(setupToken: id, funding)
        case "authenticate":
            let result = try call.authentication
            address = try acting { world throws(PayPal.Failure) in
                try world.authenticate(setupToken: id, result)
            }
        case "cancel": address = world.cancelAddress(setupToken: id)
        default: throw .unknown
        }
        return ControlReply { $0.member("return_url", address) }
    }

    mutating func approve(
        order id: String,
        _ funding: PayPal.Funding
    ) throws(ControlRefusal) -> String? {
        try acting { world throws(PayPal.Failure) in try world.approve(id, with: funding) }
    }

    mutating func approve(
        setupToken id: String,
        _ funding: PayPal.Funding
    ) throws(ControlRefusal) -> String? {
        try acting { world throws(PayPal.Failure) in
            try world.approve(setupToken: id, with: funding)
        }
    }

    /// What the world refuses as a control endpoint says it.
    mutating func acting<Value>(
        _ body: (inout PayPal.World) throws(PayPal.Failure) -> Value
    ) throws(ControlRefusal) -> Value {
        do throws(PayPal.Failure) {
            return try body(&world)
        } catch {
            let issue = error.details.first?.issue.code
            throw ControlRefusal(status: error.status, issue ?? error.message)
        }
    }
}

extension ControlCall {
    /// `{"funding": "wallet"}`; a plain wallet when nothing is said.
    fileprivate var funding: PayPal.Funding {
        get throws(ControlRefusal) {
            try read { fields throws(JSONFieldErrors) in
                let reader = JSONReader<String>.string.map("There is no such funding.") {
                    PayPal.Funding($0)
                }
                let funding = fields.optional("funding", reader)
                try fields.finish()
                return funding ?? .wallet
            }
        }
    }

    /// `{"outcome": "succeeded"}`.
    fileprivate var authentication: PayPal.AuthenticationResult {
        get throws(ControlRefusal) {
            let reader = JSONReader<String>.string.map("There is no such outcome.") {
                PayPal.AuthenticationResult.outcomes[$0]
            }
            return try read("outcome", reader)
        }
    }
}
