import PaymentCore

extension VendorOperation.Payer {
    /// The payer's number as Uzbekistan's vendors take it: 998 and nine digits, without plus sign,
    /// spaces and hyphens. Nil for any other number.
    var uzbekPhone: String? {
        let digits = (phone ?? "").filter { $0 != "+" && $0 != " " && $0 != "-" }
        return digits.hasPrefix("998") && digits.isDecimal(12) ? digits : nil
    }
}
