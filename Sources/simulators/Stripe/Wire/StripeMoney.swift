extension Stripe {
    /// What the vendor says about a currency and the sums it takes (section 8).
    struct Currency: Sendable, Hashable {
        let code: String

        /// - Throws: a code that is not a lower-case currency code.
        init(_ code: String, parameter: String = "currency") throws(Failure) {
            guard Self.codes.contains(code) else {
                throw .parameter(parameter, "Invalid currency: \(code)")
            }
            self.code = code
        }

        /// - Throws: a sum that cannot be charged in this currency.
        func check(_ amount: Int64, parameter: String = "amount") throws(Failure) {
            guard amount >= 1 else {
                throw .parameter(
                    parameter,
                    "This value must be greater than or equal to 1.",
                    code: "parameter_invalid_integer"
                )
            }
            try checkShape(of: amount, parameter: parameter)
            guard amount <= (code == "idr" ? 999_999_999_999 : 99_999_999) else {
                throw .parameter(
                    parameter,
                    "Amount must be no more than 99999999.",
                    code: "amount_too_large"
                )
            }
            guard amount >= Self.minimums[code, default: 1] else {
                throw .parameter(
                    parameter,
                    "Amount must convert to at least the minimum charge amount.",
                    code: "amount_too_small"
                )
            }
        }

        /// - Throws: digits that the currency does not have.
        func checkShape(of amount: Int64, parameter: String) throws(Failure) {
            let step = Self.steps[code, default: 1]
            guard amount.isMultiple(of: step) else {
                throw .parameter(
                    parameter,
                    "Invalid amount: \(code) amounts must be a multiple of \(step)."
                )
            }
        }

        /// The smallest charge, in minor units.
        private static let minimums: [String: Int64] = [
            "usd": 50, "eur": 50, "chf": 50, "aud": 50, "cad": 50, "nzd": 50, "sgd": 50,
            "brl": 50, "inr": 50, "gbp": 30, "jpy": 50, "aed": 200, "bgn": 100, "czk": 1_500,
            "dkk": 250, "hkd": 400, "huf": 17_500, "mxn": 1_000, "myr": 200, "nok": 300,
            "pln": 200, "ron": 200, "sek": 300, "thb": 1_000,
        ]

        /// Last digits that must be zero: both of two unused decimals, the last of three.
        private static let steps: [String: Int64] = [
            "isk": 100, "ugx": 100, "bhd": 10, "jod": 10, "kwd": 10, "omr": 10, "tnd": 10,
        ]

        private static let codes: Set<String> = Set(
            """
            aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd \
            bwp byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp \
            gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr \
            kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn \
            myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf \
            sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx \
            usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
            """.split(separator: " ").map(String.init)
        )
    }
}
