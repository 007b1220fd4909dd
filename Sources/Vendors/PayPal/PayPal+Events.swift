import JSON
import PaymentCore

extension PayPal {
    /// A notification's envelope (section 5.2) and what it means for us (section 5.3).
    struct Event {
        /// What has to be read before the body is believed.
        enum Object: Hashable {
            case refund(String)
            case token(String)
        }

        let notice: VendorNotice
        let object: Object?
        private let resource: JSONValue

        init(_ body: [UInt8]) throws(NoticeRefusal) {
            let event: JSONValue
            do throws(JSONError) {
                event = try JSONValue.parse(body)
            } catch {
                throw .unreadableBody
            }
            guard let key = event["id"]?.stringValue, !key.isEmpty,
                let type = event["event_type"]?.stringValue, !type.isEmpty
            else { throw .unreadableBody }
            resource = event["resource"] ?? .null
            let content = Self.content(of: type, resource)
            object = Self.object(of: content)
            notice = VendorNotice(
                key: key,
                type: type,
                occurredAt: event.time("create_time"),
                // The registration that is signed as well belongs to one environment.
                isLive: nil,
                content: content
            )
        }

        private static func content(
            of type: String,
            _ resource: JSONValue
        ) -> VendorNotice.Content {
            switch type {
            case "CHECKOUT.ORDER.APPROVED", "CHECKOUT.ORDER.COMPLETED",
                "CHECKOUT.PAYMENT-APPROVAL.REVERSED":
                changed(
                    resource["id"]?.stringValue ?? resource["order_id"]?.stringValue,
                    resource["purchase_units"]?[0]
                )
            case "PAYMENT.AUTHORIZATION.CREATED", "PAYMENT.AUTHORIZATION.VOIDED",
                "PAYMENT.CAPTURE.COMPLETED", "PAYMENT.CAPTURE.PENDING", "PAYMENT.CAPTURE.DECLINED",
                "PAYMENT.CAPTURE.DENIED":
                changed(order(of: resource), resource)
            case "PAYMENT.CAPTURE.REFUNDED", "PAYMENT.REFUND.PENDING", "PAYMENT.REFUND.FAILED":
                refund(resource) ?? .kept
            case "VAULT.PAYMENT-TOKEN.DELETED", "VAULT.PAYMENT-TOKEN.DELETION-INITIATED":
                resource["id"]?.stringValue.map { .methodDetached(token: VendorToken($0)) }
                    ?? .kept
            // Visible until their own issues read them: reversals, disputes, tokens that were made;
            // and every type that we do not know.
            default: .kept
            }
        }

        private static func changed(
            _ order: String?,
            _ carrier: JSONValue?
        ) -> VendorNotice.Content {
            let attempt = carrier?.customID.flatMap(AttemptID.init)
            guard order != nil || attempt != nil else { return .kept }
            return .changed(reference: order, attempt: attempt)
        }

        private static func order(of resource: JSONValue) -> String? {
            resource["supplementary_data"]?["related_ids"]?["order_id"]?.stringValue
                ?? resource.parent("orders")
        }

        /// A share of a refund from several captures says nothing by itself: its conversation and
        /// the look-up know all of them.
        private static func refund(_ resource: JSONValue) -> VendorNotice.Content? {
            guard let refund = Refund(resource), !refund.isShare else { return nil }
            return Refunded([refund], nil).snapshot
                .map { .snapshot(.refund($0)) }
        }

        private static func object(of content: VendorNotice.Content) -> Object? {
            switch content {
            case .snapshot(.refund(let refund)): .refund(refund.reference)
            case .methodDetached(let token): .token(token.value)
            case .snapshot(.payment), .snapshot(.movement), .changed, .session, .kept: nil
            }
        }
    }
}

extension PayPal.Event {
    /// Holds what PayPal says of the object against the body. `unverifiable` when it does not show
    /// yet: the notification comes again.
    func confirm(_ reply: PayPal.Reply) throws(NoticeRefusal) {
        switch object {
        case nil: return
        case .token:
            guard reply.issue == .rejected(.notFound) else { throw .unverifiable }
        case .refund:
            let (told, found) = (PayPal.Refund(resource), reply.refund)
            guard let told, let found else { throw refusal(reply) }
            guard found.id == told.id, found.amount == told.amount,
                found.json.customID == told.json.customID, found.capture == told.capture
            else { throw .signatureWrong }
            guard told.status == found.status || told.status == .pending else {
                throw .unverifiable
            }
        }
    }

    /// PayPal never notified us of an object that it does not know.
    private func refusal(_ reply: PayPal.Reply) -> NoticeRefusal {
        reply.issue == .rejected(.notFound) ? .signatureWrong : .unverifiable
    }
}

extension PayPal.Reply {
    var refund: PayPal.Refund? { isSuccess ? PayPal.Refund(body) : nil }
}
