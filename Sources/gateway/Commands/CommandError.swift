import ArgumentParser
import HTTP
import JSON
import PaymentAPI
import PaymentCore
import Postgres
import Storage

/// What a command could not do, in words for the terminal.
struct CommandError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension CommandError {
    /// The error as an operator is shown it: what happened, and what to do. What is in words
    /// already stays as it is.
    static func explaining(_ error: any Error) -> any Error {
        switch error {
        case let error as StoreError: CommandError(error.message, advice(for: error.code))
        case let error as PostgresError:
            CommandError(
                error.description,
                error.code == .unavailable ? advice(for: .unavailable) : nil
            )
        case let error as SettingError: CommandError("\(error)", SettingError.advice)
        case let error as KeyManagementError:
            CommandError(error.message, "check GATEWAY_KEY_FILE and GATEWAY_KEY_SERVICE")
        case let error as WorkflowError: CommandError(words(for: error))
        case let error as HTTPTransportError: CommandError(error.message)
        case let error as JSONError:
            CommandError("this is not JSON: byte \(error.offset): \(error.message)")
        default: error
        }
    }

    /// As the API reports it, with what the log would say.
    static func words(for error: WorkflowError) -> String {
        // Its way out is an option here, not a header.
        if error.code == .secondPersonRequired {
            return "who asked cannot decide: another person must, by --as"
        }
        let problem = Problem(error)
        let detail = problem.arguments.reduce(problem.code.text(in: .english).detail) {
            $0.replacing("{\($1.key)}", with: $1.value)
        }
        return error.message.isEmpty ? detail : "\(detail) (\(error.message))"
    }

    private init(_ problem: String, _ advice: String?) {
        self.init(problem + (advice.map { "\n→ \($0)" } ?? ""))
    }

    private static func advice(for code: StoreError.Code) -> String? {
        switch code {
        case .unavailable:
            """
            check GATEWAY_DATABASE_URL (host, port, login, password), and that Postgres and the key \
            service can be reached; `gateway doctor` says which cannot
            """
        case .wrongSchemaVersion: "run `gateway migrate`"
        case .commitUnknown: "whether it was done is not known: look before you repeat it"
        case .stale: "somebody else changed it meanwhile: run the command again"
        case .fault: "`gateway doctor` looks for what is wrong"
        case .duplicateKey, .duplicateEffect, .duplicate, .limitExceeded, .missingReference,
            .filterTooBroad:
            nil
        }
    }
}
