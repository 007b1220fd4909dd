extension SimulatedTime {
    /// RFC 3339 with whole seconds: `2025-01-01T00:00:00Z`, or `2025-01-01T01:00:00+01:00` where
    /// the vendor writes in a zone of its own.
    ///
    /// - Parameter offset: the zone's, in minutes east of Greenwich; nil writes `Z`.
    package func rfc3339(offset: Int64? = nil) -> String {
        let local = CivilTime(secondsSinceEpoch: seconds + (offset ?? 0) * 60)
        guard let offset else { return local.text(between: "T") + "Z" }
        let sign = offset < 0 ? "-" : "+"
        let (hours, minutes) = (abs(offset) / 60, abs(offset) % 60)
        return local.text(between: "T") + "\(sign)\(padded(hours, 2)):\(padded(minutes, 2))"
    }

    /// RFC 3339 with milliseconds: `2025-01-01T00:00:00.000Z`.
    package var rfc3339WithMilliseconds: String {
        CivilTime(secondsSinceEpoch: seconds).text(between: "T")
            + ".\(padded(milliseconds - seconds * 1_000, 3))Z"
    }

    /// The date and the time of day: `2025-01-01 00:00:00`.
    ///
    /// - Parameter offset: of the zone it is written in, in minutes east of Greenwich.
    package func dateAndTime(offset: Int64 = 0) -> String {
        CivilTime(secondsSinceEpoch: seconds + offset * 60).text(between: " ")
    }

    /// The point in time that a text in RFC 3339 names; nil for any other text.
    package init?(rfc3339 text: String) {
        guard let time = CivilTime.reading(text) else { return nil }
        self = time
    }
}

private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// A date of the proleptic Gregorian calendar with a time of day.
private struct CivilTime {
    var year: Int64
    var month: Int64
    var day: Int64
    /// Since midnight.
    var second: Int64

    private static let secondsOfDay: Int64 = 86_400
    /// From March on, so that the leap day ends a year: days before each month of 31, 30, … days.
    private static let daysOfEra: Int64 = 146_097

    init(secondsSinceEpoch: Int64) {
        var days = secondsSinceEpoch / Self.secondsOfDay
        second = secondsSinceEpoch % Self.secondsOfDay
        if second < 0 {
            second += Self.secondsOfDay
            days -= 1
        }
        // Days since the first of March of the year 0; eras of 400 years have the same length.
        days += 719_468
        let era = (days >= 0 ? days : days - Self.daysOfEra + 1) / Self.daysOfEra
        let dayOfEra = days - era * Self.daysOfEra
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    private init(year: Int64, month: Int64, day: Int64, second: Int64) {
        (self.year, self.month, self.day, self.second) = (year, month, day, second)
    }

    private var secondsSinceEpoch: Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * Self.daysOfEra + dayOfEra - 719_468) * Self.secondsOfDay + second
    }

    func text(between separator: String) -> String {
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let (hour, minute) = (second / 3_600, second / 60 % 60)
        return date + separator
            + "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second % 60, 2))"
    }

    static func reading(_ text: String) -> SimulatedTime? {
        let pattern =
            /(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):?(\d\d))/
        guard let match = text.wholeMatch(of: pattern)?.output else { return nil }
        func number(_ digits: Substring?) -> Int64 { digits.flatMap { Int64($0) } ?? 0 }
        let time = CivilTime(
            year: number(match.1),
            month: number(match.2),
            day: number(match.3),
            second: number(match.4) * 3_600 + number(match.5) * 60 + number(match.6)
        )
        guard number(match.4) < 24, number(match.5) < 60, number(match.6) <= 60 else { return nil }
        let seconds = time.secondsSinceEpoch
        // A day that the month does not have comes back as another.
        guard CivilTime(secondsSinceEpoch: seconds).day == time.day else { return nil }
        let offset = (number(match.9) * 60 + number(match.10)) * (match.8 == "-" ? -60 : 60)
        let fraction = (match.7.map(String.init) ?? "").prefix(3)
        let milliseconds = number(
            Substring(fraction + String(repeating: "0", count: 3 - fraction.count))
        )
        return SimulatedTime(milliseconds: (seconds - offset) * 1_000 + milliseconds)
    }
}
