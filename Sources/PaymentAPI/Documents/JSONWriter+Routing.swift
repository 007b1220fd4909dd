internal import JSON
internal import PaymentCore

// Routes, and what they decided: each writes members into an open object.
extension JSONWriter {
    mutating func members(of decision: RoutingDecision) {
        member("basis", decision.basis.rawValue)
        member("version", decision.version)
        member("rule", decision.rule)
        member("cascade", decision.cascades)
        array("candidates") { array in
            for candidate in decision.candidates {
                array.object {
                    $0.member("merchant_account_id", candidate.account.description)
                    $0.member("gateway", candidate.vendor.name)
                    $0.member("weight", candidate.weight)
                    $0.object("health") { $0.members(of: candidate.health) }
                }
            }
        }
        array("skipped") { array in
            for skip in decision.skipped {
                array.object {
                    $0.member("merchant_account_id", skip.account.description)
                    $0.member("gateway", skip.vendor?.name)
                    $0.member("reason", skip.reason.name)
                    if case .ill(let until) = skip.reason { $0.member("until", until.rfc3339) }
                }
            }
        }
        member("decided_at", decision.decidedAt.rfc3339)
    }

    mutating func members(of health: HealthReading) {
        member("state", health.state.rawValue)
        member("calls", health.window.calls)
        member("failed", health.window.failed)
        member("timed_out", health.window.timedOut)
        member("slow", health.window.slow)
    }

    mutating func members(of account: MerchantAccount, _ health: HealthReading) {
        let retryAt: Timestamp? =
            if case .refused(let until) = health.admission { until } else { nil }
        member("merchant_account_id", account.id.description)
        member("object", "adapter_health")
        member("gateway", account.vendor.name)
        member("mode", account.mode.rawValue)
        member("active", account.isActive)
        member("state", health.state.rawValue)
        member("reason", health.illness?.rawValue)
        member("retry_at", retryAt?.rfc3339)
        object("window") {
            $0.member("calls", health.window.calls)
            $0.member("failed", health.window.failed)
            $0.member("timed_out", health.window.timedOut)
            $0.member("slow", health.window.slow)
            $0.member("mean_ms", health.window.meanTime.microseconds / 1_000)
            $0.member("slowest_ms", health.window.slowest.microseconds / 1_000)
        }
    }

    mutating func members(
        of routes: StoredRoutes,
        _ warnings: [RoutingReview.Warning],
        in language: Language
    ) {
        member("object", "routes")
        member("version", routes.version)
        array("rules") { array in
            for rule in routes.rules { array.object { $0.members(of: rule) } }
        }
        array("warnings") { array in
            for warning in warnings {
                array.object { $0.members(of: warning, in: language) }
            }
        }
        member("changed_by", routes.changedBy.person)
        member("key_id", routes.changedBy.key?.description)
        member("changed_at", routes.version == 0 ? nil : routes.changedAt.rfc3339)
    }

    /// As it was given, so that it can be changed and put again.
    private mutating func members(of rule: RoutingRule) {
        let conditions = rule.conditions
        member("name", rule.name)
        object("when") {
            $0.words("property_ids", conditions.properties)
            $0.words("method_kinds", Set(conditions.methodKinds.map(\.rawValue)))
            $0.words("currencies", Set(conditions.currencies.map(\.code)))
            $0.words("countries", Set(conditions.countries.map(\.code)))
            if conditions.amounts.lowerBound > 0 {
                $0.member("amount_min", conditions.amounts.lowerBound)
            }
            if conditions.amounts.upperBound < .max {
                $0.member("amount_max", conditions.amounts.upperBound)
            }
        }
        array("targets") { array in
            for target in rule.targets {
                array.object {
                    $0.member("merchant_account_id", target.account.description)
                    $0.member("weight", target.weight)
                }
            }
        }
        member("cascade", rule.cascades)
    }

    private mutating func members(of warning: RoutingReview.Warning, in language: Language) {
        member("code", warning.code.rawValue)
        member("pointer", warning.pointer)
        member("message", warning.arguments.filling(warning.code.text[language]))
        guard case .gap(let gap) = warning else { return }
        object("example") {
            $0.member("method_kind", gap.methodKind.rawValue)
            $0.member("currency", gap.currency?.code)
            $0.member("property_id", gap.property)
            $0.member("country", gap.country?.code)
            $0.member("amount", gap.amount)
        }
    }

    private mutating func words(_ name: String, _ words: Set<String>) {
        guard !words.isEmpty else { return }
        array(name) { array in
            for word in words.sorted() { array.element(word) }
        }
    }
}
