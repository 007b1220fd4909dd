internal import HTTP
internal import JSON

// The Subscribe API: JSON-RPC, HTTP 200 whatever happens (section 3.1).
extension Payme.Vendor {
    package struct Work: Sendable {
        let id: JSONValue
        let operation: Payme.Operation
        let params: JSONObject
        let cashbox: Payme.Cashbox
        let language: Payme.Language?
    }

    package mutating func begin(_ call: SimulatedCall) -> BegunCall<Work> {
        let json = try? JSONValue.parse(call.body)  // What cannot be read is answered below.
        let id = json?["id"] ?? .null
        let language = call.fields[.acceptLanguage].flatMap { Payme.Language(rawValue: $0) }
        let operation = json?["method"]?.stringValue.flatMap(Payme.Operation.init(rawValue:))
        let stage: BegunCall<Work>.Stage
        do throws(Payme.Failure) {
            guard call.method == .post else { throw .notPost }
            guard let json else { throw .unparsable }
            let cashbox = try authenticate(call, operation)
            guard json["id"]?.integerValue != nil, let name = json["method"]?.stringValue,
                let params = json["params"]?.objectValue
            else { throw .malformed(nil) }
            guard let operation else { throw .unknownMethod(name) }
            stage = .ready(
                Work(
                    id: id,
                    operation: operation,
                    params: params,
                    cashbox: cashbox,
                    language: language
                )
            )
        } catch {
            stage = .refused(Self.reply(error, id: id, language))
        }
        var begun = BegunCall(
            operation: operation?.rawValue,
            parameters: json?["params"]?.parameters ?? [],
            stage
        )
        if case .ready(let work) = stage { begun.delay = delay(of: work) }
        return begun
    }

    package mutating func perform(
        _ work: Work,
        answering replacement: SimulatedReply?
    ) -> SimulatedReply {
        do throws(Payme.Failure) {
            let result = try world.execute(work.operation, work.params, for: work.cashbox)
            return Self.reply(work.id, result: result)
        } catch {
            return Self.reply(error, id: work.id, work.language)
        }
    }

    package mutating func abandon(_ work: Work) {}  // Nothing is kept by a key.

    package mutating func refuse(_ refusal: FaultRefusal) -> SimulatedReply {
        Self.refuse(refusal, id: .null, nil)
    }

    package mutating func refuse(_ refusal: FaultRefusal, _ work: Work) -> SimulatedReply {
        Self.refuse(refusal, id: work.id, work.language)
    }

    private static func refuse(
        _ refusal: FaultRefusal,
        id: JSONValue,
        _ language: Payme.Language?
    ) -> SimulatedReply {
        var failure = Payme.Failure.system
        var status = 200
        switch refusal {
        case .rateLimit: status = 429
        case .lockTimeout: break
        case .status(let code, _): status = code
        case .code(let code):
            failure = Payme.Failure.all.first { "\($0.code)" == code } ?? failure
        }
        var reply = reply(failure, id: id, language)
        reply.status = status
        return reply
    }

    /// One of the test cards makes its caller wait.
    private func delay(of work: Work) -> Duration {
        guard work.operation == .payReceipt, let token = work.params["token"]?.stringValue,
            let card = try? world.card(token, of: work.cashbox.id),  // Refused in its own time.
            card.card.verdict == .slowError
        else { return .zero }
        return world.settings.slowCardTime
    }

    /// `X-Auth`: the merchant's id, and, except for browsers, the key behind a colon (section 2.2).
    private func authenticate(
        _ call: SimulatedCall,
        _ operation: Payme.Operation?
    ) throws(Payme.Failure) -> Payme.Cashbox {
        let parts = (call.fields["X-Auth"] ?? "").split(separator: ":", maxSplits: 1)
        guard let id = parts.first, !id.isEmpty else { throw .unauthorized }
        guard let cashbox = world.cashbox(String(id)) else { throw .unknownMerchant }
        let isPublic = parts.count == 1 && operation?.isForBrowsers == true
        guard isPublic || (parts.count == 2 && parts[1] == cashbox.key) else {
            throw .unauthorized
        }
        return cashbox
    }
}
