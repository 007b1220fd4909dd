internal import JSON

// Answers as JSON (sections 2, 3 and 9).
extension PayPal.World {
    /// The body of an answer; nil where there is none.
    ///
    /// - Parameters:
    ///   - isWhole: `Prefer: return=representation`; otherwise identifier, status and links.
    ///   - showsAuthentication: an order's source with the outcome of its challenge.
    func render(
        _ resource: PayPal.Resource,
        isWhole: Bool,
        showsAuthentication: Bool = false
    ) -> [UInt8]? {
        var writer = JSONWriter(capacity: 2_048)
        switch resource {
        case .order(let id):
            writer.object { write(order: id, isWhole, showsAuthentication, to: &$0) }
        case .authorization(let id), .voided(let id):
            if case .voided = resource, !isWhole { return nil }
            writer.object { write(authorization: id, isWhole, to: &$0) }
        case .capture(let id): writer.object { write(capture: id, isWhole, to: &$0) }
        case .refund(let id): writer.object { write(refund: id, isWhole, to: &$0) }
        case .setupToken(let id): writer.object { write(setupToken: id, to: &$0) }
        case .paymentToken(let id): writer.object { write(paymentToken: id, to: &$0) }
        case .tokenList(let customer, let page, let size):
            writer.object { write(tokensOf: customer, page: page, size: size, to: &$0) }
        case .webhook(let index): writer.object { write(webhook: index, to: &$0) }
        case .webhookList:
            writer.object { list in
                list.array("webhooks") { webhooks in
                    for index in endpoints.indices where endpoints[index].isRegistered {
                        webhooks.object { write(webhook: index, to: &$0) }
                    }
                }
            }
        case .verdict(let isGenuine):
            writer.object { $0.member("verification_status", isGenuine ? "SUCCESS" : "FAILURE") }
        case .event(let id): return events[id]?.body
        case .eventList(let ids):
            writer.object { list in
                list.array("events") { array in
                    for id in ids { array.element(raw: events[id]?.body ?? []) }
                }
                list.member("count", ids.count)
            }
        case .transactions(let query): writer.object { write(transactions: query, to: &$0) }
        case .nothing: return nil
        }
        return writer.bytes
    }

    // MARK: Addresses

    /// Where the payer has to go; nil when nobody waits for them.
    func payerAddress(of order: PayPal.Order) -> String? {
        switch order.status {
        case .created: "\(publicURL)/checkoutnow?token=\(order.id)"
        case .payerActionRequired
        where order.funding?.isCard == true && order.authentication == nil:
            "\(publicURL)/webapps/helios?action=verify&flow=3ds&cart_id=\(order.id)"
        case .payerActionRequired, .approved: "\(publicURL)/checkoutnow?token=\(order.id)"
        case .voided, .completed: nil
        }
    }

    func address(_ path: String) -> String { "\(publicURL)\(path)" }
}
