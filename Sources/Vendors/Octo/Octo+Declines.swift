import JSON
import PaymentCore

// Octo gives no machine-readable reason: risk, then the words, else `soft` (section 6).
extension Octo.Dialect {
    func decline(of payment: Octo.Payment, told: Octo.Kept = Octo.Kept(nil)) -> Decline {
        let risk = payment.words["riskLevel"]?.integerValue ?? told.riskLevel
        if payment.status == .canceled, let risk, risk >= fraudRisk {
            return Decline(.fraud, code: "risk_level_\(risk)")
        }
        let text = payment.words.text("errMessage", "errorMessage", "message") ?? ""
        return Decline(Octo.Declines.kind(of: text), code: payment.statusWord)
    }
}

extension Octo.Failure {
    var decline: Decline {
        // Too many messages, or too many wrong codes: the payer did not prove who they are.
        let kind = number == 17 ? .authenticationRequired : Octo.Declines.kind(of: message)
        return Decline(kind, code: String(number))
    }

    var absence: VendorRejection {
        VendorRejection(.notFound, code: String(number), message: message)
    }
}

extension Octo {
    enum Declines {
        private static let words: [(String, Decline.Class)] = [
            ("insufficient", .soft),
            ("expired card", .hard),
            ("card expired", .hard),
            ("blocked", .hard),
            ("invalid card", .hard),
            ("otp", .authenticationRequired),
            ("sms", .authenticationRequired),
            ("3-d", .authenticationRequired),
            ("3ds", .authenticationRequired),
        ]

        static func kind(of text: String) -> Decline.Class {
            let text = text.lowercased()
            return words.first { text.contains($0.0) }?.1 ?? .soft
        }
    }
}
