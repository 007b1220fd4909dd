import PaymentCore

/// The fields of an account, read by their shapes. Throws `.configuration` that names the field.
struct AccountSettings {
    let credentials: Credentials

    init(_ credentials: Credentials) {
        self.credentials = credentials
    }

    func word(_ field: CredentialField) throws(VendorRejection) -> String {
        guard let word = field.value(in: credentials) else {
            throw .configuration("\(field.name) is missing")
        }
        return word
    }

    func number(_ field: CredentialField) throws(VendorRejection) -> Int64 {
        guard let number = try numberOrNil(field) else {
            throw .configuration("\(field.name) is missing")
        }
        return number
    }

    func numberOrNil(_ field: CredentialField) throws(VendorRejection) -> Int64? {
        guard let text = field.value(in: credentials) else { return nil }
        guard case .integer(let range) = field.shape, let number = Int64(text),
            range.contains(number)
        else { throw .configuration("\(field.name) is not a number that it may be") }
        return number
    }

    func choice<Choice: RawRepresentable<String>>(
        _ field: CredentialField
    ) throws(VendorRejection) -> Choice {
        guard let choice = Choice(rawValue: try word(field)) else {
            throw .configuration("\(field.name) is none of its words")
        }
        return choice
    }

    func baseURL(_ field: CredentialField) throws(VendorRejection) -> VendorBaseURL {
        guard let base = VendorBaseURL(try word(field)) else {
            throw .configuration("\(field.name) is not an https URL")
        }
        return base
    }
}
