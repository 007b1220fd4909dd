/// The decoded pairs of a query or of a form body, in order, duplicates kept.
package struct QueryItems: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    package let all: [Item]

    /// The pairs of the raw `query` (without `?`); nil when an escape is broken, the text is not
    /// UTF-8, or there are more than `maximumCount` pairs. A pair without `=` has an empty value.
    package init?(_ query: String, maximumCount: Int = 100) {
        self.init(query.utf8, maximumCount: maximumCount)
    }

    /// The pairs of a form `body`, under the same conditions.
    package init?(form body: [UInt8], maximumCount: Int = 1_000) {
        self.init(body, maximumCount: maximumCount)
    }

    private init?(_ encoded: some Collection<UInt8>, maximumCount: Int) {
        var items: [Item] = []
        for pair in encoded.split(separator: UInt8(ascii: "&"), maxSplits: maximumCount) {
            let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard
                items.count < maximumCount,
                let name = PercentCoding.decode(pair[..<end], plusAsSpace: true),
                let value = PercentCoding.decode(pair[end...].dropFirst(), plusAsSpace: true)
            else { return nil }
            items.append(Item(name: name, value: value))
        }
        all = items
    }

    /// The first value of `name`.
    package subscript(_ name: String) -> String? {
        all.first { $0.name == name }?.value
    }

    /// All values of `name`, in order.
    package func values(_ name: String) -> [String] {
        all.filter { $0.name == name }.map(\.value)
    }
}
