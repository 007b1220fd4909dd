import JSON
import PaymentCore

extension PayPal {
    /// What the processor said about a card, inside an authorization or a capture.
    struct ProcessorResponse {
        let json: JSONValue

        init?(_ json: JSONValue?) {
            guard let json, json.objectValue != nil else { return nil }
            self.json = json
        }

        var code: String? { json["response_code"]?.stringValue }
        var advice: String? { json["payment_advice_code"]?.stringValue }
        /// The payment is in another state than the request took it to be in: the object shows.
        var isLifeCycle: Bool { code.map(Declines.lifeCycle.contains) ?? false }
    }

    /// Section 4: the network's advice, then the processor's code. A word that we do not know is
    /// soft, and its code tells which it was.
    enum Declines {
        static func decline(
            _ response: ProcessorResponse?,
            reason: String?,
            status: String,
            brand: String?
        ) -> Decline {
            let answer = response?.code.flatMap { classes[$0] }
            let advised = response?.advice.flatMap { adviceClass($0, brand: brand) }
            let kind: Decline.Class =
                reason == riskFilters ? .fraud : advised ?? answer?.kind ?? .soft
            let decline = Decline(
                kind,
                code: response?.code ?? reason ?? status,
                adviceCode: response?.advice,
                retryAfter: advised == nil ? answer?.retryAfter : nil
            )
            return CardNetworkRules.applied(to: decline, brand: brand)
        }

        private static let riskFilters = "DECLINED_BY_RISK_FRAUD_FILTERS"

        /// The same digits differ between networks: without a brand, only those that mean one
        /// thing count.
        private static func adviceClass(_ advice: String, brand: String?) -> Decline.Class? {
            switch (advice, brand) {
            case ("02", "visa"), ("03", _), ("21", _): .hard
            case ("02", "mastercard"): .soft
            case (_, "visa"): nil
            case ("01", _), ("04", _), ("22", _): .hard
            case ("24", _), ("25", _), ("26", _), ("27", _), ("28", _), ("29", _), ("30", _): .soft
            default: nil
            }
        }

        /// Codes of a request that came too late or for another state, not of a refused payer.
        static let lifeCycle: Set<String> = [
            "PPS0", "PPS1", "PPS2", "PPS3", "PPS4", "PPS5", "PPS6", "PPLR", "PPUR", "5800",
            "1384", "1393", "PPRF", "PPRE", "5200",
        ]

        struct Answer {
            let kind: Decline.Class
            var retryAfter: Duration?
        }

        static let classes: [String: Answer] = {
            var classes: [String: Answer] = [:]
            for (answer, codes) in table {
                for code in codes.split(separator: " ") { classes[String(code)] = answer }
            }
            for code in lifeCycle { classes[code] = Answer(kind: .hard) }
            return classes
        }()

        private static let table: [(Answer, String)] = [
            (Answer(kind: .soft), "5120 0500 5100 0100 PPAX"),
            (Answer(kind: .soft, retryAfter: .seconds(86_400)), "5710 PPEL PPNL PPDT"),
            (
                Answer(kind: .temporary),
                "9100 5920 8110 0960 8000 8220 0800 PPER PPNT PPIF"
            ),
            (Answer(kind: .authenticationRequired), "5650 7700 7710 PPD3 0880 PPTE PPTR PPTV"),
            (Answer(kind: .fraud), "9500 9510 9520 5150 9530 9540 PPSC"),
            (
                Answer(kind: .hard),
                """
                1000 5400 PPEX PPEF 1380 5110 00N7 1382 PCVV PPC2 5170 5190 PPAD PPAV 5130 5135 \
                5500 0890 7900 0390 1330 1335 5140 6300 PP06 PPAB 5930 1352 5950 5180 5160 0580 \
                PPFR PPFI PPUA 5700 10BR 0R00 PPRN 5910 8100 PPMC PPAE PPSE PPCT PPTT PPPM PPVT \
                PPQC PPAG PPBG PPDI PPCO PPUI PPUP PPDC 1300 1310 1312 1317 1320 1340 1350 1360 \
                1370 1390 5210 5900 7800 8010 8020 8030 9600 PPAI PPAU PPAR PPCR PPCU PPUC PPVC \
                PPFE PPFV PPVE PPII PPIM PPIT PPTF PPTI PPH1 PPLS PPMB PPNC PPNM PPPH PPPI PPRR \
                PPSD PPUE PPGR PPCE PPDV PCNR PPMD
                """
            ),
        ]
    }
}
