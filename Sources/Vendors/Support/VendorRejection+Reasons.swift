import PaymentCore

extension VendorRejection {
    /// The account's fields cannot be used.
    static func configuration(_ message: String) -> VendorRejection {
        VendorRejection(.configuration, code: "not_configured", message: message)
    }

    /// The vendor does not let the account in, or not do this.
    static func credentials(refusedBy vendor: String) -> VendorRejection {
        VendorRejection(
            .configuration,
            code: "credentials_refused",
            message: "\(vendor) refused the credentials or their permissions"
        )
    }

    /// What the payer would pay with cannot be used here.
    static func methodUnusable(_ message: String) -> VendorRejection {
        VendorRejection(.methodNotUsable, code: "method_not_usable", message: message)
    }

    /// An amount that the vendor's wire cannot say.
    static func amount(_ code: String, _ message: String) -> VendorRejection {
        VendorRejection(.amountNotAccepted, code: code, message: message)
    }
}

/// A vendor's identifier as a segment of a path. Some come from callers: none may lead elsewhere.
enum PathSegment {
    /// Letters, digits, `_` and `-`, 1 to 255 of them; throws `.notFound` otherwise.
    static func checked(
        _ identifier: String,
        of vendor: String
    ) throws(VendorRejection) -> String {
        let isPlain = identifier.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
        guard isPlain, (1...255).contains(identifier.utf8.count) else {
            throw VendorRejection(
                .notFound,
                code: "malformed_identifier",
                message: "this is no identifier of \(vendor)'s"
            )
        }
        return identifier
    }
}
