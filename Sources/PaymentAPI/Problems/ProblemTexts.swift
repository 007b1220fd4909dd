package import PaymentCore

/// What a problem is called, and what to do about it, in one language. `{name}` in the detail
/// stands for an argument.
package struct ProblemText: Sendable, Hashable {
    package let title: String
    package let detail: String

    fileprivate init(_ title: String, _ detail: String) {
        self.title = title
        self.detail = detail
    }
}

extension ProblemCode {
    /// The title never changes from one occurrence to the next (RFC 9457 section 3.1.3); the detail
    /// may carry arguments, but nothing that a request said of itself.
    package func text(in language: Language) -> ProblemText {
        let row = row
        return switch language {
        case .english: row.en
        case .russian: row.ru
        case .uzbek: row.uz
        }
    }

    // The one table of texts for people.
    // swift-format-ignore
    private var row: (en: ProblemText, ru: ProblemText, uz: ProblemText) {
        switch self {
        case .malformedRequest: (
            .init("Malformed request", "The HTTP request cannot be read: {reason}."),
            .init("Некорректный запрос", "HTTP-запрос не удалось прочитать: {reason}."),
            .init("Noto‘g‘ri so‘rov", "HTTP so‘rovini o‘qib bo‘lmadi: {reason}."))
        case .malformedJSON: (
            .init("Malformed JSON", "The body is not strict JSON: {reason}."),
            .init("Некорректный JSON", "Тело запроса не является строгим JSON: {reason}."),
            .init("Noto‘g‘ri JSON", "So‘rov tanasi qat’iy JSON emas: {reason}."))
        case .malformedQuery: (
            .init("Malformed query", "The query of the URL cannot be decoded, or has too many parameters."),
            .init("Некорректные параметры", "Параметры URL не удалось разобрать, или их слишком много."),
            .init("Noto‘g‘ri parametrlar", "URL parametrlarini o‘qib bo‘lmadi yoki ular juda ko‘p."))
        case .unsupportedMediaType: (
            .init("Unsupported media type", "Send the body as application/json in UTF-8, without Content-Encoding; events also as application/cloudevents+json or application/cloudevents-batch+json."),
            .init("Неподдерживаемый тип содержимого", "Отправьте тело как application/json в UTF-8, без Content-Encoding; события — также как application/cloudevents+json или application/cloudevents-batch+json."),
            .init("Qo‘llab-quvvatlanmaydigan tur", "So‘rov tanasini UTF-8 dagi application/json sifatida, Content-Encodingsiz yuboring; hodisalarni application/cloudevents+json yoki application/cloudevents-batch+json sifatida ham."))
        case .bodyTooLarge: (
            .init("Body too large", "The body is larger than this endpoint takes."),
            .init("Слишком большое тело запроса", "Тело больше, чем принимает этот адрес."),
            .init("So‘rov tanasi juda katta", "So‘rov tanasi bu manzil qabul qiladiganidan katta."))
        case .targetTooLong: (
            .init("URL too long", "The URL is longer than the service takes."),
            .init("Слишком длинный URL", "URL длиннее, чем принимает сервис."),
            .init("URL juda uzun", "URL xizmat qabul qiladiganidan uzun."))
        case .fieldsTooLarge: (
            .init("Headers too large", "The header fields are larger or more than the service takes."),
            .init("Слишком большие заголовки", "Заголовков больше или они длиннее, чем принимает сервис."),
            .init("Sarlavhalar juda katta", "Sarlavhalar xizmat qabul qiladiganidan katta yoki ko‘p."))
        case .expectationFailed: (
            .init("Expectation failed", "The service cannot meet what the Expect header asks for."),
            .init("Ожидание не выполнено", "Сервис не может выполнить требование заголовка Expect."),
            .init("Kutilgan shart bajarilmadi", "Xizmat Expect sarlavhasidagi shartni bajara olmaydi."))
        case .requestTimeout: (
            .init("Request timeout", "The request did not arrive in time."),
            .init("Время ожидания запроса истекло", "Запрос не пришёл вовремя."),
            .init("So‘rov vaqti tugadi", "So‘rov o‘z vaqtida kelmadi."))
        case .notImplemented: (
            .init("Not implemented", "The service does not know this method or transfer coding."),
            .init("Не реализовано", "Сервису не известен этот метод или способ передачи."),
            .init("Amalga oshirilmagan", "Xizmat bu usulni yoki uzatish turini bilmaydi."))
        case .versionNotSupported: (
            .init("HTTP version not supported", "Use HTTP/1.1."),
            .init("Версия HTTP не поддерживается", "Используйте HTTP/1.1."),
            .init("HTTP versiyasi qo‘llab-quvvatlanmaydi", "HTTP/1.1 dan foydalaning."))

        case .unauthenticated: (
            .init("Authentication required", "Send a valid API key: Authorization: Bearer …"),
            .init("Требуется аутентификация", "Передайте действующий ключ API: Authorization: Bearer …"),
            .init("Autentifikatsiya talab qilinadi", "Amaldagi API kalitini yuboring: Authorization: Bearer …"))
        case .permissionDenied: (
            .init("Permission denied", "This key lacks the permission {permission}."),
            .init("Доступ запрещён", "У этого ключа нет права {permission}."),
            .init("Ruxsat yo‘q", "Bu kalitda {permission} huquqi yo‘q."))
        case .tenantRequired: (
            .init("Tenant required", "A platform key names the tenant in the Tenant-Id header."),
            .init("Не указан арендатор", "Ключ платформы указывает арендатора в заголовке Tenant-Id."),
            .init("Ijarachi ko‘rsatilmagan", "Platforma kaliti ijarachini Tenant-Id sarlavhasida ko‘rsatadi."))
        case .tenantNotFound: (
            .init("Tenant not found", "There is no such tenant for this key."),
            .init("Арендатор не найден", "Для этого ключа такого арендатора нет."),
            .init("Ijarachi topilmadi", "Bu kalit uchun bunday ijarachi yo‘q."))
        case .tenantSuspended: (
            .init("Tenant suspended", "Reading works; nothing can be asked for until the tenant is active again."),
            .init("Арендатор приостановлен", "Чтение доступно; изменить ничего нельзя, пока арендатор не активен."),
            .init("Ijarachi to‘xtatilgan", "O‘qish mumkin; ijarachi faollashguncha hech narsani o‘zgartirib bo‘lmaydi."))
        case .rateLimited: (
            .init("Too many requests", "Wait for the time in Retry-After, then try again."),
            .init("Слишком много запросов", "Подождите время из Retry-After и повторите."),
            .init("So‘rovlar juda ko‘p", "Retry-After dagi vaqtni kutib, qayta urining."))

        case .endpointNotFound: (
            .init("No such endpoint", "Nothing is served at this path."),
            .init("Нет такого адреса", "По этому пути ничего нет."),
            .init("Bunday manzil yo‘q", "Bu yo‘lda hech narsa yo‘q."))
        case .methodNotAllowed: (
            .init("Method not allowed", "The Allow header lists the methods of this path."),
            .init("Метод не разрешён", "Методы этого пути перечислены в заголовке Allow."),
            .init("Usulga ruxsat yo‘q", "Bu yo‘lning usullari Allow sarlavhasida sanab o‘tilgan."))
        case .notFound: (
            .init("Not found", "There is no such {what}."),
            .init("Не найдено", "Объект не найден: {what}."),
            .init("Topilmadi", "Obyekt topilmadi: {what}."))
        case .validationFailed: (
            .init("Validation failed", "Fields of the request cannot be accepted: see errors."),
            .init("Проверка не пройдена", "Поля запроса не могут быть приняты: см. errors."),
            .init("Tekshiruvdan o‘tmadi", "So‘rov maydonlari qabul qilinmaydi: errors maydoniga qarang."))
        case .cardDataNotAccepted: (
            .init("Card data is not accepted", "Cards are captured on the vendor's page, never here."),
            .init("Данные карт не принимаются", "Карты вводятся на странице провайдера и никогда здесь."),
            .init("Karta ma’lumotlari qabul qilinmaydi", "Karta provayder sahifasida kiritiladi, bu yerda emas."))
        case .filterTooBroad: (
            .init("Filter too broad", "Narrow the list, for example by a shorter period."),
            .init("Слишком широкий фильтр", "Сузьте список, например более коротким периодом."),
            .init("Filtr juda keng", "Ro‘yxatni toraytiring, masalan qisqaroq davr bilan."))
        case .alreadyExists: (
            .init("Already exists", "Something with a unique value of this request exists already, such as a customer's reference."),
            .init("Уже существует", "Объект с уникальным значением из запроса уже есть, например клиент с таким reference."),
            .init("Allaqachon mavjud", "So‘rovdagi yagona qiymatga ega obyekt allaqachon bor, masalan shu reference li mijoz."))

        case .idempotencyKeyRequired: (
            .init("Idempotency key required", "Send the Idempotency-Key header with every movement of money."),
            .init("Требуется ключ идемпотентности", "Передавайте Idempotency-Key при каждом движении денег."),
            .init("Idempotentlik kaliti talab qilinadi", "Har bir pul harakatida Idempotency-Key yuboring."))
        case .idempotencyKeyMalformed: (
            .init("Malformed idempotency key", "Idempotency-Key is 1 to 255 printable ASCII characters, bare or quoted."),
            .init("Некорректный ключ идемпотентности", "Idempotency-Key — от 1 до 255 печатных символов ASCII, в кавычках или без."),
            .init("Noto‘g‘ri idempotentlik kaliti", "Idempotency-Key 1 dan 255 tagacha ASCII belgi, qo‘shtirnoqda yoki qo‘shtirnoqsiz."))
        case .idempotencyKeyReused: (
            .init("Idempotency key reused", "This key was used with another method, path or body."),
            .init("Ключ идемпотентности использован повторно", "Этот ключ уже использован с другим методом, путём или телом."),
            .init("Idempotentlik kaliti qayta ishlatilgan", "Bu kalit boshqa usul, yo‘l yoki tana bilan ishlatilgan."))
        case .idempotencyKeyInUse: (
            .init("Request in progress", "The first request with this key is still running."),
            .init("Запрос выполняется", "Первый запрос с этим ключом ещё выполняется."),
            .init("So‘rov bajarilmoqda", "Bu kalit bilan birinchi so‘rov hali bajarilmoqda."))

        case .stateConflict: (
            .init("State does not allow this", "The payment is {state}, which does not allow {operation}."),
            .init("Состояние этого не допускает", "Платёж в состоянии {state}; операция {operation} невозможна."),
            .init("Holat bunga yo‘l qo‘ymaydi", "To‘lov holati {state}; {operation} amali mumkin emas."))
        case .movementInProgress: (
            .init("Movement in progress", "Another {operation} of this payment is under way and must end first."),
            .init("Операция выполняется", "Сначала должна завершиться текущая операция {operation} этого платежа."),
            .init("Amal bajarilmoqda", "Avval bu to‘lovning joriy {operation} amali tugashi kerak."))
        case .amountExceedsLimit: (
            .init("Amount too large", "At most {limit} minor units are possible."),
            .init("Слишком большая сумма", "Возможно не более {limit} минимальных единиц валюты."),
            .init("Summa juda katta", "Ko‘pi bilan {limit} eng kichik birlik mumkin."))
        case .notSupported: (
            .init("Not supported by the gateway", "The vendor of this payment cannot do this: {capability}."),
            .init("Не поддерживается провайдером", "Провайдер этого платежа этого не умеет: {capability}."),
            .init("Provayder qo‘llab-quvvatlamaydi", "Bu to‘lov provayderi buni qila olmaydi: {capability}."))
        case .methodRequired: (
            .init("Payment method required", "Attach a payment method first."),
            .init("Требуется способ оплаты", "Сначала привяжите способ оплаты."),
            .init("To‘lov usuli talab qilinadi", "Avval to‘lov usulini biriktiring."))
        case .methodNotUsable: (
            .init("Payment method not usable", "The method is detached, or belongs to another customer or vendor."),
            .init("Способ оплаты не подходит", "Способ оплаты отвязан либо принадлежит другому клиенту или провайдеру."),
            .init("To‘lov usuli yaroqsiz", "Usul uzilgan yoki boshqa mijoz yoxud provayderga tegishli."))
        case .amountMismatch: (
            .init("Amount mismatch", "The amount must be exactly {expected} minor units."),
            .init("Сумма не совпадает", "Сумма должна быть ровно {expected} минимальных единиц валюты."),
            .init("Summa mos emas", "Summa aynan {expected} eng kichik birlik bo‘lishi kerak."))
        case .cashOnly: (
            .init("Cash moves at the desk", "Record a cash receipt or request a cash refund instead."),
            .init("Наличные — только через кассу", "Запишите кассовую квитанцию или запросите возврат наличными."),
            .init("Naqd pul faqat kassada", "Buning o‘rniga kassa kvitansiyasini yozing yoki naqd qaytarishni so‘rang."))
        case .payerUnknown: (
            .init("Payer’s account unknown", "The refund would have to be sent to an account that the gateway was never told. Refund at the vendor."),
            .init("Счёт плательщика неизвестен", "Возврат пришлось бы отправить на счёт, который не был сообщён. Верните деньги через кабинет шлюза."),
            .init("To‘lovchi hisobi noma’lum", "Qaytarish bizga aytilmagan hisobga yuborilishi kerak edi. Pulni provayder kabinetida qaytaring."))
        case .secondPersonRequired: (
            .init("A second person is required", "Who asked cannot decide: another person must, by another name in Gateway-Actor or, where either request names nobody, by another key."),
            .init("Нужен второй человек", "Тот, кто запросил, не может решать: нужен другой человек — с другим именем в Gateway-Actor или, если в одном из запросов имени нет, с другим ключом."),
            .init("Ikkinchi shaxs kerak", "So‘ragan kishi qaror qila olmaydi: boshqa shaxs kerak — Gateway-Actor da boshqa nom bilan yoki, so‘rovlardan birida nom bo‘lmasa, boshqa kalit bilan."))
        case .noMerchantAccount: (
            .init("No merchant account", "No active merchant account can take this payment: GET /adapters lists what each gateway can do, POST /adapters/routes/preview tells who was left out, and why."),
            .init("Нет торгового счёта", "Ни один активный торговый счёт не может принять этот платёж: GET /adapters показывает, что умеет каждый провайдер, POST /adapters/routes/preview — кто не подошёл и почему."),
            .init("Savdo hisobi yo‘q", "Hech bir faol savdo hisobi bu to‘lovni qabul qila olmaydi: GET /adapters har bir provayder nima qila olishini, POST /adapters/routes/preview kim va nega chetda qolganini ko‘rsatadi."))
        case .ambiguousMerchantAccount: (
            .init("Ambiguous merchant account", "Several merchant accounts fit: name one, or make one the default."),
            .init("Неоднозначный торговый счёт", "Подходит несколько торговых счетов: укажите один или назначьте основной."),
            .init("Savdo hisobi noaniq", "Bir nechta savdo hisobi mos keladi: birini ko‘rsating yoki asosiysini tanlang."))
        case .noRoute: (
            .init("No route", "None of the tenant's routing rules takes this payment."),
            .init("Нет маршрута", "Ни одно правило маршрутизации арендатора не подходит для этого платежа."),
            .init("Yo‘nalish yo‘q", "Ijarachining hech bir yo‘naltirish qoidasi bu to‘lovga mos kelmaydi."))
        case .versionConflict: (
            .init("Changed by somebody else", "Version {current} holds now: read it, and change that one."),
            .init("Изменено кем-то другим", "Сейчас действует версия {current}: прочитайте её и измените."),
            .init("Boshqa kishi o‘zgartirgan", "Hozir {current}-versiya amalda: uni o‘qing va o‘shani o‘zgartiring."))
        case .ledgerLimitExceeded: (
            .init("Account limit exceeded", "An account of the ledger may not go beyond its limit."),
            .init("Лимит счёта превышен", "Счёт учёта не может выйти за свой лимит."),
            .init("Hisob limiti oshdi", "Hisob kitobidagi hisob o‘z limitidan chiqa olmaydi."))
        case .rateMissing: (
            .init("Exchange rate missing", "There is no rate from {base} to {quote} that is young enough and keeps the amount within its limit: record one with PUT /adapters/rates."),
            .init("Нет обменного курса", "Нет достаточно свежего курса {base} к {quote}, при котором сумма не превышает предела: запишите его через PUT /adapters/rates."),
            .init("Valyuta kursi yo‘q", "{base} dan {quote} ga yetarlicha yangi va summani chegarasida qoldiradigan kurs yo‘q: uni PUT /adapters/rates orqali yozing."))

        case .paymentDeclined: (
            .init("Payment declined", "The payment was declined: see decline."),
            .init("Платёж отклонён", "Платёж отклонён: см. decline."),
            .init("To‘lov rad etildi", "To‘lov rad etildi: decline maydoniga qarang."))
        case .vendorRejected: (
            .init("Rejected by the gateway", "The vendor refused the request: {reason}."),
            .init("Отклонено провайдером", "Провайдер отклонил запрос: {reason}."),
            .init("Provayder rad etdi", "Provayder so‘rovni rad etdi: {reason}."))
        case .vendorConflict: (
            .init("Conflict at the gateway", "At the vendor the payment's state does not allow this: {reason}."),
            .init("Конфликт у провайдера", "Состояние платежа у провайдера этого не допускает: {reason}."),
            .init("Provayderda ziddiyat", "Provayderdagi to‘lov holati bunga yo‘l qo‘ymaydi: {reason}."))
        case .vendorUnavailable: (
            .init("Gateway unavailable", "The vendor was not reached and nothing moved; the same key may be used again."),
            .init("Провайдер недоступен", "Провайдер недоступен, деньги не двигались; тот же ключ можно использовать снова."),
            .init("Provayder ishlamayapti", "Provayderga ulanib bo‘lmadi, pul harakatlanmadi; o‘sha kalitni qayta ishlatish mumkin."))
        case .vendorUnknown: (
            .init("Outcome unknown", "The vendor's answer was lost; repeating the request is safe."),
            .init("Исход неизвестен", "Ответ провайдера потерян; запрос можно безопасно повторить."),
            .init("Natija noma’lum", "Provayder javobi yo‘qoldi; so‘rovni xavfsiz takrorlash mumkin."))
        case .gatewayMisconfigured: (
            .init("Gateway misconfigured", "The vendor refused the merchant account's credentials, or its settings cannot be read; an operator must act."),
            .init("Провайдер неверно настроен", "Провайдер не принял учётные данные торгового счёта, или его настройки не читаются; нужен оператор."),
            .init("Provayder noto‘g‘ri sozlangan", "Provayder savdo hisobi ma’lumotlarini qabul qilmadi yoki uning sozlamalarini o‘qib bo‘lmaydi; operator kerak."))
        case .signatureInvalid: (
            .init("Signature invalid", "The delivery could not be verified: {reason}."),
            .init("Неверная подпись", "Не удалось проверить уведомление: {reason}."),
            .init("Imzo noto‘g‘ri", "Xabarnomani tekshirib bo‘lmadi: {reason}."))
        case .addressNotAllowed: (
            .init("Address not allowed", "Deliveries to this account may not come from the address of this one."),
            .init("Адрес не разрешён", "С этого адреса уведомления для этого торгового счёта не принимаются."),
            .init("Manzilga ruxsat yo‘q", "Bu manzildan ushbu savdo hisobi uchun xabarnomalar qabul qilinmaydi."))
        case .accountNotNamed: (
            .init("Account not named", "Nothing in the delivery names one merchant account; end the address with the account's id."),
            .init("Торговый счёт не назван", "Уведомление не называет ровно один торговый счёт; укажите его идентификатор в конце адреса."),
            .init("Savdo hisobi ko‘rsatilmagan", "Xabarnoma bitta savdo hisobini ko‘rsatmaydi; manzil oxirida uning identifikatorini yozing."))

        case .internalError: (
            .init("Internal error", "The fault is ours; tell us the request_id."),
            .init("Внутренняя ошибка", "Ошибка на нашей стороне; сообщите нам request_id."),
            .init("Ichki xato", "Xato bizning tomonda; bizga request_id ni ayting."))
        case .unavailable: (
            .init("Service unavailable", "Try again shortly with the same key."),
            .init("Сервис недоступен", "Повторите чуть позже с тем же ключом."),
            .init("Xizmat vaqtincha ishlamayapti", "Birozdan so‘ng o‘sha kalit bilan qayta urining."))
        case .deadlineExceeded: (
            .init("Deadline exceeded", "The request took too long; repeat it with the same key to learn its outcome."),
            .init("Превышено время обработки", "Запрос занял слишком много времени; повторите с тем же ключом, чтобы узнать исход."),
            .init("Bajarish vaqti tugadi", "So‘rov juda uzoq davom etdi; natijasini bilish uchun o‘sha kalit bilan takrorlang."))
        }
    }
}
