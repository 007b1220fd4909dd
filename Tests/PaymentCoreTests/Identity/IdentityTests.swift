import PaymentCore
import Testing

@Suite struct IdentifierTests {
    @Test(arguments: [
        UUID7(high: 0, low: 0), UUID7(high: .max, low: .max),
        UUID7(milliseconds: 1_760_000_000_000, randomHigh: 0xABC, randomLow: 0x1234_5678_9ABC_DEF0),
        UUID7(high: 1, low: 1 << 63), UUID7(high: 1 << 63, low: 1),
    ])
    func `the text of an identifier reads back`(uuid: UUID7) throws {
        #expect(uuid.text.utf8.count == UUID7.textLength)
        #expect(UUID7(text: uuid.text) == uuid)
        #expect(IntentID(IntentID(uuid).description)?.uuid == uuid)
    }

    @Test func `the order of texts is the order of times`() {
        let early = UUID7(milliseconds: 1_000, randomHigh: .max, randomLow: .max)
        let late = UUID7(milliseconds: 1_001, randomHigh: 0, randomLow: 0)
        #expect(early < late)
        #expect(early.text < late.text)
    }

    @Test(arguments: [
        "", "pay_", "pay", "cus_00000000000000000000000000", "pay_0000000000000000000000000",
        "pay_000000000000000000000000000", "pay_0000000000000000000000000l",
        "PAY_00000000000000000000000000", "pay_80000000000000000000000000",
    ])
    func `another prefix, length, letter or size is no identifier`(text: String) {
        #expect(IntentID(text) == nil)
    }
}

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", Int64(0)),
        ("2026-11-21T09:30:15.123456Z", 1_795_253_415_123_456),
        ("2026-11-21T14:00:15.123456+04:30", 1_795_253_415_123_456),
        ("2024-02-29T23:59:59.9Z", 1_709_251_199_900_000),
        ("1969-12-31T23:59:59Z", -1_000_000),
        ("2000-03-01t00:00:00z", 951_868_800_000_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
        ("0000-12-31T23:00:00-01:00", -62_135_596_800_000_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ])
    func `an RFC 3339 time is read`(text: String, microseconds: Int64) throws {
        #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T09:30:15", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-11-21T24:00:00Z", "2026-11-21T09:60:00Z", "2026-11-21T09:30:60Z",
        "2026-11-21T09:30:15.Z", "2026-11-21 09:30:15Z", "2026-11-21T09:30:15+24:00",
        "2026-11-21T09:30:15Zx", "1900-02-29T00:00:00Z",
        // Outside the years that can be stored, some in UTC only.
        "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:00:00-01:00",
        "9999-12-31T23:59:59.999999-00:01",
    ])
    func `anything else is refused`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(arguments: [Int64(0), -1, 1_795_253_415_123_456, 4_102_444_800_000_000])
    func `what is written reads back`(microseconds: Int64) {
        let moment = Timestamp(microseconds: microseconds)
        #expect(Timestamp(rfc3339: moment.rfc3339) == moment)
    }
}
