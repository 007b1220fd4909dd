internal import HTTP
internal import JSON

extension Adyen.World {
    /// - Returns: the status and the body of the answer; nil for none.
    mutating func execute(
        _ work: Adyen.Vendor.Work
    ) throws(Adyen.Failure) -> (status: Int, body: [UInt8]?) {
        var writer = JSONWriter(capacity: 1_024)
        var status = 200
        switch work.route.operation {
        case .pay:
            let psp = try pay(try read(work.body, Adyen.PaymentRequest.reader))
            write(payment: psp, to: &writer)
        case .submitDetails:
            let details = try read(work.body, Adyen.DetailsRequest.reader)
            let psp = try submitDetails(details.secret)
            write(payment: psp, to: &writer)
        case .createSession:
            let id = try createSession(try read(work.body, Adyen.SessionRequest.reader))
            write(newSession: id, to: &writer)
            status = 201
        case .getSession:
            let session = try session(work.route.id)
            guard let result = session.result, work.query["sessionResult"] == result else {
                throw .refused("14_031", "sessionResult is not valid")
            }
            write(session: session.id, to: &writer)
        case .capture: status = try modify(work, .capture, &writer)
        case .cancel: status = try modify(work, .cancel, &writer)
        case .refund: status = try modify(work, .refund, &writer)
        case .reverse: status = try modify(work, .reversal, &writer)
        case .updateAmount: status = try modify(work, .amountUpdate, &writer)
        case .technicalCancel:
            let reader = Adyen.ModificationRequest.reader(of: .technicalCancel)
            let psp = try cancelByReference(try read(work.body, reader))
            write(modification: psp, to: &writer)
            status = 201
        case .listMethods: try listMethods(work.query, &writer)
        case .storeMethod:
            let id = try storeMethod(try read(work.body, Adyen.StoreRequest.reader))
            if let method = storedMethods[id] { writer.object { write(method, to: &$0) } }
            status = 201
        case .deleteMethod:
            let (merchant, shopper) = try Self.owner(work.query)
            try deleteMethod(work.route.id, of: merchant, shopper)
            return (204, nil)
        }
        return (status, writer.bytes)
    }

    private mutating func modify(
        _ work: Adyen.Vendor.Work,
        _ kind: Adyen.Modification.Kind,
        _ writer: inout JSONWriter
    ) throws(Adyen.Failure) -> Int {
        let reader = Adyen.ModificationRequest.reader(of: work.route.operation)
        let psp = try modify(work.route.id, kind, try read(work.body, reader))
        write(modification: psp, to: &writer)
        return 201
    }

    private func listMethods(
        _ query: QueryItems,
        _ writer: inout JSONWriter
    ) throws(Adyen.Failure) {
        let (merchant, shopper) = try Self.owner(query)
        try check(merchant: merchant)
        writer.object { list in
            list.member("merchantAccount", merchant)
            list.member("shopperReference", shopper)
            list.array("storedPaymentMethods") { methods in
                for method in self.methods(of: merchant, shopper) {
                    methods.object { write(method, to: &$0) }
                }
            }
        }
    }

    private static func owner(
        _ query: QueryItems
    ) throws(Adyen.Failure) -> (merchant: String, shopper: String) {
        guard let merchant = query["merchantAccount"], let shopper = query["shopperReference"]
        else { throw .malformed("merchantAccount and shopperReference are needed.") }
        return (merchant, shopper)
    }

    private func read<Value>(
        _ body: JSONValue,
        _ reader: JSONReader<Value>
    ) throws(Adyen.Failure) -> Value {
        do throws(JSONFieldErrors) {
            return try reader.read(body, .root)
        } catch {
            throw .unreadable(error)
        }
    }
}
