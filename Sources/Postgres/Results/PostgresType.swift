/// The type of a column, by its number in the catalogue (`pg_type.dat`).
struct PostgresType: Hashable, CustomStringConvertible {
    let oid: UInt32

    static let bool = PostgresType(oid: 16)
    static let bytea = PostgresType(oid: 17)
    static let char = PostgresType(oid: 18)
    static let name = PostgresType(oid: 19)
    static let int8 = PostgresType(oid: 20)
    static let int2 = PostgresType(oid: 21)
    static let int4 = PostgresType(oid: 23)
    static let text = PostgresType(oid: 25)
    static let oid = PostgresType(oid: 26)
    static let json = PostgresType(oid: 114)
    static let unknown = PostgresType(oid: 705)
    static let boolArray = PostgresType(oid: 1000)
    static let int4Array = PostgresType(oid: 1007)
    static let nameArray = PostgresType(oid: 1003)
    static let textArray = PostgresType(oid: 1009)
    static let varcharArray = PostgresType(oid: 1015)
    static let int8Array = PostgresType(oid: 1016)
    static let bpchar = PostgresType(oid: 1042)
    static let varchar = PostgresType(oid: 1043)
    static let timestamp = PostgresType(oid: 1114)
    static let timestamptz = PostgresType(oid: 1184)
    static let numeric = PostgresType(oid: 1700)
    static let uuid = PostgresType(oid: 2950)
    static let jsonb = PostgresType(oid: 3802)

    /// Types of extensions and of the schema itself: enums and text-like types among them.
    static let firstUserDefined: UInt32 = 16_384

    /// Whether its binary form is its text in UTF-8.
    var isTextual: Bool {
        switch self {
        case .text, .varchar, .bpchar, .char, .name, .json, .unknown: true
        default: oid >= Self.firstUserDefined
        }
    }

    var description: String {
        switch self {
        case .bool: "bool"
        case .bytea: "bytea"
        case .int8: "int8"
        case .int2: "int2"
        case .int4: "int4"
        case .text: "text"
        case .varchar: "varchar"
        case .json: "json"
        case .jsonb: "jsonb"
        case .numeric: "numeric"
        case .timestamp: "timestamp"
        case .timestamptz: "timestamptz"
        case .uuid: "uuid"
        case .int8Array: "int8[]"
        case .textArray: "text[]"
        default: "type \(oid)"
        }
    }
}
