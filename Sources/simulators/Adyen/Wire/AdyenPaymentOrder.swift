internal import JSON

extension Adyen {
    /// What `POST /payments` and `POST /sessions` have in common (section 2.2).
    struct PaymentOrder: Sendable {
        var merchant = ""
        var amount: WrittenMoney?
        var reference: String?
        var returnURL = ""
        var shopper: String?
        var interaction = Interaction.ecommerce
        var model: Model?
        var captureDelayHours: Int64?
        var isManual = false
        var isPreAuthorised = false
        /// A refusal that is asked for.
        var refusal: Refusal?
        var metadata: [String: String] = [:]

        enum Interaction: String, Sendable, CaseIterable {
            case ecommerce = "Ecommerce"
            case continuous = "ContAuth"
            case moto = "Moto"
            case pointOfSale = "POS"
        }

        enum Model: String, Sendable, CaseIterable {
            case cardOnFile = "CardOnFile"
            case subscription = "Subscription"
            case unscheduled = "UnscheduledCardOnFile"
        }

        enum Channel: String, Sendable, CaseIterable {
            case web = "Web"
            case ios = "iOS"
            case android = "Android"
        }

        private enum AuthorisationType: String, CaseIterable {
            case preliminary = "PreAuth"
            case final = "FinalAuth"
        }

        private enum Truth: String, CaseIterable {
            case yes = "true"
            case no = "false"
        }

        /// Reads what both calls may have; the rest and the end are the caller's.
        init(_ fields: inout JSONFields) {
            merchant = fields.required("merchantAccount", .string(bytes: 1...80)) ?? ""
            amount = fields.optional("amount", WrittenMoney.reader)
            reference = fields.optional("reference", .string(bytes: 1...80))
            returnURL = fields.required("returnUrl", .string(bytes: 1...8_000)) ?? ""
            shopper = fields.optional("shopperReference", .string(bytes: 3...256))
            interaction =
                fields.optional("shopperInteraction", .oneOf(Interaction.self)) ?? .ecommerce
            model = fields.optional("recurringProcessingModel", .oneOf(Model.self))
            captureDelayHours = fields.optional("captureDelayHours", .int64(in: 0...672))
            metadata = fields.optional("metadata", .texts) ?? [:]
            if let data = fields.optional("additionalData", .texts) { read(data, &fields) }
            for name in [
                "shopperIP", "shopperEmail", "shopperStatement", "merchantOrderReference",
                "countryCode", "shopperLocale",
            ] {
                _ = fields.optional(name, .string(bytes: 1...300))
            }
            for name in ["billingAddress", "applicationInfo"] { _ = fields.optional(name, .any) }
        }

        /// Most of these values are texts, Booleans included.
        private mutating func read(_ data: [String: String], _ fields: inout JSONFields) {
            for (name, value) in data {
                switch name {
                case "manualCapture":
                    guard let truth = Truth(rawValue: value) else { break }
                    isManual = truth == .yes
                    continue
                case "authorisationType":
                    guard let type = AuthorisationType(rawValue: value) else { break }
                    isPreAuthorised = type == .preliminary
                    continue
                case "RequestedTestAcquirerResponseCode":
                    let code = Int(value).flatMap(Refusal.init(code:))
                    refusal = code ?? Refusal(trigger: value)
                    continue
                default: break
                }
                fields.reject("additionalData", .invalid, "\(name) has no such value.")
            }
        }

        /// - Throws: what only the whole shows.
        func check() throws(Failure) {
            guard reference != nil else { throw .noReference }
            let isWithinLimits =
                metadata.count <= 20
                && metadata.allSatisfy { $0.key.count <= 20 && $0.value.count <= 80 }
            guard isWithinLimits else { throw .metadataTooLarge }
        }
    }
}
