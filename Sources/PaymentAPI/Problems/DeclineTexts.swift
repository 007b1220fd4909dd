package import PaymentCore

extension Decline.Class {
    /// What a payer may be told, and do next. Suspected fraud sounds like a plain no: somebody who
    /// tries stolen cards must not learn which check stopped them.
    package var text: LocalizedText {
        switch self {
        case .soft:
            LocalizedText(
                "The payment was declined for now. Try again later, or use another method.",
                "Платёж сейчас отклонён. Попробуйте позже или выберите другой способ оплаты.",
                "To‘lov hozircha rad etildi. Keyinroq urining yoki boshqa to‘lov usulini tanlang."
            )
        case .hard:
            LocalizedText(
                "This payment method was declined. Use another one.",
                "Этот способ оплаты отклонён. Выберите другой.",
                "Bu to‘lov usuli rad etildi. Boshqasini tanlang."
            )
        case .fraud:
            LocalizedText(
                "The payment was declined. Use another method, or ask your bank.",
                "Платёж отклонён. Выберите другой способ оплаты или обратитесь в свой банк.",
                "To‘lov rad etildi. Boshqa to‘lov usulini tanlang yoki bankingizga murojaat qiling."
            )
        case .temporary:
            LocalizedText(
                "The payment could not be processed. Nothing is wrong with the method: try again.",
                "Платёж не удалось обработать. Способ оплаты в порядке: повторите попытку.",
                "To‘lovni hozir amalga oshirib bo‘lmadi. To‘lov usuli joyida: qayta urinib ko‘ring."
            )
        case .authenticationRequired:
            LocalizedText(
                "The bank asks for a confirmation by the payer. Pay again, and confirm it.",
                "Банк требует подтверждения от плательщика. Оплатите ещё раз и подтвердите платёж.",
                "Bank to‘lovchidan tasdiqlashni so‘rayapti. Qayta to‘lang va tasdiqlang."
            )
        }
    }
}
