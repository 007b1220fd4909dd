internal import JSON
internal import PaymentCore

/// The part of a list that was asked for: keyset cursors, stable under inserts.
struct ListPage: Sendable {
    /// The identifier of the last element before the page.
    let after: UUID7?
    let limit: Int
    /// Whether the caller wants to know how many match.
    let counts: Bool

    static let limits: ClosedRange<Int64> = 1...200
    /// Counting stops here: a list of a million costs a million rows.
    static let maximumCount = 10_000

    /// Reads `limit`, `after` and `count`; `after` is an identifier of the listed kind.
    static func read<Kind: IdentifierKind>(
        _ query: inout Fields,
        of type: Identifier<Kind>.Type
    ) -> ListPage {
        let after = query.optional("after", FieldType.identifier(type))
        let limit = query.optional("limit", .integer(limits).described("50 when not given."))
        let counts = query.optional(
            "count",
            .flag.described("Also count what matches, up to 10,000.")
        )
        return ListPage(
            after: after?.uuid,
            limit: limit.map(Int.init) ?? 50,
            counts: counts ?? false
        )
    }
}

extension Answer {
    /// A page of a list. `next` is the cursor for `after`; in most lists there is one only when
    /// there is more.
    static func list<Element>(
        _ elements: [Element],
        next: String?,
        hasMore: Bool? = nil,
        count: Int? = nil,
        _ write: (Element, inout JSONWriter) -> Void
    ) -> Answer {
        Answer(capacity: 4_096) { list in
            list.member("object", "list")
            list.array("data") { array in
                for element in elements { array.object { write(element, &$0) } }
            }
            list.member("has_more", hasMore ?? (next != nil))
            list.member("next", next)
            if let count {
                list.object("count") {
                    $0.member("value", count)
                    $0.member("exact", count < ListPage.maximumCount)
                }
            }
        }
    }
}

extension Call {
    /// One page, and, when it was asked for, the count of all under the same filter: by walking
    /// the list's own pages, so that list and count cannot disagree.
    func list<Element: Sendable, Kind: IdentifierKind>(
        _ page: ListPage,
        of type: Identifier<Kind>.Type,
        _ fetch: (UUID7?, Int) async throws(StoreError) -> Page<Element>,
        _ write: (Element, inout JSONWriter) -> Void
    ) async throws -> Answer {
        let found = try await fetch(page.after, page.limit)
        var count: Int?
        if page.counts {
            var total = 0
            var cursor: UUID7?
            repeat {
                let part = try await fetch(cursor, 1_000)
                total += part.elements.count
                cursor = part.next
            } while cursor != nil && total < ListPage.maximumCount
            count = min(total, ListPage.maximumCount)
        }
        return .list(
            found.elements,
            next: found.next.map { Identifier<Kind>($0).description },
            count: count,
            write
        )
    }
}
