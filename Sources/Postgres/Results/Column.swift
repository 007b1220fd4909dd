/// Names a column of a result, by name or by position from zero.
package enum Column: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case name(StaticString)
    case position(Int)

    package init(stringLiteral value: StaticString) { self = .name(value) }
    package init(integerLiteral value: Int) { self = .position(value) }
}

extension Column: CustomStringConvertible {
    package var description: String {
        switch self {
        case .name(let name): "column \"\(name)\""
        case .position(let position): "column \(position)"
        }
    }
}
