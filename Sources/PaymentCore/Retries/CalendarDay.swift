/// A day of the Gregorian calendar, UTC.
struct CalendarDay: Sendable, Hashable {
    /// Since 1970-01-01.
    let number: Int64

    init(number: Int64) {
        self.number = number
    }

    init(of moment: Timestamp) {
        number = (moment.seconds - (moment.seconds % 86_400 + 86_400) % 86_400) / 86_400
    }

    var start: Timestamp { Timestamp(seconds: number * 86_400) }

    func adding(_ days: Int64) -> CalendarDay { CalendarDay(number: number + days) }

    /// 1...31.
    var day: Int { Int(Timestamp.civil(fromDays: number).2) }

    var isLastOfMonth: Bool { adding(1).day == 1 }
}
