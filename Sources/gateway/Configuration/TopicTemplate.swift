import PaymentCore

/// The name of an event's topic with words in braces that the event fills in.
struct TopicTemplate: Sendable, Hashable {
    private enum Part: Hashable {
        case text(String)
        case namespace
        case aggregate
        case type
        case tenant
    }

    private let parts: [Part]

    /// Nil when it could make a name that no topic can have.
    init?(_ template: String) {
        var parts: [Part] = []
        var rest = template[...]
        while let next = rest.first {
            if next == "{" {
                guard let end = rest.firstIndex(of: "}") else { return nil }
                switch rest[rest.index(after: rest.startIndex)..<end] {
                case "namespace": parts.append(.namespace)
                case "aggregate": parts.append(.aggregate)
                case "type": parts.append(.type)
                case "tenant": parts.append(.tenant)
                default: return nil
                }
                rest = rest[rest.index(after: end)...]
            } else {
                let text = rest.prefix { $0 != "{" }
                guard text.utf8.allSatisfy(Self.isAllowed) else { return nil }
                parts.append(.text(String(text)))
                rest = rest[text.endIndex...]
            }
        }
        guard !parts.isEmpty, template.utf8.count <= 128 else { return nil }
        self.parts = parts
    }

    func topic(of event: EventName, in tenant: TenantID, namespace: String) -> String {
        var name = ""
        for part in parts {
            switch part {
            case .text(let text): name += text
            case .namespace: name += namespace
            case .aggregate: name += event.aggregate
            case .type: name += event.rawValue
            case .tenant: name += tenant.description
            }
        }
        return name
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
