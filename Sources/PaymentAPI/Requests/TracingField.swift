internal import HTTP
internal import Observability

/// Header fields that tracers put into every request. Their identifiers are random numbers, of which
/// one in a few dozen could be a card's; but what is here is passed over by its name, and neither
/// stored nor logged.
enum TracingField {
    /// Whether a field is a tracer's and its value nothing but what that tracer writes.
    static func isOne(_ field: HTTPFields.Field) -> Bool {
        let value = field.value
        // Regular expressions are slow, but only what holds a card's digits is checked.
        return switch field.name.spelling.lowercased() {
        case "traceparent", "ce-traceparent": isTraceparent(value)
        case "x-datadog-trace-id", "x-datadog-parent-id":
            value.wholeMatch(of: /[0-9]{1,20}/) != nil
        case "x-cloud-trace-context":
            value.wholeMatch(of: /[0-9a-f]{32}(\/[0-9]{1,20})?(;o=[0-9])?/) != nil
        case "x-amzn-trace-id":
            value.wholeMatch(
                of:
                    /((Root|Self)=1-[0-9a-f]{8}-[0-9a-f]{24};?|Parent=[0-9a-f]{16};?|Sampled=[01];?)+/
            ) != nil
        case "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid":
            value.wholeMatch(of: /[0-9a-f]{16}|[0-9a-f]{32}/) != nil
        case "b3":
            value.wholeMatch(
                of: /([0-9a-f]{16}|[0-9a-f]{32})-[0-9a-f]{16}(-[01d](-[0-9a-f]{16})?)?/
            ) != nil
        case "uber-trace-id":
            value.wholeMatch(
                of: /[0-9a-f]{1,32}:[0-9a-f]{1,16}:[0-9a-f]{1,16}:[0-9a-f]{1,2}/
            ) != nil
        case "sentry-trace": value.wholeMatch(of: /[0-9a-f]{32}-[0-9a-f]{16}(-[01])?/) != nil
        default: false
        }
    }

    /// Whether a text is a `traceparent` with nothing behind it.
    static func isTraceparent(_ text: String) -> Bool {
        TraceContext(traceparent: [text]).map { $0.traceparent.utf8.count == text.utf8.count }
            ?? false
    }
}
