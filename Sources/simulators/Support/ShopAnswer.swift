internal import HTTP
internal import JSON

/// What a shop said to a vendor that waits for its word, as far as all vendors read alike: HTTP 200
/// and a JSON object, said to be JSON.
struct ShopAnswer: Sendable {
    /// Nil when there was none that can be read.
    let object: JSONObject?
    /// What is wrong with the message around it, whether it can be read or not.
    private(set) var violations: [String] = []
    /// Whether a vendor that checks the status may believe it.
    let isOK: Bool

    /// - Parameter response: nil when there was none.
    init(_ response: HTTPResponse?) {
        isOK = response?.status == .ok
        // No vendor says what it could not read.
        object = response.flatMap { try? JSONValue.parse($0.body) }?.objectValue
        guard let response else {
            violations = ["nobody answered"]
            return
        }
        if !isOK { violations.append("HTTP \(response.status.code), not 200") }
        let type = response.fields[.contentType] ?? ""
        if !type.lowercased().hasPrefix("application/json") {
            violations.append("Content-Type is \(type.isEmpty ? "missing" : type)")
        }
        if object == nil { violations.append("the body is no JSON object") }
    }
}
