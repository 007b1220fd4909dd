internal import HTTP
internal import JSON

// Receivers, past events, and whether one is genuine (section 5).
extension PayPal.World {
    mutating func notify(
        _ request: PayPal.Request
    ) throws(PayPal.Failure) -> (resource: PayPal.Resource, isNew: Bool) {
        let id = request.route.id
        switch request.route.operation {
        case .createWebhook:
            var endpoint = try read(request.body, PayPal.Vendor.Endpoint.registrationReader)
            endpoint.webhookID = nextID()
            endpoints.append(endpoint)
            return (.webhook(endpoints.count - 1), true)
        case .listWebhooks: return (.webhookList, false)
        case .deleteWebhook:
            let index = endpoints.firstIndex { $0.webhookID == id && $0.isRegistered }
            guard let index else { throw .unknownResource }
            // It keeps its place: deliveries under way go by it.
            endpoints[index].isRegistered = false
            return (.nothing(status: 204), false)
        case .verifySignature:
            let claim = try read(request.body, .transmission)
            return (.verdict(isGenuine(claim, request.bytes)), false)
        case .listEvents: return (.eventList(try eventList(request)), false)
        case .getEvent:
            guard events[id] != nil else { throw .unknownResource }
            return (.event(id), false)
        default:  // Only sending again is left.
            guard let event = events[id] else { throw .unknownResource }
            outbox.append(Notice(event: id, type: event.type))
            return (.nothing(status: 202), false)
        }
    }

    private func eventList(_ request: PayPal.Request) throws(PayPal.Failure) -> [String] {
        func time(_ name: String) throws(PayPal.Failure) -> SimulatedTime? {
            guard let text = request.query[name] else { return nil }
            guard let time = SimulatedTime(rfc3339: text) else {
                throw .issue("INVALID_PARAMETER_SYNTAX", at: "/\(name)")
            }
            return time
        }
        let start = try time("start_time") ?? SimulatedTime(milliseconds: .min)
        let end = try time("end_time") ?? SimulatedTime(milliseconds: .max)
        let type = request.query["event_type"]
        return events.newestFirst.filter { event in
            start <= event.created && event.created <= end && type ?? event.type == event.type
        }.map(\.id)
    }

    /// `POST /v1/notifications/verify-webhook-signature`: holds for the event's very bytes.
    private func isGenuine(_ claim: PayPal.SignatureClaim, _ bytes: [UInt8]) -> Bool {
        let isRegistered = endpoints.contains { $0.isRegistered && $0.webhookID == claim.webhookID }
        guard isRegistered, claim.algorithm == PayPal.Transmission.algorithm,
            claim.certificateURL == certificateURL,
            let event = RawMember.value(of: "webhook_event", in: bytes)
        else { return false }
        let transmission = PayPal.Transmission(
            id: claim.id,
            time: claim.time,
            webhookID: claim.webhookID,
            body: event
        )
        let identity = PayPal.SigningIdentity.shared
        return identity.verify(claim.signature, of: transmission.message)
    }

    /// Where receivers find the certificate.
    var certificateURL: String {
        (settings.certificateBase ?? publicURL) + PayPal.Transmission.certificates
            + PayPal.Transmission.certificateID
    }

    func write(webhook index: Int, to object: inout JSONWriter) {
        let endpoint = endpoints[index]
        endpoint.write(to: &object)
        object.array("links") { links in
            links.link(address("/v1/notifications/webhooks/\(endpoint.webhookID)"), "self")
        }
    }
}

extension PayPal {
    /// What a receiver wants to know of a transmission.
    struct SignatureClaim: Sendable {
        let algorithm: String
        let certificateURL: String
        let id: String
        let time: String
        let signature: String
        let webhookID: String
    }
}

extension JSONReader<PayPal.SignatureClaim> {
    fileprivate static var transmission: Self {
        .object { fields throws(JSONFieldErrors) in
            let algorithm = fields.required("auth_algo", .string(bytes: 1...100))
            let address = fields.required("cert_url", .string(bytes: 1...500))
            let id = fields.required("transmission_id", .string(bytes: 1...50))
            let signature = fields.required("transmission_sig", .string(bytes: 1...500))
            let time = fields.required("transmission_time", .string(bytes: 1...100))
            let webhook = fields.required("webhook_id", .string(bytes: 1...50))
            let event = fields.required("webhook_event", .any)
            let all = try fields.finish(algorithm, address, id, signature, time, webhook, event)
            return PayPal.SignatureClaim(
                algorithm: all.0,
                certificateURL: all.1,
                id: all.2,
                time: all.4,
                signature: all.3,
                webhookID: all.5
            )
        }
    }
}
