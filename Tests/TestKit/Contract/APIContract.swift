import JSON

/// The API document as a judge of real answers.
package struct APIContract: Sendable {
    private let document: JSONValue

    /// - Parameter document: the bytes of `/openapi.json`.
    package init(document bytes: [UInt8]) throws {
        document = try JSONValue.parse(bytes)
    }

    /// Every path with its methods, in upper case.
    package var operations: Set<String> {
        var operations: Set<String> = []
        for path in document["paths"]?.objectValue?.members ?? [] {
            for method in path.value.objectValue?.names ?? [] {
                operations.insert("\(method.uppercased()) \(path.name)")
            }
        }
        return operations
    }

    /// What an answer has that the document does not promise, or lacks of what it does.
    ///
    /// - Parameter path: as it was asked for, without the query.
    package func violations(
        method: String,
        path: String,
        status: Int,
        contentType: String?,
        body: [UInt8]
    ) -> [String] {
        guard let operation = operation(method, path) else {
            // What is not served is told as a problem of its own.
            return status == 404 || status == 405
                ? check(contentType, body, "#/components/responses/Problem")
                : ["\(method) \(path) is not documented"]
        }
        guard
            let response = operation["responses"]?["\(status)"]
                ?? operation["responses"]?["default"]
        else { return ["\(method) \(path) does not document \(status)"] }
        if case .string(let reference)? = response["$ref"] {
            return check(contentType, body, reference)
        }
        return check(contentType, body, response)
    }

    private func operation(_ method: String, _ path: String) -> JSONValue? {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        let matching = (document["paths"]?.objectValue?.members ?? []).filter { candidate in
            let pattern = candidate.name.split(separator: "/", omittingEmptySubsequences: false)
            return pattern.count == segments.count
                && zip(pattern, segments).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
        }
        // A literal wins over a parameter, as in the router.
        let best = matching.min { $0.name.count(of: "{") < $1.name.count(of: "{") }
        return best?.value[method == "HEAD" ? "get" : method.lowercased()]
    }

    private func check(_ type: String?, _ body: [UInt8], _ reference: String) -> [String] {
        let target = reference.dropFirst(2).split(separator: "/").reduce(document) {
            (value: JSONValue?, name) in value?[String(name)]
        }
        return target.map { check(type, body, $0) } ?? ["no \(reference)"]
    }

    private func check(_ type: String?, _ body: [UInt8], _ response: JSONValue) -> [String] {
        guard let content = response["content"]?.objectValue else {
            return body.isEmpty ? [] : ["a body where none is documented"]
        }
        let bare = type.map { String($0.prefix { $0 != ";" }) }
        guard let bare, let media = content[bare], let schema = media["schema"] else {
            return ["content type \(type ?? "none") is not documented"]
        }
        guard bare.hasSuffix("/json") || bare.hasSuffix("+json") else { return [] }
        // A page of the feed is larger than what a request may be.
        let limits = JSONLimits(byteCount: 64 << 20, memberCount: 1_000_000)
        guard let value = try? JSONValue.parse(body, limits: limits) else {
            return ["the body is no JSON"]
        }
        return SchemaValidator(document: document, closed: true)
            .violations(of: value, under: schema)
    }
}

extension String {
    fileprivate func count(of character: Character) -> Int {
        reduce(0) { $1 == character ? $0 + 1 : $0 }
    }
}
