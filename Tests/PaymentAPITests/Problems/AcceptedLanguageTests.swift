import PaymentCore
import Testing

@testable import PaymentAPI

struct AcceptedLanguageTests {
    @Test(arguments: [
        (nil, Language.english),
        ("", .english),
        ("ru", .russian),
        ("UZ", .uzbek),
        ("uz-Latn-UZ", .uzbek),
        ("fr", .english),
        ("fr, ru;q=0.5", .russian),
        ("en;q=0.3, ru;q=0.7, uz;q=0.5", .russian),
        ("ru;q=0.8, uz;q=0.8", .russian),
        ("ru;q=0, uz;q=0.1", .uzbek),
        ("ru;q=0", .english),
        ("*", .english),
        ("uz;q=0.9, *;q=0.1", .uzbek),
        (" ru ; q=1.000 ", .russian),
        ("ru;q=1.001, uz;q=0.2", .uzbek),
        ("ru;q=high, uz;q=0.2", .uzbek),
        ("ru;q=0.1234, uz;q=0.01", .uzbek),
    ])
    func `the heaviest language that we speak wins`(field: String?, expected: Language) {
        #expect(Language(accepting: field) == expected)
    }
}
