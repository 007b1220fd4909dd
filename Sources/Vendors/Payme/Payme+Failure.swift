import PaymentCore

extension Payme {
    /// Why a call of the Merchant API is refused (sections 3.1 and 3.2).
    enum Failure: Error, Hashable {
        case notPost
        case unreadable
        case malformed
        case unknownMethod(String)
        case unauthorized
        /// Our own failure: Payme repeats later.
        case unavailable

        case wrongAmount
        case transactionNotFound
        case delivered
        case notPossible(Obstacle)
        /// `field` is the member of `account` that names the order.
        case account(AccountProblem, field: String)

        case receiptNotFound
        /// Of fiscal data.
        case badParameter(String)

        /// Why an operation is not possible now.
        enum Obstacle: CaseIterable {
            /// Another transaction has the order.
            case awaitingPayment
            case expired
            /// It is cancelled, or its order is given up.
            case cancelled
            /// It exists with another time, amount or account.
            case different
        }

        /// What is wrong with the order; our allotment of −31050 … −31099.
        enum AccountProblem: CaseIterable {
            case unknown
            case paid
            case closed
            case foreign
            /// The account has no member that names it.
            case unnamed
        }
    }
}

extension Payme.Failure {
    var code: Int {
        switch self {
        case .notPost: -32_300
        case .unreadable: -32_700
        case .malformed: -32_600
        case .unknownMethod: -32_601
        case .unauthorized: -32_504
        case .unavailable: -32_400
        case .wrongAmount: -31_001
        case .transactionNotFound: -31_003
        case .delivered: -31_007
        case .notPossible: -31_008
        case .account(.unknown, _): -31_050
        case .account(.paid, _): -31_051
        case .account(.closed, _): -31_052
        case .account(.foreign, _): -31_053
        case .account(.unnamed, _): -31_099
        case .receiptNotFound: -32_001
        case .badParameter: -32_602
        }
    }

    /// The name of what is wrong, where the protocol wants one.
    var data: String? {
        switch self {
        case .unknownMethod(let name): name
        case .account(_, let field): field
        case .badParameter(let name): name
        case .notPost, .unreadable, .malformed, .unauthorized, .unavailable, .wrongAmount,
            .transactionNotFound, .delivered, .notPossible, .receiptNotFound:
            nil
        }
    }

    /// The text that the payer may see.
    func text(_ language: Language) -> String {
        let (russian, uzbek, english) = texts
        return switch language {
        case .russian: russian
        case .uzbek: uzbek
        case .english: english
        }
    }

    private var texts: (String, String, String) {
        switch self {
        case .notPost: ("Метод запроса не POST", "Soʻrov usuli POST emas", "Not a POST request")
        case .unreadable:
            ("Ошибка разбора JSON", "JSON tahlilida xatolik", "The JSON cannot be parsed")
        case .malformed:
            (
                "Отсутствуют обязательные поля или их тип неверен",
                "Majburiy maydonlar yoʻq yoki turi notoʻgʻri",
                "A required field is missing or of a wrong type"
            )
        case .unknownMethod: ("Метод не найден", "Usul topilmadi", "Method not found")
        case .unauthorized:
            ("Недостаточно привилегий", "Huquqlar yetarli emas", "Insufficient privileges")
        case .unavailable:
            ("Внутренняя ошибка, повторите", "Ichki xatolik, qaytaring", "Internal error, repeat")
        case .wrongAmount: ("Неверная сумма", "Summa notoʻgʻri", "Wrong amount")
        case .transactionNotFound:
            ("Транзакция не найдена", "Tranzaksiya topilmadi", "Transaction not found")
        case .delivered:
            (
                "Заказ выполнен, отмена невозможна",
                "Buyurtma bajarilgan, bekor qilib boʻlmaydi",
                "The order is fulfilled and cannot be cancelled"
            )
        case .notPossible(let obstacle): obstacle.texts
        case .account(let problem, _): problem.texts
        case .receiptNotFound: ("Чек не найден", "Chek topilmadi", "Receipt not found")
        case .badParameter: ("Неверный параметр", "Parametr notoʻgʻri", "Wrong parameter")
        }
    }
}

extension Payme.Failure.Obstacle {
    fileprivate var texts: (String, String, String) {
        switch self {
        case .awaitingPayment:
            (
                "Операция невозможна: заказ ожидает оплаты",
                "Amalni bajarib boʻlmaydi: buyurtma toʻlovni kutmoqda",
                "Operation is not possible: the order is awaiting payment"
            )
        case .expired:
            (
                "Операция невозможна: время транзакции истекло",
                "Amalni bajarib boʻlmaydi: tranzaksiya muddati tugagan",
                "Operation is not possible: the transaction has expired"
            )
        case .cancelled:
            (
                "Операция невозможна: транзакция или заказ отменены",
                "Amalni bajarib boʻlmaydi: tranzaksiya yoki buyurtma bekor qilingan",
                "Operation is not possible: the transaction or its order is cancelled"
            )
        case .different:
            (
                "Операция невозможна: параметры транзакции отличаются",
                "Amalni bajarib boʻlmaydi: tranzaksiya parametrlari boshqacha",
                "Operation is not possible: the transaction has other parameters"
            )
        }
    }
}

extension Payme.Failure.AccountProblem {
    fileprivate var texts: (String, String, String) {
        switch self {
        case .unknown: ("Заказ не найден", "Buyurtma topilmadi", "Order not found")
        case .paid: ("Заказ уже оплачен", "Buyurtma toʻlangan", "The order is already paid")
        case .closed:
            (
                "Заказ отменён или срок его оплаты истёк",
                "Buyurtma bekor qilingan yoki muddati tugagan",
                "The order is cancelled or has expired"
            )
        case .foreign:
            (
                "Заказ нельзя оплатить через Payme",
                "Buyurtmani Payme orqali toʻlab boʻlmaydi",
                "The order cannot be paid with Payme"
            )
        case .unnamed:
            ("Заказ не указан", "Buyurtma koʻrsatilmagan", "No order is named")
        }
    }
}
