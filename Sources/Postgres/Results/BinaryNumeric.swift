/// A `numeric` in binary format (`numeric_send`): count of base-10000 digits, weight of the first,
/// sign, count of decimals, digits.
struct BinaryNumeric {
    private let digits: [Int16]
    private let weight: Int
    private let isNegative: Bool
    private let decimals: Int

    init(_ cell: borrowing Cell) throws(CellError) {
        let count = Int(try cell.bigEndian(Int16.self, at: 0, whole: false))
        guard count >= 0, cell.count == 8 + 2 * count else { throw .malformed("numeric") }
        weight = Int(try cell.bigEndian(Int16.self, at: 2, whole: false))
        let sign = try cell.bigEndian(UInt16.self, at: 4, whole: false)
        guard sign == 0 || sign == 0x4000 else { throw .outOfRange("a finite numeric") }
        isNegative = sign != 0
        decimals = Int(try cell.bigEndian(Int16.self, at: 6, whole: false))
        var digits: [Int16] = []
        for index in 0..<count {
            digits.append(try cell.bigEndian(Int16.self, at: 8 + 2 * index, whole: false))
        }
        self.digits = digits
    }

    /// The value when it is whole and fits; never rounded.
    func int64() throws(CellError) -> Int64 {
        var value: Int64 = 0
        for position in stride(from: weight, through: 0, by: -1) {
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10_000)
            let digit = Int64(digit(at: position))
            // Subtracting downwards for negatives would only matter for `Int64.min`.
            let (sum, carry) = shifted.addingReportingOverflow(isNegative ? -digit : digit)
            guard !overflow, !carry else { throw .outOfRange("Int64") }
            value = sum
        }
        let fraction = digits.dropFirst(max(0, weight + 1))
        guard fraction.allSatisfy({ $0 == 0 }) else { throw .outOfRange("Int64: it has decimals") }
        return value
    }

    /// The value as Postgres prints it.
    func text() throws(CellError) -> String {
        var text = isNegative ? "-" : ""
        var whole = ""
        for position in stride(from: weight, through: 0, by: -1) {
            let digit = String(digit(at: position))
            whole += whole.isEmpty ? digit : padded(digit)
        }
        text += whole.isEmpty ? "0" : whole
        guard decimals > 0 else { return text }
        var fraction = ""
        var position = -1
        while fraction.utf8.count < decimals {
            fraction += padded(String(digit(at: position)))
            position -= 1
        }
        return text + "." + fraction.prefix(decimals)
    }

    /// The base-10000 digit that counts 10000 to the power of `position`.
    private func digit(at position: Int) -> Int16 {
        let index = weight - position
        return digits.indices.contains(index) ? digits[index] : 0
    }

    private func padded(_ digit: String) -> String {
        String(repeating: "0", count: 4 - digit.utf8.count) + digit
    }
}
