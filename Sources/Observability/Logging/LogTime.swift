import Glibc

/// A wall-clock instant for people and log stores; nothing is ever decided by it.
struct LogTime: Sendable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    var milliseconds: Int64

    static func now() -> LogTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return LogTime(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// RFC 3339 in UTC, such as `2026-11-21T05:30:00.123Z`.
    var description: String {
        let (seconds, fraction) = milliseconds.quotientAndRemainder(dividingBy: 1_000)
        let (days, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let date = Self.civil(daysSince1970: days)
        // Written into a frame: put together from small strings it takes ten times as long.
        var text = Array("0000-00-00T00:00:00.000Z".utf8)
        text.write(date.year, through: 3)
        text.write(date.month, through: 6)
        text.write(date.day, through: 9)
        text.write(second / 3_600, through: 12)
        text.write(second / 60 % 60, through: 15)
        text.write(second % 60, through: 18)
        text.write(fraction, through: 22)
        return String(decoding: text, as: UTF8.self)
    }

    /// The proleptic Gregorian date; years begin in March, so that leap days come last.
    private static func civil(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64)
    {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let isAfterNewYear = month >= 10
        return (
            yearOfEra + era * 400 + (isAfterNewYear ? 1 : 0),
            isAfterNewYear ? month - 9 : month + 3, day
        )
    }
}

extension [UInt8] {
    /// Writes the digits of a number that is not negative so that the last stands at `last`.
    fileprivate mutating func write(_ number: Int64, through last: Int) {
        var (rest, position) = (number, last)
        while rest > 0, position >= 0 {
            self[position] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
            position -= 1
        }
    }
}
