internal import JSON
internal import PaymentCore
internal import Postgres

/// The few things that are stored as JSON documents, there and back.
enum Documents {
    static func text(of metadata: [String: String]) -> String {
        guard !metadata.isEmpty else { return "{}" }
        var writer = JSONWriter()
        writer.object { object in
            for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
                object.member(name, value)
            }
        }
        return writer.text
    }

    static func metadata(_ text: String) throws(PostgresError) -> [String: String] {
        guard text != "{}" else { return [:] }
        var metadata: [String: String] = [:]
        for member in try object(text).members {
            metadata[member.name] = member.value.stringValue
        }
        return metadata
    }

    static func text(of details: MethodDetails) -> String {
        var writer = JSONWriter()
        writer.object { object in
            for (name, value) in [
                ("brand", details.brand), ("last4", details.last4),
                ("fingerprint", details.fingerprint), ("funding", details.funding),
                ("country", details.country), ("wallet", details.wallet),
            ] {
                if let value { object.member(name, value) }
            }
            if let month = details.expiryMonth { object.member("expiry_month", month) }
            if let year = details.expiryYear { object.member("expiry_year", year) }
        }
        return writer.text
    }

    static func methodDetails(_ text: String) throws(PostgresError) -> MethodDetails {
        let object = try object(text)
        return MethodDetails(
            brand: object["brand"]?.stringValue,
            last4: object["last4"]?.stringValue,
            expiryMonth: object["expiry_month"]?.integerValue.map(Int.init),
            expiryYear: object["expiry_year"]?.integerValue.map(Int.init),
            fingerprint: object["fingerprint"]?.stringValue,
            funding: object["funding"]?.stringValue,
            country: object["country"]?.stringValue,
            wallet: object["wallet"]?.stringValue
        )
    }

    static func methodDetails(orNil text: String?) throws(PostgresError) -> MethodDetails? {
        guard let text else { return nil }
        return try methodDetails(text)
    }

    /// Nil for none: most attempts are not refunds.
    static func text(of shares: [CaptureShare]) -> String? {
        guard !shares.isEmpty else { return nil }
        var writer = JSONWriter()
        writer.array { array in
            for share in shares {
                array.object { object in
                    object.member("reference", share.reference)
                    object.member("amount", share.amount)
                }
            }
        }
        return writer.text
    }

    static func shares(_ text: String?) throws(PostgresError) -> [CaptureShare] {
        guard let text else { return [] }
        // Silence is right: the error below says all that may be said of what is stored.
        let parsed = try? JSONValue.parse(Array(text.utf8))
        let shares = parsed?.arrayValue?.compactMap { share -> CaptureShare? in
            guard let reference = share["reference"]?.stringValue,
                let amount = share["amount"]?.integerValue
            else { return nil }
            return CaptureShare(reference: reference, amount: amount)
        }
        guard let shares, shares.count == parsed?.arrayValue?.count else {
            throw PostgresError(.decoding, "stored shares are not readable")
        }
        return shares
    }

    static func object(_ text: String) throws(PostgresError) -> JSONObject {
        // The error could quote what is stored; that it is not an object is all that matters.
        guard let value = try? JSONValue.parse(Array(text.utf8)), let object = value.objectValue
        else { throw PostgresError(.decoding, "a stored document is not a JSON object") }
        return object
    }
}
