extension Cell {
    static func int64Array(_ cell: borrowing Cell) throws(CellError) -> [Int64] {
        guard cell.type == .int8Array || cell.type == .int4Array else {
            throw .wrongType(wanted: "an array of integers")
        }
        return try elements(cell, of: cell.type == .int8Array ? .int8 : .int4, Cell.int64)
    }

    static func textArray(_ cell: borrowing Cell) throws(CellError) -> [String] {
        switch cell.type {
        case .textArray, .varcharArray, .nameArray: try elements(cell, of: .text, Cell.text)
        default: throw .wrongType(wanted: "an array of text")
        }
    }

    /// Reads the binary array format (`array_send`): dimensions, a null flag, the element type, then
    /// per dimension its length and lower bound, then the elements with their lengths.
    private static func elements<Element>(
        _ cell: borrowing Cell,
        of type: PostgresType,
        _ decode: (borrowing Cell) throws(CellError) -> Element
    ) throws(CellError) -> [Element] {
        guard cell.isBinary else { throw .wrongType(wanted: "an array in text format") }
        let dimensions = try cell.bigEndian(Int32.self, at: 0, whole: false)
        guard dimensions != 0 else { return [] }
        guard dimensions == 1 else { throw .wrongType(wanted: "a flat array") }
        let length = Int(try cell.bigEndian(Int32.self, at: 12, whole: false))
        guard length >= 0, length <= cell.count / 4 else { throw .malformed("array") }
        var result: [Element] = []
        result.reserveCapacity(length)
        var offset = 20
        for _ in 0..<length {
            let size = Int(try cell.bigEndian(Int32.self, at: offset, whole: false))
            offset += 4
            guard size >= 0 else { throw .wrongType(wanted: "an array without nulls") }
            guard offset + size <= cell.count else { throw .malformed("array") }
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: cell.bytes[offset..<offset + size])
            result.append(try decode(unsafe Cell(bytes: bytes, type: type, isBinary: true)))
            offset += size
        }
        return result
    }
}
