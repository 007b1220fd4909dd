internal import PaymentCore

/// What is doubtful about routes that are valid all the same.
package enum RoutingWarningCode: String, Sendable, CaseIterable {
    case overlap
    case inactiveAccount = "inactive_account"
    case unableTarget = "unable_target"
    case gap

    package var text: LocalizedText {
        switch self {
        case .overlap:
            LocalizedText(
                "This rule and {earlier} take some of the same payments; {earlier} gets them.",
                "Это правило и {earlier} подходят для одних и тех же платежей; их получает {earlier}.",
                "Bu qoida va {earlier} ayrim bir xil to‘lovlarga mos; ularni {earlier} oladi."
            )
        case .inactiveAccount:
            LocalizedText(
                "This merchant account is inactive and is passed over.",
                "Этот торговый счёт неактивен и пропускается.",
                "Bu savdo hisobi faol emas va o‘tkazib yuboriladi."
            )
        case .unableTarget:
            LocalizedText(
                "This account's vendor can take none of the rule's payments: {capability}.",
                "Провайдер этого счёта не может принять ни одного платежа правила: {capability}.",
                "Bu hisob provayderi qoidaning birorta to‘lovini qabul qila olmaydi: {capability}."
            )
        case .gap:
            LocalizedText(
                "No rule takes payments like the example: they would be refused.",
                "Ни одно правило не подходит для платежа из примера: он будет отклонён.",
                "Misoldagi kabi to‘lovga hech bir qoida mos emas: u rad etiladi."
            )
        }
    }
}

extension RoutingReview.Warning {
    var code: RoutingWarningCode {
        switch self {
        case .overlap: .overlap
        case .inactiveAccount: .inactiveAccount
        case .unableTarget: .unableTarget
        case .gap: .gap
        }
    }

    /// The place in the rules that it is about.
    var pointer: String {
        switch self {
        case .overlap(let rule, _): "/rules/\(rule)"
        case .inactiveAccount(let rule, let target), .unableTarget(let rule, let target, _):
            "/rules/\(rule)/targets/\(target)"
        case .gap: "/rules"
        }
    }

    var arguments: [String: String] {
        switch self {
        case .overlap(_, let earlier): ["earlier": "/rules/\(earlier)"]
        case .unableTarget(_, _, let obstacle): ["capability": obstacle.rawValue]
        case .inactiveAccount, .gap: [:]
        }
    }
}
