internal import PaymentCore
internal import Postgres

/// An attempt's state with what it carries, laid out as the columns that the database checks.
struct AnswerColumns {
    private let name: String
    private var kind: String?
    private var code: String?
    private var message: String?
    private var networkCode: String?
    private var adviceCode: String?
    private var retryAfter: Duration?
    private var actionURL: String?

    init(_ state: AttemptState) {
        name = state.name
        switch state {
        case .asked, .pending, .awaitingApproval, .succeeded, .abandoned: break
        case .requiresAction(.redirect(let url)):
            kind = ActionKind.redirect.rawValue
            actionURL = url
        // The client secret stays out: whoever needs it asks the vendor again.
        case .requiresAction(.vendorLibrary), .requiresAction(.vendorLibraryWithheld):
            kind = ActionKind.vendorLibrary.rawValue
        case .unknown(let why): kind = why.rawValue
        case .declined(let decline):
            kind = decline.class.rawValue
            code = decline.code
            networkCode = decline.networkCode
            adviceCode = decline.adviceCode
            retryAfter = decline.retryAfter
        case .rejected(let rejection):
            kind = rejection.reason.rawValue
            code = rejection.code
            message = rejection.message
        case .notDone(let reason): kind = reason.rawValue
        case .reversed(let code): self.code = code
        }
    }

    init(_ reader: inout ColumnReader) throws(PostgresError) {
        name = try reader.text()
        kind = try reader.textOrNil()
        code = try reader.textOrNil()
        message = try reader.textOrNil()
        networkCode = try reader.textOrNil()
        adviceCode = try reader.textOrNil()
        retryAfter = try reader.int64OrNil().map { .microseconds($0) }
        actionURL = try reader.textOrNil()
    }

    var binds: [PostgresValue] {
        [
            .text(name), .text(orNull: kind), .said(code), .said(message), .said(networkCode),
            .said(adviceCode), retryAfter.map { .span($0) } ?? .null, .said(actionURL),
        ]
    }

    func state() throws(PostgresError) -> AttemptState {
        guard let state = stateOrNil else {
            throw PostgresError(.decoding, "a stored attempt state is not one that is known")
        }
        return state
    }

    private var stateOrNil: AttemptState? {
        switch name {
        case "asked": .asked
        case "pending": .pending
        case "awaiting_approval": .awaitingApproval
        case "succeeded": .succeeded
        case "abandoned": .abandoned
        case "requires_action": action.map { .requiresAction($0) }
        case "unknown": kind.flatMap(UnknownReason.init).map { .unknown($0) }
        case "not_done": kind.flatMap(NotDone.init).map { .notDone($0) }
        case "declined": decline.map { .declined($0) }
        case "rejected": rejection.map { .rejected($0) }
        case "reversed": code.map { .reversed(code: $0) }
        default: nil
        }
    }

    private enum ActionKind: String {
        case redirect
        case vendorLibrary = "vendor_library"
    }

    private var action: NextAction? {
        switch kind.flatMap(ActionKind.init) {
        case .redirect: actionURL.map { .redirect(url: $0) }
        case .vendorLibrary: .vendorLibraryWithheld
        case nil: nil
        }
    }

    private var decline: Decline? {
        guard let kind = kind.flatMap(Decline.Class.init), let code else { return nil }
        return Decline(
            kind,
            code: code,
            networkCode: networkCode,
            adviceCode: adviceCode,
            retryAfter: retryAfter
        )
    }

    private var rejection: VendorRejection? {
        guard let reason = kind.flatMap(VendorRejection.Reason.init), let code else { return nil }
        return VendorRejection(reason, code: code, message: message ?? "")
    }
}
