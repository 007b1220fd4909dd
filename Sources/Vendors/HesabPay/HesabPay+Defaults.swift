import JSON

extension HesabPay {
    /// Names and rules as integrations agree on them. An account's `wire` field replaces members;
    /// it may not add any, and each keeps its kind.
    enum Defaults {
        static let text = #"""
            {
              "base_url": "https://api.hesab.com",
              "sandbox_base_url": "https://api-sandbox.hesab.com",
              "auth_header": "Authorization",
              "auth_scheme": "API-KEY",
              "paths": {
                "create_session": "/api/v1/payment/create-session",
                "verify_signature": "/api/v1/hesab/webhooks/verify-signature",
                "multi_vendor": "/api/v1/payment/send-money-MultiVendor",
                "status": null,
                "refund": null
              },
              "fields": {
                "reference": "user_id",
                "items": "items",
                "item_id": "id",
                "item_name": "name",
                "item_price": "price",
                "email": "email",
                "success_url": "redirect_success_url",
                "failure_url": "redirect_failure_url",
                "checkout_url": ["url", "payment_url", "paymentUrl"],
                "session_id": "session_id",
                "expires_at": "expires_at",
                "ok": "success",
                "status_code": "status_code",
                "message": ["message", "detail", "error.message"],
                "webhook_reference": ["user_id", "items.0.id"],
                "transaction_id": "transaction_id",
                "amount": "amount",
                "memo": "memo",
                "signature": "signature",
                "timestamp": "timestamp",
                "payer": "sender_account",
                "occurred_at": "transaction_date",
                "pin": "pin",
                "payees": "vendors",
                "payee": "account_number",
                "payee_amount": "amount",
                "results": "results"
              },
              "ok_status_code": 10,
              "items_mode": "summary",
              "refund_mode": "manual",
              "signature_mode": "remote",
              "signature_header": null,
              "timestamp_header": null,
              "signed_text": "{timestamp}.{raw_body}",
              "timezone": "Asia/Kabul",
              "session_ttl_minutes": 60,
              "webhook_max_age_hours": 24,
              "declines": [
                {"pattern": "balance|funds", "class": "soft"},
                {"pattern": "cancel|expired", "class": "soft"},
                {"pattern": "\\b(pin|otp)\\b", "class": "authentication_required"},
                {"pattern": "block|limit|unknown account|not found", "class": "hard"}
              ]
            }
            """#

        static let json: JSONObject = {
            // Silence is right: a default that does not parse would stop every test.
            (try? JSONValue.parse(Array(text.utf8)))?.objectValue ?? JSONObject()
        }()
    }

    /// A member that may not stand in an account's `wire` field, by its path.
    struct WireFault: Error, Hashable {
        let path: String
    }
}

extension JSONObject {
    /// These members with those of `changes` in their places, member by member.
    func replaced(
        by changes: JSONObject,
        at path: String = ""
    ) throws(HesabPay.WireFault) -> JSONObject {
        var result = self
        for change in changes.members {
            let place = path.isEmpty ? change.name : "\(path).\(change.name)"
            guard let known = self[change.name] else {
                throw HesabPay.WireFault(path: place)
            }
            switch (known, change.value) {
            case (.object(let own), .object(let other)):
                result[change.name] = .object(try own.replaced(by: other, at: place))
            case (.string, .string), (.integer, .integer), (.array, .array), (.null, .string),
                (.null, .null):
                result[change.name] = change.value
            default: throw HesabPay.WireFault(path: place)
            }
        }
        return result
    }
}
