extension Timestamp {
    /// RFC 3339 in UTC with microseconds, for example `2026-11-21T09:30:00.000000Z`.
    package var rfc3339: String {
        var text: [UInt8] = []
        text.reserveCapacity(27)
        writeRFC3339(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the bytes of ``rfc3339``.
    package func writeRFC3339(to text: inout [UInt8]) {
        let (days, microsecondsOfDay) = microseconds.flooredQuotientAndRemainder(
            dividingBy: 86_400_000_000
        )
        let (year, month, day) = Self.civil(fromDays: days)
        let secondsOfDay = microsecondsOfDay / 1_000_000
        Self.append(year, 4, "-", to: &text)
        Self.append(month, 2, "-", to: &text)
        Self.append(day, 2, "T", to: &text)
        Self.append(secondsOfDay / 3_600, 2, ":", to: &text)
        Self.append(secondsOfDay / 60 % 60, 2, ":", to: &text)
        Self.append(secondsOfDay % 60, 2, ".", to: &text)
        Self.append(microsecondsOfDay % 1_000_000, 6, "Z", to: &text)
    }

    /// Parses RFC 3339 section 5.6 (any offset, up to nine fraction digits, truncated to
    /// microseconds); nil for anything else, also for impossible dates and leap seconds, and for
    /// moments outside the years 0001 to 9999 in UTC, which could be neither stored nor written.
    package init?(rfc3339 text: String) {
        var scanner = DigitScanner(Array(text.utf8))
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2),
            scanner.skip("-"), let day = scanner.number(2), scanner.skip("T", "t"),
            let hour = scanner.number(2), scanner.skip(":"), let minute = scanner.number(2),
            scanner.skip(":"), let second = scanner.number(2),
            let fraction = scanner.fraction(), let offset = scanner.offsetMinutes(),
            scanner.isAtEnd,
            (1...12).contains(month), (1...Self.days(inMonth: month, of: year)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Self.days(fromCivil: year, month, day)
        let seconds = days * 86_400 + hour * 3_600 + (minute - offset) * 60 + second
        guard Self.writableSeconds.contains(seconds) else { return nil }
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }

    /// The years 0001 to 9999 in UTC, in seconds since the Unix epoch.
    private static let writableSeconds: Range<Int64> = -62_135_596_800..<253_402_300_800

    /// A document has a handful of times, so their digits are written without intermediate strings.
    private static func append(
        _ value: Int64,
        _ width: Int,
        _ end: Unicode.Scalar,
        to text: inout [UInt8]
    ) {
        if value < 0 { text.append(UInt8(ascii: "-")) }
        var divisor = 1 as UInt64
        for _ in 1..<width { divisor *= 10 }
        // Only a year may have more digits than its place.
        while value.magnitude / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(value.magnitude / divisor % 10))
            divisor /= 10
        }
        text.append(UInt8(ascii: end))
    }

    private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // Proleptic Gregorian conversion with eras of 400 years that begin in March, so that the leap
    // day is the last of its year.
    private static func days(fromCivil year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.flooredQuotientAndRemainder(dividingBy: 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    static func civil(fromDays days: Int64) -> (Int64, Int64, Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredQuotientAndRemainder(dividingBy: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Int64 {
    fileprivate func flooredQuotientAndRemainder(dividingBy divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// Reads fixed-width digits from ASCII text.
private struct DigitScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number(_ width: Int) -> Int64? {
        guard position + width <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[position..<position + width] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        position += width
        return value
    }

    mutating func skip(_ choices: Unicode.Scalar...) -> Bool {
        guard position < bytes.count,
            choices.contains(where: { UInt8(ascii: $0) == bytes[position] })
        else { return false }
        position += 1
        return true
    }

    /// The fraction in microseconds; zero when there is none, nil when a dot has no digits.
    mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        var value: Int64 = 0
        var digits = 0
        while digits < 9, let digit = number(1) {
            if digits < 6 { value = value * 10 + digit }
            digits += 1
        }
        guard digits > 0 else { return nil }
        for _ in 0..<max(0, 6 - digits) { value *= 10 }
        return value
    }

    mutating func offsetMinutes() -> Int64? {
        if skip("Z", "z") { return 0 }
        let sign: Int64
        if skip("+") {
            sign = 1
        } else if skip("-") {
            sign = -1
        } else {
            return nil
        }
        guard let hours = number(2), hours < 24, skip(":"), let minutes = number(2), minutes < 60
        else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
