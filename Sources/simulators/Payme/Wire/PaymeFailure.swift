internal import JSON

extension Payme {
    /// An answer that is not the result asked for (sections 3.1 and 4.2).
    struct Failure: Error, Sendable {
        let code: Int64
        /// What the payer reads, by language.
        let message: Text
        /// The name of what is wrong, where a name says it.
        var data: String?

        struct Text: Sendable {
            let ru: String
            let uz: String
            let en: String

            subscript(language: Language) -> String {
                switch language {
                case .ru: ru
                case .uz: uz
                case .en: en
                }
            }
        }

        init(_ code: Int64, ru: String, uz: String, en: String, data: String? = nil) {
            self.code = code
            message = Text(ru: ru, uz: uz, en: en)
            self.data = data
        }
    }
}

extension Payme.Failure {
    static let notPost = Self(
        -32_300,
        ru: "Запрос должен быть POST",
        uz: "Soʻrov POST boʻlishi kerak",
        en: "The request must be a POST"
    )

    static let unparsable = Self(
        -32_700,
        ru: "Ошибка разбора JSON",
        uz: "JSONni oʻqib boʻlmadi",
        en: "The JSON cannot be parsed"
    )

    static func malformed(_ field: String?) -> Self {
        Self(
            -32_600,
            ru: "Неверный запрос",
            uz: "Notoʻgʻri soʻrov",
            en: "A required field is missing or of a wrong type",
            data: field
        )
    }

    static func unknownMethod(_ name: String) -> Self {
        Self(
            -32_601,
            ru: "Метод не найден",
            uz: "Metod topilmadi",
            en: "No such method",
            data: name
        )
    }

    static let unauthorized = Self(
        -32_504,
        ru: "Недостаточно привилегий",
        uz: "Huquqlar yetarli emas",
        en: "Insufficient privileges"
    )

    static let system = Self(
        -32_400,
        ru: "Системная ошибка",
        uz: "Tizim xatosi",
        en: "System error"
    )

    static let unknownMerchant = Self(
        -31_601,
        ru: "Мерчант не найден или заблокирован",
        uz: "Merchant topilmadi yoki bloklangan",
        en: "The merchant is not found or blocked"
    )

    static func wrongValue(_ field: String) -> Self {
        Self(
            -31_610,
            ru: "Неверное значение поля",
            uz: "Maydon qiymati notoʻgʻri",
            en: "A field has a wrong value",
            data: field
        )
    }

    static let amountTooSmall = Self(
        -31_611,
        ru: "Сумма меньше допустимой",
        uz: "Summa ruxsat etilganidan kam",
        en: "The amount is below the limit",
        data: "amount"
    )

    static let amountTooLarge = Self(
        -31_612,
        ru: "Сумма больше допустимой",
        uz: "Summa ruxsat etilganidan koʻp",
        en: "The amount is above the limit",
        data: "amount"
    )

    static let shopSilent = Self(
        -31_622,
        ru: "Сервис мерчанта недоступен",
        uz: "Merchant xizmati mavjud emas",
        en: "The merchant's service is not available"
    )

    static let shopWrong = Self(
        -31_623,
        ru: "Сервис мерчанта работает неправильно",
        uz: "Merchant xizmati notoʻgʻri ishlayapti",
        en: "The merchant's service works incorrectly"
    )

    /// The bank refuses the card; only the English text tells why.
    static func card(_ text: String) -> Self {
        Self(-31_630, ru: "Ошибка карты", uz: "Karta xatosi", en: text)
    }

    static let noSuchReceipt = Self.wrongValue("id")

    static let noSuchCard = Self(
        -31_900,
        ru: "Карта не найдена",
        uz: "Karta topilmadi",
        en: "The card is not found"
    )

    static let processorDown = Self(
        -31_900,
        ru: "Сервис недоступен",
        uz: "Xizmat mavjud emas",
        en: "The service is not available"
    )

    static let wrongCode = Self(
        -31_903,
        ru: "Неверный код",
        uz: "Kod notoʻgʻri",
        en: "The code is wrong"
    )

    /// One of each code, as a fault may ask for it.
    static let all = [
        notPost, unparsable, malformed(nil), unknownMethod("none"), unauthorized, system,
        unknownMerchant, wrongValue("id"), amountTooSmall, amountTooLarge, shopSilent, shopWrong,
        card("Insufficient funds"), noSuchCard, wrongCode,
    ]
}
