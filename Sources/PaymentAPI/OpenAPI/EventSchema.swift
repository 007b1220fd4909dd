internal import JSON
internal import PaymentCore

/// JSON Schemas (draft 2020-12) of what events carry as their data, each complete in itself, so
/// that a schema registry takes it as it is. They stay open: members may be added, none is removed
/// or changed under the same version.
package enum EventSchema {
    /// The documents by the names of their files in `docs/events/`.
    package static var files: [(name: String, text: String)] {
        let events = EventType.allCases.map { type in
            (name: "\(type.rawValue).v1.json", document(of: data(of: type), titled: type.rawValue))
        }
        let envelope = document(of: Component.event.schema, titled: "event")
        return events + [("event.v1.json", envelope)]
    }

    private static func data(of type: EventType) -> Schema {
        switch type {
        case .transactionCreated: payment("A payment was made; nothing was asked of a vendor yet.")
        case .transactionUpdated: payment("Something about a payment changed that moved no money.")
        case .transactionAuthorized: payment("The money is promised.")
        case .transactionCaptured: payment("Money was claimed, in part or whole.")
        case .transactionRefunded: payment("Money was given back, in part or whole.")
        case .transactionVoided: payment("The promise was given up.")
        case .transactionExpired: payment("The promise ran out.")
        case .transactionFailed: payment("The payment ended without money.")
        case .retryPlanned: payment("A declined payment will be tried again, as its `retry` says.")
        case .retryExhausted: payment("A declined payment will not be tried again.")
        case .customerRequired:
            payment("Only the customer can go on: they must prove who they are.")
        case .holdExpiring: payment("A hold is about to run out.")
        case .settlementProposed:
            payment("Somebody proposed how an unknown outcome ended; another person must decide.")
        case .settlementApproved: payment("A second person agreed how an unknown outcome ended.")
        case .settlementTurnedDown: payment("A second person turned a proposed ending down.")
        case .discrepancyFound: payment("A vendor's fact went past what was asked for.")
        case .cashRefundRequested: payment("Cash is to be given back once a second person agrees.")
        case .methodTokenized: method("A way to pay was stored.")
        case .methodDetached: method("A stored way to pay was given up.")
        case .adapterHealthChanged: health
        case .ledgerOpened:
            Schema.answer([("object", .constant("ledger_opening"))])
                .described("The books begin: what had happened before was posted.")
        case .ledgerSealed:
            Schema.answer([("ledger_head", .reference(.ledgerHead))])
                .described("The books' order was sealed up to a place.")
        case .auditSealed:
            Schema.answer([("audit_head", .reference(.auditHead))])
                .described("The audit trail was sealed up to a place.")
        case .ledgerClearingAlert:
            Schema.answer([("ledger_monitor", .reference(.ledgerMonitor))])
                .described("An account began, or ceased, to hold what should be cleared by now.")
        case .eventHandled: Schema.inboundEnd
        }
    }

    private static func payment(_ sentence: String) -> Schema {
        Schema.answer([
            ("intent", Schema.reference(.intent).described("The payment after the change.")),
            (
                "attempt",
                Schema.reference(.attempt).orNull.described("The try that made the change.")
            ),
        ]).described(sentence)
    }

    private static func method(_ sentence: String) -> Schema {
        Schema.answer([("payment_method", .reference(.paymentMethod))]).described(sentence)
    }

    private static let health = Schema.answer([
        (
            "adapter_health",
            .answer([
                ("merchant_account_id", .identifier("mac")),
                ("gateway", .vendor),
                ("mode", .choice(MerchantAccount.Mode.self)),
                ("state", .choice(HealthReading.State.self)),
                ("reason", Schema.choice(Illness.self).orNull),
                ("changed_at", .timestamp),
            ])
        )
    ]).described("A vendor account's breaker opened, is tried, or closed.")

    // MARK: Documents

    private static func document(of schema: Schema, titled title: String) -> String {
        var names: Set<String> = []
        var members: [(String, JSONValue)] = [
            ("$schema", "https://json-schema.org/draft/2020-12/schema"),
            ("title", .string("payment.\(title).v1")),
        ]
        if case .object(let own) = local(schema.json, &names) {
            members += own.members.map { ($0.name, $0.value) }
        }
        let definitions = definitions(of: names)
        if !definitions.isEmpty {
            members.append(("$defs", .object(JSONObject(definitions))))
        }
        return JSONValue.object(JSONObject(members)).indented() + "\n"
    }

    /// The named components and those that they refer to, in the order of the API document.
    private static func definitions(of names: Set<String>) -> [(String, JSONValue)] {
        var known = names
        var schemas: [String: JSONValue] = [:]
        while let component = Component.told.first(where: {
            known.contains($0.name) && schemas[$0.name] == nil
        }) {
            schemas[component.name] = local(component.schema.json, &known)
        }
        return Component.told.compactMap { component in
            schemas[component.name].map { (component.name, $0) }
        }
    }

    /// The same with references into `$defs`, whose names are put in.
    private static func local(_ schema: JSONValue, _ names: inout Set<String>) -> JSONValue {
        switch schema {
        case .object(let object):
            var members: [(String, JSONValue)] = []
            for member in object.members {
                if member.name == "$ref", let reference = member.value.stringValue {
                    let name = String(reference.split(separator: "/").last ?? "")
                    names.insert(name)
                    members.append(("$ref", .string("#/$defs/\(name)")))
                } else {
                    members.append((member.name, local(member.value, &names)))
                }
            }
            return .object(JSONObject(members))
        case .array(let elements): return .array(elements.map { local($0, &names) })
        case .null, .bool, .integer, .number, .string: return schema
        }
    }
}

extension JSONValue {
    /// One member a line, for people; what is short stays on one line.
    fileprivate func indented(_ depth: Int = 0) -> String {
        let flat = text
        guard flat.utf8.count + 2 * depth > 96 else { return flat }
        let (inner, outer) = (
            String(repeating: "  ", count: depth + 1), String(repeating: "  ", count: depth)
        )
        switch self {
        case .object(let object):
            let lines = object.members.map {
                "\(inner)\(JSONValue.string($0.name).text): \($0.value.indented(depth + 1))"
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(outer)}"
        case .array(let elements):
            let lines = elements.map { inner + $0.indented(depth + 1) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(outer)]"
        case .null, .bool, .integer, .number, .string: return flat
        }
    }
}
