import Testing

@testable import HTTP

@Suite struct MessageTests {
    @Test(arguments: [
        (HTTPMethod("GET"), HTTPMethod.get), (HTTPMethod("get"), nil), (HTTPMethod(""), nil),
    ])
    func `a method is a token whose case counts`(method: HTTPMethod?, known: HTTPMethod?) {
        #expect((method == .get) == (known != nil))
        #expect(HTTPMethod("G T") == nil && HTTPMethod("G\u{e9}T") == nil)
    }

    @Test func `field names compare without case and keep their spelling`() {
        let name: HTTPFieldName = "X-ReQuest-ID"
        #expect(name == .requestID && name.hashValue == HTTPFieldName.requestID.hashValue)
        #expect(name.spelling == "X-ReQuest-ID")
        for text in ["x y", "", "x:", "x\u{e9}"] { #expect(HTTPFieldName(text) == nil) }
        #expect(name != "X-Request-I" && name != "X-Request-IE")
    }

    @Test func `fields keep order and duplicates`() {
        var fields: HTTPFields = ["Set-Cookie": "a", "Accept": "b", "set-cookie": "c"]
        #expect(fields["SET-COOKIE"] == "a" && fields.values("set-cookie") == ["a", "c"])
        fields["Set-Cookie"] = "d"
        #expect(fields.all.map(\.value) == ["b", "d"])
        fields[.accept] = nil
        #expect(fields.count == 1 && fields[.accept] == nil)
    }

    @Test(arguments: [
        ("a\r\nSet-Cookie: x", "a  Set-Cookie: x"), ("a\nb", "a b"), ("a\u{0}b", "a b"),
        (" a\t", "a"),
        ("\r\n", ""), ("a\tb", "a\tb"), ("caf\u{e9}", "caf\u{e9}"), ("a\u{7f}", "a"),
    ])
    func `no value can end its line`(value: String, stored: String) {
        var fields = HTTPFields()
        fields.append("X", value)
        #expect(fields["X"] == stored)
    }

    @Test func `a status knows its class`() {
        #expect(HTTPStatus.created.isSuccess && !HTTPStatus.found.isSuccess)
        #expect(HTTPStatus(103).isBodiless && HTTPStatus.noContent.isBodiless)
        #expect(HTTPStatus.notModified.isBodiless && !HTTPStatus.ok.isBodiless)
        #expect("\(HTTPStatus.notFound)" == "404 Not Found" && "\(HTTPStatus(299))" == "299")
    }
}

@Suite struct ASCIIClassTests {
    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let unreserved = letters + "-._~"
    private static let subDelims = "!$&'()*+,;="
    private static let path = unreserved + subDelims + ":@/%"

    @Test(arguments: [
        (ASCII.token, letters + "!#$%&'*+-.^_`|~"), (ASCII.unreserved, unreserved),
        (ASCII.path, path), (ASCII.query, path + "?[]"),
        (ASCII.registeredName, unreserved + subDelims + "%"),
    ])
    func `a class holds what its grammar names and nothing else`(
        members: ASCII.Class,
        grammar: String
    ) {
        for byte in UInt8.min...UInt8.max {
            #expect(members.contains(byte) == grammar.utf8.contains(byte), "byte \(byte)")
        }
    }

    @Test func `digits, blanks and values are what RFC 9110 says`() {
        for byte in UInt8.min...UInt8.max {
            let character = Character(Unicode.Scalar(byte))
            #expect(ASCII.isDigit(byte) == ("0"..."9" ~= character))
            #expect(ASCII.isFieldValue(byte) == (byte == 9 || byte >= 32 && byte != 127))
            let digit = byte < 128 ? character.hexDigitValue.map { UInt8($0) } : nil
            #expect(ASCII.hexadecimal(byte) == digit)
        }
    }
}
