package import PaymentCore

/// What is wrong with one field of a request.
package struct FieldProblem: Sendable, Hashable {
    /// Where: a JSON pointer into the body (RFC 6901), or `query:<name>`, `header:<name>`,
    /// `path:<name>`.
    package let pointer: String
    package let code: Code
    /// Values of our own for the placeholders of the text, never the caller's.
    package let arguments: [String: String]

    package init(_ pointer: String, _ code: Code, _ arguments: [String: String] = [:]) {
        self.pointer = pointer
        self.code = code
        self.arguments = arguments
    }

    package enum Code: String, Sendable, CaseIterable {
        case required
        case unknownField = "unknown_field"
        case wrongType = "wrong_type"
        case outOfRange = "out_of_range"
        case wrongLength = "wrong_length"
        case notOneOf = "not_one_of"
        case malformed
        case unknownReference = "unknown_reference"
        case conflict
        /// A rule that an earlier one leaves nothing to match.
        case shadowed
        /// A rule of the card networks.
        case schemeRule = "scheme_rule"
        case cardData = "card_data"
    }

    package func message(in language: Language) -> String {
        arguments.filling(code.text[language])
    }
}

/// A text for people in every language that the service speaks.
package struct LocalizedText: Sendable, Hashable {
    private let english: String
    private let russian: String
    private let uzbek: String

    init(_ english: String, _ russian: String, _ uzbek: String) {
        self.english = english
        self.russian = russian
        self.uzbek = uzbek
    }

    package subscript(language: Language) -> String {
        switch language {
        case .english: english
        case .russian: russian
        case .uzbek: uzbek
        }
    }
}

extension FieldProblem.Code {
    package var text: LocalizedText {
        switch self {
        case .required:
            LocalizedText("This field is required.", "Это поле обязательно.", "Bu maydon majburiy.")
        case .unknownField:
            LocalizedText(
                "This field is not known here.",
                "Такое поле здесь неизвестно.",
                "Bu yerda bunday maydon yo‘q."
            )
        case .wrongType:
            LocalizedText(
                "The value must be: {expected}.",
                "Значение должно быть: {expected}.",
                "Qiymat bunday bo‘lishi kerak: {expected}."
            )
        case .outOfRange:
            LocalizedText(
                "The value must lie between {minimum} and {maximum}.",
                "Значение должно быть от {minimum} до {maximum}.",
                "Qiymat {minimum} va {maximum} orasida bo‘lishi kerak."
            )
        case .wrongLength:
            LocalizedText(
                "The length must lie between {minimum} and {maximum}.",
                "Длина должна быть от {minimum} до {maximum}.",
                "Uzunlik {minimum} va {maximum} orasida bo‘lishi kerak."
            )
        case .notOneOf:
            LocalizedText(
                "The value must be one of: {choices}.",
                "Значение должно быть одним из: {choices}.",
                "Qiymat shulardan biri bo‘lishi kerak: {choices}."
            )
        case .malformed:
            LocalizedText(
                "The value is not a valid {expected}.",
                "Значение не соответствует формату: {expected}.",
                "Qiymat formatga mos emas: {expected}."
            )
        case .unknownReference:
            LocalizedText(
                "This tenant has no such {what}.",
                "У этого арендатора нет такого объекта: {what}.",
                "Bu ijarachida bunday obyekt yo‘q: {what}."
            )
        case .conflict:
            LocalizedText(
                "This cannot be combined: {reason}.",
                "Недопустимое сочетание: {reason}.",
                "Birga ishlatib bo‘lmaydi: {reason}."
            )
        case .shadowed:
            LocalizedText(
                "{earlier} takes every payment that this rule would.",
                "{earlier} забирает все платежи этого правила.",
                "{earlier} bu qoidaning barcha to‘lovlarini oladi."
            )
        case .schemeRule:
            LocalizedText(
                "The rule {rule} forbids it.",
                "Правило {rule} это запрещает.",
                "Buni {rule} qoidasi taqiqlaydi."
            )
        case .cardData:
            LocalizedText(
                "This looks like a card number.",
                "Это похоже на номер карты.",
                "Bu karta raqamiga o‘xshaydi."
            )
        }
    }
}

extension [String: String] {
    /// The text with each `{name}` replaced by the value of that name.
    func filling(_ text: String) -> String {
        guard !isEmpty else { return text }
        var filled = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = String(rest[rest.index(after: open)..<close])
            filled += rest[..<open] + (self[name] ?? "{\(name)}")
            rest = rest[rest.index(after: close)...]
        }
        return filled + rest
    }
}
