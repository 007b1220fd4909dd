internal import HTTP
internal import JSON
internal import Observability

/// Answers for machines that watch the process.
enum Probes {
    /// The process runs and its loop turns.
    static let health = Answer { $0.member("status", "ok") }

    static func readiness(_ checks: [ReadinessCheck]) -> Answer {
        let isReady = checks.allSatisfy(\.isMet)
        return Answer(isReady ? .ok : .serviceUnavailable) {
            $0.member("status", isReady ? "ok" : "unavailable")
            $0.array("checks") { array in
                for check in checks {
                    array.object {
                        $0.member("name", check.name)
                        $0.member("ok", check.isMet)
                    }
                }
            }
        }
    }

    static func metrics(_ text: [UInt8]) -> Answer {
        var answer = Answer(.ok, text)
        answer.fields = [.contentType: MetricsRegistry.contentType]
        return answer
    }

    static let document = Answer(.ok, OpenAPIDocument.bytes)
}
