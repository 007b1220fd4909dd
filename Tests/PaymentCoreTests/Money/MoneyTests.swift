import PaymentCore
import Testing

@Suite struct MoneyTests {
    @Test func `sums are checked for overflow and currency`() throws {
        #expect(try Money(5, .usd).adding(Money(7, .usd)) == Money(12, .usd))
        #expect(throws: MoneyError.overflow) { try Money(.max, .usd).adding(Money(1, .usd)) }
        #expect(throws: MoneyError.overflow) { try Money(.min, .usd).subtracting(Money(1, .usd)) }
        #expect(throws: MoneyError.currenciesDiffer(.usd, .eur)) {
            try Money(1, .usd).adding(Money(1, .eur))
        }
    }

    @Test(arguments: [("USD", 2), ("JPY", 0), ("KWD", 3), ("UZS", 2), ("AFN", 2), ("ISK", 0)])
    func `a currency knows its minor digits`(code: String, exponent: Int) throws {
        #expect(try #require(Currency(code)).exponent == exponent)
    }

    @Test(arguments: ["usd", "XXX", "US", "USDT", "", "XAU"])
    func `what is not in the table is no currency`(code: String) {
        #expect(Currency(code) == nil)
    }
}

@Suite struct ExchangeRateTests {
    @Test(arguments: ["1", "0.9213", "12650.5", "0.000000000001"])
    func `a rate keeps its text`(text: String) throws {
        #expect(try #require(ExchangeRate(text)).text == text)
    }

    @Test(arguments: ["", "0", "0.0", ".5", "5.", "-1", "1e3", "1.2.3", "1,5", "0.0000000000001"])
    func `what is not a plain positive decimal is no rate`(text: String) {
        #expect(ExchangeRate(text) == nil)
    }

    @Test(arguments: [
        ("0.5", "USD", Int64(5), "EUR", Int64(2)),  // 2.5 rounds half to even
        ("0.5", "USD", 7, "EUR", 4),  // 3.5 rounds half to even
        ("149.32", "USD", 10_000, "JPY", 14_932),
        ("0.0067", "JPY", 10_000, "USD", 6_700),
        ("0.307", "USD", 10_000, "KWD", 30_700),
    ])
    func `conversion is exact and rounds half to even`(
        rate: String,
        base: String,
        amount: Int64,
        quote: String,
        expected: Int64
    ) throws {
        let from = try #require(Currency(base))
        let to = try #require(Currency(quote))
        let converted = try #require(ExchangeRate(rate)).convert(Money(amount, from), to: to)
        #expect(converted == Money(expected, to))
    }

    @Test func `a conversion that does not fit is nil`() throws {
        let rate = try #require(ExchangeRate("12650"))
        #expect(rate.convert(Money(.max, .usd), to: .eur) == nil)
    }

    @Test func `a conversion gives no more than an amount may be`() throws {
        let largest: Int64 = 9_007_199_254_740_991
        let one = try #require(ExchangeRate("1"))
        #expect(one.convert(Money(largest, .usd), to: .eur) == Money(largest, .eur))
        #expect(one.convert(Money(largest + 1, .usd), to: .eur) == nil)
        let rate = try #require(ExchangeRate("90000000000"))
        #expect(rate.convert(Money(99_900_000, .usd), to: .eur) == nil)
    }
}
