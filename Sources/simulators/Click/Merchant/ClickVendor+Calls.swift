internal import Cryptography
internal import HTTP
internal import JSON

// The Merchant API (section 3.6).
extension Click.Vendor {
    package struct Work: Sendable {
        let operation: Click.Operation
        let values: [String]
        let body: JSONObject
        let service: Click.Service
    }

    package mutating func begin(_ call: SimulatedCall) -> BegunCall<Work> {
        let route = Click.Route(call.method, call.path)
        let json = call.body.isEmpty ? [:] : try? JSONValue.parse(call.body)  // Refused below.
        let stage: BegunCall<Work>.Stage
        do throws(Click.Failure) {
            guard let route else { throw .unknownMethod }
            if !call.body.isEmpty {
                let type = call.fields[.contentType] ?? ""
                guard type.hasPrefix("application/json") else { throw .wrongMediaType }
            }
            guard let body = json?.objectValue else { throw .malformed("The body is no JSON") }
            let service = try service(route, body)
            if !route.operation.isForBrowsers { try authenticate(call, service) }
            stage = .ready(
                Work(
                    operation: route.operation,
                    values: route.values,
                    body: body,
                    service: service
                )
            )
        } catch {
            stage = .refused(Self.reply(error))
        }
        let path = (route?.values ?? []).enumerated().map { ("\($0)", $1) }
        return BegunCall(
            operation: route?.operation.rawValue,
            parameters: path.map { (name: $0, value: $1) } + (json?.parameters ?? []),
            stage
        )
    }

    package mutating func perform(
        _ work: Work,
        answering replacement: SimulatedReply?
    ) -> SimulatedReply {
        do throws(Click.Failure) {
            return Self.reply(
                try world.execute(work.operation, work.values, work.body, work.service)
            )
        } catch {
            return Self.reply(error)
        }
    }

    package mutating func abandon(_ work: Work) {}  // Nothing is kept by a key.

    package mutating func refuse(_ refusal: FaultRefusal) -> SimulatedReply {
        var failure = Click.Failure.system
        switch refusal {
        case .rateLimit: failure.status = 429
        case .lockTimeout: failure.status = 200
        case .status(let status, _): failure.status = status
        case .code(let code):
            failure = Click.Failure.all.first { "\($0.code)" == code } ?? failure
        }
        return Self.reply(failure)
    }

    /// The service stands in the path where there is no body.
    private func service(
        _ route: Click.Route,
        _ body: JSONObject
    ) throws(Click.Failure) -> Click.Service {
        let id = body["service_id"]?.integerValue ?? route.values.first.flatMap { Int64($0) }
        guard let id else { throw .malformed("service_id is missing") }
        guard let service = world.service(id) else { throw .forbidden }
        return service
    }

    /// `Auth: <user>:<sha1(timestamp + secret)>:<timestamp>`, against the real time (section 2.2).
    private func authenticate(
        _ call: SimulatedCall,
        _ service: Click.Service
    ) throws(Click.Failure) {
        let parts = (call.fields["Auth"] ?? "").split(separator: ":")
        guard parts.count == 3, parts[0] == "\(service.userID)", parts[2].count == 10,
            let time = Int64(parts[2]),
            parts[1] == Hex.encode(Digest.sha1.hash("\(parts[2])\(service.secret)")),
            abs(time - WallClock.unixTime) <= world.settings.clockTolerance
        else { throw .unauthorized }
    }

    private static func reply(_ failure: Click.Failure) -> SimulatedReply {
        var reply = reply(failure.body)
        reply.status = failure.status
        return reply
    }

    private static func reply(_ json: JSONValue) -> SimulatedReply {
        SimulatedReply(
            status: 200,
            fields: [.contentType: "application/json"],
            body: json.bytes()
        )
    }
}
