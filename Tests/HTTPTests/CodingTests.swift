import HTTP
import Testing

@Suite struct CodingTests {
    @Test(arguments: [
        ("", ""), ("abc-._~", "abc-._~"), ("a b", "a%20b"),
        ("a/b?c=d&e+f", "a%2Fb%3Fc%3Dd%26e%2Bf"),
        ("é€😀", "%C3%A9%E2%82%AC%F0%9F%98%80"), ("100%", "100%25"), ("\n", "%0A"),
    ])
    func `percent coding goes both ways`(text: String, encoded: String) {
        #expect(PercentCoding.encode(text) == encoded)
        #expect(PercentCoding.decode(encoded) == text)
    }

    @Test(arguments: [
        "%", "%4", "%4g", "%g4", "a%", "%c3", "%ff", "%00", "\u{0}", "%c0%80", "%ed%a0%80",
    ])
    func `a broken escape or what is not text is refused`(encoded: String) {
        #expect(PercentCoding.decode(encoded) == nil)
        #expect(QueryItems("a=\(encoded)") == nil)
    }

    @Test func `a plus is a space in forms only`() {
        #expect(PercentCoding.decode("a+b%2b") == "a+b+")
        #expect(QueryItems("k=a+b%2b")?["k"] == "a b+")
    }

    @Test func `a form is written in order, with all it nests encoded`() {
        var form = FormEncoder()
        form.append("amount", 12_500)
        form.append("metadata[booking no]", "bk 1&2=é")
        form.append("capture", false)
        form.append("empty", "")
        let text = "amount=12500&metadata%5Bbooking+no%5D=bk+1%262%3D%C3%A9&capture=false&empty="
        #expect(form.bytes == Array(text.utf8))
        let items = QueryItems(form: form.bytes)
        #expect(items?.all.map(\.value) == ["12500", "bk 1&2=é", "false", ""])
        #expect(items?["metadata[booking no]"] == "bk 1&2=é")
    }

    @Test func `a query keeps duplicates and pairs without a value`() {
        let items = QueryItems("a=1&&b&a=2&c=x=y&=z")
        #expect(items?.values("a") == ["1", "2"])
        #expect(items?["b"]?.isEmpty == true)
        #expect(items?["c"] == "x=y" && items?[""] == "z" && items?["d"] == nil)
        #expect(QueryItems("")?.all.isEmpty == true)
    }

    @Test func `too many pairs are refused`() {
        let query = Array(repeating: "a=1", count: 5).joined(separator: "&")
        #expect(QueryItems(query, maximumCount: 5)?.all.count == 5)
        #expect(QueryItems(query, maximumCount: 4) == nil)
    }
}
