internal import PaymentCore

/// The `method` of a request: how the payer wants to pay.
struct ChosenMethod: Sendable {
    let kind: MethodKind
    let id: PaymentMethodID?
    /// What the payer hands over for this one payment; it goes to the vendor and nowhere else.
    let oneTimeToken: VendorToken?
    let drawer: String?
}

extension FieldType where Value == ChosenMethod {
    static let chosenMethod = FieldType.object { ChosenMethod.read(&$0, takesToken: true) }
}

extension ChosenMethod {
    /// Reads the members of a method, and refuses those that do not go together.
    ///
    /// - Parameter takesToken: whether it is used at once. What is only attached is kept, and a
    ///   one-time token cannot be.
    static func read(_ method: inout Fields, takesToken: Bool) -> ChosenMethod? {
        let kind = method.required("kind", .choice(MethodKind.self))
        let id = method.optional("id", .identifier(PaymentMethodID.self))
        let token = takesToken ? method.optional("one_time_token", .oneTimeToken) : nil
        let drawer = method.optional("drawer_id", .text(1...64))
        guard let kind else { return nil }
        if kind == .cash, id != nil {
            method.refuse("id", .conflict, ["reason": "cash has no stored method"])
        }
        if kind == .cash, token != nil {
            method.refuse("one_time_token", .conflict, ["reason": "cash has no token"])
        }
        if id != nil, token != nil {
            method.refuse(
                "one_time_token",
                .conflict,
                ["reason": "a stored method pays by itself"]
            )
        }
        if kind != .cash, drawer != nil {
            method.refuse("drawer_id", .conflict, ["reason": "only cash has a drawer"])
        }
        return ChosenMethod(
            kind: kind,
            id: id,
            oneTimeToken: token.map { VendorToken($0) },
            drawer: drawer
        )
    }
}

extension FieldType where Value == String {
    fileprivate static let oneTimeToken = vendorToken.described(
        """
        What the payer hands over for this payment alone, such as a code that a till scans: it is \
        passed on, and never kept.
        """
    )
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
            // What was refused still counts as given.
            if order.problems.isEmpty { order.refuse("reference", .required) }
        }
        return nil
    }
}
