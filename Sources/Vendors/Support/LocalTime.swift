import PaymentCore

/// Times as vendors write them without a zone, `2024-11-20 14:05:33`, in a zone that their sheet
/// names by its offset from UTC (`+05:00`).
enum LocalTime {
    static func text(_ moment: Timestamp, offset: String) -> String? {
        // The distance between the same wall-clock time in UTC and there is the offset.
        guard let shifted = Timestamp(rfc3339: "2000-01-01T00:00:00\(offset)"),
            let plain = Timestamp(rfc3339: "2000-01-01T00:00:00Z")
        else { return nil }
        let local = String((moment + (plain - shifted)).rfc3339.prefix(19))
        return local.replacing("T", with: " ")
    }

    /// Nil for what is not such a time.
    static func moment(_ text: String, offset: String) -> Timestamp? {
        guard text.utf8.count == 19 else { return nil }
        return Timestamp(rfc3339: "\(text.replacing(" ", with: "T"))\(offset)")
    }
}
