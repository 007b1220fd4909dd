import JSON

extension Payme {
    /// The tax authority's receipt of a payment or of its return (section 3.10). Kept as received;
    /// only its form is checked, since the sandbox sends dummy texts.
    struct FiscalReceipt {
        enum Kind: String, CaseIterable {
            case perform = "PERFORM"
            case cancel = "CANCEL"
        }

        let kind: Kind
        /// The members that we know, in our order.
        let json: JSONObject

        init(_ parameters: JSONValue) throws(Failure) {
            guard let kind = parameters["type"]?.stringValue.flatMap(Kind.init) else {
                throw .badParameter("type")
            }
            guard let data = parameters["fiscal_data"], data.objectValue != nil else {
                throw .badParameter("fiscal_data")
            }
            self.kind = kind
            var json = JSONObject()
            for member in Member.allCases {
                guard let value = data[member.rawValue], !value.isNull else {
                    if member.isRequired { throw .badParameter(member.rawValue) }
                    continue
                }
                guard member.accepts(value) else { throw .badParameter(member.rawValue) }
                json[member.rawValue] = value
            }
            self.json = json
        }

        enum Member: String, CaseIterable {
            case receiptID = "receipt_id"
            case statusCode = "status_code"
            case message
            case terminalID = "terminal_id"
            case fiscalSign = "fiscal_sign"
            case qrCodeURL = "qr_code_url"
            /// `YYYYMMDDhhmmss`.
            case date

            fileprivate var isRequired: Bool { self == .receiptID }

            fileprivate func accepts(_ value: JSONValue) -> Bool {
                switch self {
                case .receiptID, .terminalID, .fiscalSign, .date:
                    value.plainText.map { $0.utf8.count <= 100 } ?? false
                case .statusCode: value.wholeNumber != nil
                case .message, .qrCodeURL:
                    value.stringValue.map { $0.utf8.count <= 2_000 } ?? false
                }
            }
        }
    }
}
