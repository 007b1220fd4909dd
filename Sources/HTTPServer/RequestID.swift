/// The id under which one request is found in logs and answers.
enum RequestID {
    /// Long enough for every scheme in use, short enough for a log line.
    private static let longest = 128

    /// `text` when it can be repeated in a log and a field: visible ASCII without quotes.
    static func accepted(_ text: String) -> String? {
        let isFit =
            !text.isEmpty && text.utf8.count <= longest
            && text.utf8.allSatisfy {
                $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            }
        return isFit ? text : nil
    }

    /// 128 random bits in hexadecimal.
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return hexadecimal(generator.next()) + hexadecimal(generator.next())
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
