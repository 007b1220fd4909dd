/// First in, first out, without moving what waits.
struct Fifo<Element: Sendable>: Sendable {
    private var elements: [Element?] = []
    private var taken = 0

    var count: Int { elements.count - taken }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : elements[taken] }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func popFirst() -> Element? {
        guard let element = first else { return nil }
        elements[taken] = nil
        taken += 1
        if taken > elements.count / 2 {
            elements.removeFirst(taken)
            taken = 0
        }
        return element
    }
}
