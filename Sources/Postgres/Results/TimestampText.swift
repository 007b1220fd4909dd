/// The text form of a moment, in UTC: `2026-11-21 05:04:35.123456+00`, years 0001 to 9999.
enum TimestampText {
    /// 2000-01-01, from which Postgres counts, in microseconds since 1970-01-01.
    static let millenniumMicroseconds: Int64 = 946_684_800_000_000
    private static let microsecondsPerDay: Int64 = 86_400_000_000

    /// The bind for a `timestamptz`; nil outside the years that the form can write.
    static func string(microseconds: Int64) -> String? {
        let (day, rest) = microseconds.flooredDivision(by: microsecondsPerDay)
        let (year, month, dayOfMonth) = civil(fromDay: day)
        guard (1...9999).contains(year) else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(29)
        func put(_ value: Int64, digits: Int) {
            var divisor: Int64 = 1
            for _ in 1..<digits { divisor *= 10 }
            while divisor > 0 {
                text.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
                divisor /= 10
            }
        }
        put(year, digits: 4)
        text.append(UInt8(ascii: "-"))
        put(month, digits: 2)
        text.append(UInt8(ascii: "-"))
        put(dayOfMonth, digits: 2)
        text.append(UInt8(ascii: " "))
        put(rest / 3_600_000_000, digits: 2)
        text.append(UInt8(ascii: ":"))
        put(rest / 60_000_000 % 60, digits: 2)
        text.append(UInt8(ascii: ":"))
        put(rest / 1_000_000 % 60, digits: 2)
        text.append(UInt8(ascii: "."))
        put(rest % 1_000_000, digits: 6)
        text.append(contentsOf: "+00".utf8)
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads the ISO output style of a session whose time zone is UTC.
    static func microseconds(_ text: String) throws(CellError) -> Int64 {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) throws(CellError) -> Int64 {
            guard range.upperBound <= bytes.count else { throw .malformed("timestamp") }
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
                    throw .malformed("timestamp")
                }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return value
        }
        let day = days(
            fromYear: try number(0..<4),
            month: try number(5..<7),
            day: try number(8..<10)
        )
        let seconds = try number(11..<13) * 3600 + number(14..<16) * 60 + number(17..<19)
        var end = 19
        var fraction: Int64 = 0
        if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
            let start = end + 1
            end = bytes[start...].firstIndex { !(48...57).contains($0) } ?? bytes.count
            guard end - start <= 6 else { throw .malformed("timestamp") }
            fraction = try number(start..<end)
            for _ in (end - start)..<6 { fraction *= 10 }
        }
        // `timestamp` has no zone; any other zone than UTC would be a setting that we did not make.
        let zone = String(decoding: bytes[end...], as: UTF8.self)
        guard zone.isEmpty || zone == "+00" else { throw .malformed("timestamp at UTC") }
        return day * microsecondsPerDay + seconds * 1_000_000 + fraction
    }

    // Days and dates of the proleptic Gregorian calendar: years begin in March, so that the leap
    // day is the last, and 400 years are one era of 146,097 days.

    private static func days(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = year.flooredDivision(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    private static func civil(fromDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (day + 719_468).flooredDivision(by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Int64 {
    /// Quotient rounded down and the remainder, which is never negative.
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
