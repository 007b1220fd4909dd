extension Click.Matrix {
    /// - Parameter repeatedComplete: what the shop answers to a second confirmation: −4, or 0 where
    ///   it is set so (section 3.3).
    static func cases(unknown: String, repeatedComplete: Int64) -> [Case] {
        official(unknown, repeatedComplete) + own
    }

    private static func official(_ unknown: String, _ repeatedComplete: Int64) -> [Case] {
        [
            Case(
                name: "1 Prepare with a wrong signature",
                action: .prepare,
                attempt: .paid,
                flaw: .wrongSignature,
                expected: -1
            ),
            Case(
                name: "2 Prepare of an unknown order",
                action: .prepare,
                attempt: .late,
                reference: unknown,
                expected: -5
            ),
            Case(
                name: "3 Prepare of a valid unpaid order",
                action: .prepare,
                attempt: .paid,
                expected: 0
            ),
            Case(
                name: "4 Complete with a wrong signature",
                action: .complete,
                attempt: .paid,
                flaw: .wrongSignature,
                expected: -1
            ),
            Case(
                name: "5 Complete with another amount",
                action: .complete,
                attempt: .paid,
                amount: "300",
                expected: -2
            ),
            Case(name: "6 Complete", action: .complete, attempt: .paid, expected: 0),
            Case(
                name: "7 Complete again",
                action: .complete,
                attempt: .paid,
                expected: repeatedComplete
            ),
            Case(
                name: "8 Cancel of the paid payment",
                action: .complete,
                attempt: .paid,
                error: -5_017,
                expected: -9
            ),
            Case(name: "9 Prepare anew", action: .prepare, attempt: .second, expected: 0),
            Case(
                name: "10 Complete of an unknown preparation",
                action: .complete,
                attempt: .second,
                prepareID: 999_999_999,
                expected: -6
            ),
            Case(name: "11 Complete", action: .complete, attempt: .second, expected: 0),
            Case(name: "12 Prepare anew", action: .prepare, attempt: .cancelled, expected: 0),
            Case(
                name: "13 Cancel",
                action: .complete,
                attempt: .cancelled,
                error: -5_017,
                expected: -9
            ),
            Case(
                name: "14 Cancel again",
                action: .complete,
                attempt: .cancelled,
                error: -5_017,
                expected: -9
            ),
            Case(
                name: "15 Complete of the cancelled payment",
                action: .complete,
                attempt: .cancelled,
                expected: -9
            ),
        ]
    }

    /// What the reference says apart from the matrix.
    private static let own: [Case] = [
        Case(
            name: "Prepare without an amount",
            action: .prepare,
            attempt: .written,
            flaw: .missingField,
            expected: -8
        ),
        Case(
            name: "an action that is neither",
            action: .prepare,
            attempt: .written,
            flaw: .unknownAction,
            expected: -3
        ),
        Case(
            name: "Prepare with another amount",
            action: .prepare,
            attempt: .written,
            amount: "300",
            expected: -2
        ),
        Case(name: "Prepare", action: .prepare, attempt: .written, expected: 0),
        Case(name: "Prepare again", action: .prepare, attempt: .written, expected: 0),
        Case(
            name: "Complete of another's preparation",
            action: .complete,
            attempt: .written,
            reference: "nobody",
            expected: -6
        ),
        Case(name: "Complete of it", action: .complete, attempt: .written, expected: 0),
        Case(
            name: "Prepare of a paid order",
            action: .prepare,
            attempt: .late,
            expected: -4
        ),
    ]
}
