import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// What a vendor's good answer becomes when one thing about it is wrong: another amount or currency
/// than asked, a status that no sheet has, a "no" under HTTP 200. None of it is ever taken for the
/// success that was asked for.
@Suite(.sampleTime) struct VendorAnswerTests {
    /// The scenarios whose answer says that money moved.
    private static let successes: [VendorScenario] = [
        .authorized, .sale, .captured, .capturedPartially, .refunded,
    ]

    /// What the vendor says of a refusal, in its own words.
    private static let refusals: [VendorScenario] = [
        .declined, .declinedAuthenticationRequired, .captureAfterExpiry, .voidAfterCapture,
        .refundFailed, .refundExceeds, .refundDisputed, .keyInUse, .keyMismatch, .throttled,
        .unauthorized, .notFound, .serverError,
    ]

    private func outcome(
        of recording: Recording,
        _ vendor: VendorDescriptor,
        _ change: (HTTPResponse) throws -> HTTPResponse
    ) async throws -> VendorOutcome {
        let answers = try vendor.prelude() + recording.answers().map(change)
        let transport = ScriptedTransport(answers)
        return await vendor.makePort(transport: transport, sleep: { _ in }).perform(
            try recording.operation(),
            key: Sample.key,
            account: Sample.account(of: vendor)
        )
    }

    @Test(arguments: VendorCatalog.all, successes)
    func `another amount than asked is never taken for what was asked`(
        vendor: VendorDescriptor,
        scenario: VendorScenario
    ) async throws {
        guard vendor.hasWire, Recording.exists(of: vendor.name, scenario.rawValue) else { return }
        let recording = try Recording(of: vendor.name, scenario.rawValue)
        let asked = try #require(try recording.operation().askedAmount)
        let other = Money(asked.minorUnits * 2, asked.currency)
        var places = 0
        let outcome = try await outcome(of: recording, vendor) { response in
            try response.changingMembers { _, value in
                guard let changed = value.replacing(asked, by: other) else { return nil }
                places += 1
                return changed
            }
        }
        // Click asks us about the amount before it takes money, and names none afterwards.
        #expect((places == 0) == (recording.json["tells_no_amount"] == true), "\(places) places")
        guard places > 0 else { return }
        switch outcome {
        // Told as it is, so that the books show it and a person decides.
        case .succeeded(let receipt), .pending(let receipt):
            #expect(receipt.amount != nil && receipt.amount != asked.minorUnits, "\(outcome)")
        case .unknown, .rejected: break
        case .declined, .requiresAction, .notDone, .abandoned, .found, .notFound:
            Issue.record("\(outcome)")
        }
    }

    @Test(arguments: VendorCatalog.all, successes)
    func `another currency than asked is no answer`(
        vendor: VendorDescriptor,
        scenario: VendorScenario
    ) async throws {
        guard vendor.hasWire, Recording.exists(of: vendor.name, scenario.rawValue) else { return }
        let recording = try Recording(of: vendor.name, scenario.rawValue)
        let asked = try #require(try recording.operation().askedAmount).currency
        var places = 0
        let outcome = try await outcome(of: recording, vendor) { response in
            try response.changingMembers { name, value in
                guard name.lowercased().hasPrefix("currency") else { return nil }
                places += 1
                if case .integer = value { return 840 }
                return value.stringValue == asked.code.lowercased() ? "xts" : "XTS"
            }
        }
        // Some name none: an account of theirs has one currency.
        guard places > 0 else { return }
        #expect(outcome.leavesOpen(.movesMoney) || outcome.shortForm.hasPrefix("rejected_"))
    }

    @Test(arguments: VendorCatalog.all, successes)
    func `a status that no sheet has is no verdict`(
        vendor: VendorDescriptor,
        scenario: VendorScenario
    ) async throws {
        guard vendor.hasWire, Recording.exists(of: vendor.name, scenario.rawValue) else { return }
        let recording = try Recording(of: vendor.name, scenario.rawValue)
        let operation = try recording.operation()
        let effect = try vendor.firstEffect(of: operation) ?? .none
        let words: Set = ["status", "state", "resultCode", "payment_status"]
        var places = 0
        let outcome = try await outcome(of: recording, vendor) { response in
            try response.changingMembers { name, value in
                guard words.contains(name), value.objectValue == nil else { return nil }
                places += 1
                if case .integer = value { return 77 }
                return "a_word_of_next_year"
            }
        }
        // A reversal of Click's has no status but its error code.
        guard places > 0 else { return }
        #expect(outcome.leavesOpen(effect), "\(outcome)")
    }

    @Test(arguments: VendorCatalog.all, refusals)
    func `a refusal under HTTP 200 is no success`(
        vendor: VendorDescriptor,
        scenario: VendorScenario
    ) async throws {
        guard vendor.hasWire, Recording.exists(of: vendor.name, scenario.rawValue) else { return }
        let recording = try Recording(of: vendor.name, scenario.rawValue)
        let outcome = try await outcome(of: recording, vendor) { response in
            HTTPResponse(status: .ok, fields: response.fields, body: response.body)
        }
        switch outcome {
        case .declined, .rejected, .unknown, .notDone, .abandoned, .notFound: break
        case .succeeded, .pending, .requiresAction, .found: Issue.record("\(outcome)")
        }
    }
}

extension VendorOperation {
    /// Nil for what names no amount.
    fileprivate var askedAmount: Money? {
        switch self {
        case .authorize(let asked): asked.amount
        case .complete(let asked): asked.amount
        case .capture(let asked): asked.amount
        case .refund(let asked): asked.amount
        case .void, .lookUp: nil
        }
    }
}

extension HTTPResponse {
    /// The response with those members of its JSON replaced that `change` gives another value for.
    fileprivate func changingMembers(
        _ change: (String, JSONValue) -> JSONValue?
    ) throws -> HTTPResponse {
        guard let json = try? JSONValue.parse(body) else { return self }
        return HTTPResponse(status: status, fields: fields, body: json.changing("", change).bytes())
    }
}

extension JSONValue {
    fileprivate func changing(
        _ name: String,
        _ change: (String, JSONValue) -> JSONValue?
    ) -> JSONValue {
        if let changed = change(name, self) { return changed }
        switch self {
        case .object(let object):
            return .object(
                JSONObject(object.members.map { ($0.name, $0.value.changing($0.name, change)) })
            )
        case .array(let elements): return .array(elements.map { $0.changing(name, change) })
        case .null, .bool, .integer, .number, .string: return self
        }
    }

    /// `other` written as this value writes `amount`; nil when it is not that amount.
    fileprivate func replacing(_ amount: Money, by other: Money) -> JSONValue? {
        let (plain, decimal) = (String(amount.minorUnits), DecimalAmount.text(amount))
        switch self {
        case .integer(let number) where number == amount.minorUnits:
            return .integer(other.minorUnits)
        case .integer(let number) where "\(number)" == decimal: return DecimalAmount.json(other)
        case .number(let digits)
        where DecimalAmount.minorUnits(digits, of: amount.currency)
            == amount.minorUnits:
            return DecimalAmount.json(other)
        case .string(let text) where text == decimal: return .string(DecimalAmount.text(other))
        case .string(let text) where text == plain: return .string("\(other.minorUnits)")
        case .integer, .number, .string, .null, .bool, .array, .object: return nil
        }
    }
}
