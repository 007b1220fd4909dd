internal import PaymentCore

/// The `method` of a request: how the payer wants to pay.
struct ChosenMethod: Sendable {
    let kind: MethodKind
    let id: PaymentMethodID?
    let drawer: String?
}

extension FieldType where Value == ChosenMethod {
    static let chosenMethod = FieldType.object { method in
        let kind = method.required("kind", .choice(MethodKind.self))
        let id = method.optional("id", .identifier(PaymentMethodID.self))
        let drawer = method.optional("drawer_id", .text(1...64))
        guard let kind else { return nil }
        if kind == .cash, id != nil {
            method.refuse("id", .conflict, ["reason": "cash has no stored method"])
        }
        if kind != .cash, drawer != nil {
            method.refuse("drawer_id", .conflict, ["reason": "only cash has a drawer"])
        }
        return ChosenMethod(kind: kind, id: id, drawer: drawer)
    }
}

extension FieldType where Value == CreateIntent.OrderChoice {
    /// An order that exists, by its `id`, or a new one by `reference` and `items`.
    static let orderChoice = FieldType.object { order in
        let id = order.optional("id", .identifier(OrderID.self))
        let reference = order.optional("reference", .text(1...128))
        let items = order.optional("items", .orderItems)
        switch (id, reference, items) {
        case (let id?, nil, nil): return .existing(id)
        case (nil, let reference?, let items): return .new(reference: reference, items: items ?? [])
        case (_?, _, _):
            order.refuse("id", .conflict, ["reason": "an existing order is named by its id alone"])
        case (nil, nil, _):
            // What was refused was given all the same.
            if order.problems.isEmpty { order.refuse("reference", .required) }
        }
        return nil
    }
}
