internal import HTTP
internal import PaymentCore
internal import Vendors

/// Vendors' readers, each over an account that has every field. The first byte chooses the vendor.
enum VendorFuzz {
    private struct Speaker {
        let account: MerchantAccount
        let dialect: any VendorDialect
        let questions: (any VendorQuestions)?
    }

    private static let speakers: [Speaker] = VendorCatalog.all.compactMap { vendor in
        guard case .dialect(let dialect) = vendor.implementation else { return nil }
        let account = vendor.sampleAccount
        // Silence is right: an account that needs more than samples is fed by its own tests.
        guard let speaker = try? dialect.init(account) else { return nil }
        return Speaker(account: account, dialect: speaker, questions: vendor.questions)
    }

    private static let now = Timestamp(seconds: 1_735_689_600)

    private static func speaker(_ bytes: [UInt8]) -> (Speaker, [UInt8])? {
        guard let first = bytes.first, !speakers.isEmpty else { return nil }
        return (speakers[Int(first) % speakers.count], Array(bytes.dropFirst()))
    }

    /// Header lines `name: value`, an empty line, the body.
    static func runWebhook(_ bytes: [UInt8]) {
        guard let (speaker, rest) = speaker(bytes) else { return }
        let delivery = delivery(rest)
        // Silence is right here and below: a refusal is an answer, a trap is not.
        _ = try? speaker.dialect.verification(of: delivery, now: now, after: [])
        _ = try? speaker.dialect.readNotices(in: delivery)
        guard let questions = speaker.questions,
            case .question(let question) = questions.read(
                delivery,
                account: speaker.account,
                now: now
            )
        else { return }
        let facts = QuestionFacts(
            now: now,
            payment: nil,
            attempt: nil,
            record: nil,
            records: [],
            nextNumber: 1
        )
        _ = questions.decide(question, given: facts)
    }

    /// The second byte chooses the operation, the third the status.
    static func runAnswer(_ bytes: [UInt8]) {
        guard let (speaker, rest) = speaker(bytes), rest.count >= 2 else { return }
        let operation = operations[Int(rest[0]) % operations.count]
        let status = [200, 201, 202, 400, 402, 404, 409, 429, 500, 503][Int(rest[1]) % 10]
        let response = HTTPResponse(
            status: HTTPStatus(status),
            fields: HTTPFields(),
            body: Array(rest.dropFirst(2))
        )
        guard let step = try? speaker.dialect.step(operation, key: "key", after: [response]),
            case .finished(let outcome) = step, status >= 500, case .authorize = operation
        else { return }
        switch outcome {
        case .succeeded, .declined:
            preconditionFailure("a 5xx is no verdict: \(speaker.account.vendor) \(outcome)")
        case .pending, .requiresAction, .rejected, .notDone, .unknown, .abandoned, .found,
            .notFound:
            break
        }
    }

    private static func delivery(_ bytes: [UInt8]) -> WebhookDelivery {
        let end = bytes.firstRange(of: [0x0A, 0x0A])
        let head = String(decoding: bytes[..<(end?.lowerBound ?? 0)], as: UTF8.self)
        let fields = head.split(separator: "\n").compactMap { line -> (String, String)? in
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            return (parts[0].lowercased(), parts[1].drop { $0 == " " }.description)
        }
        let body = bytes[(end?.upperBound ?? 0)...]
        return WebhookDelivery(
            fields: fields.map { (name: $0.0, value: $0.1) },
            body: Array(body)
        )
    }
}
