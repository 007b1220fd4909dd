import JSON
import Testing

@Suite struct JSONParserTests {
    @Test(
        arguments: [
            ("null", JSONValue.null), (" true ", true), ("\tfalse\r\n", false), ("\"\"", ""),
            ("[]", []), ("{}", [:]), ("[ ]", []), ("{ }", [:]), ("[1 , 2]", [1, 2]),
            ("{\"a\" : [{\"b\":null}]}", ["a": [["b": nil]]]), ("{\"\":0}", ["": 0]),
            ("[[[[]]]]", [[[[]]]]), ("\"a\u{7f}b\"", "a\u{7f}b"), ("\"é€😀\"", "é€😀"),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
            (#""\ud83d\ude00""#, "😀"), (#""\uD834\uDD1E""#, "\u{1D11E}"), (#""\u0000""#, "\u{0}"),
            (#""\uFFFF""#, "\u{FFFF}"), (#""1234567\\""#, "1234567\\"),
            (#""12345678\n9""#, "12345678\n9"),
        ] as [(String, JSONValue)]
    )
    func `what RFC 8259 allows is read`(text: String, value: JSONValue) throws {
        #expect(try JSONValue.parse(text) == value)
    }

    @Test(
        arguments: [
            (JSONError.Code.empty, ""), (.empty, " \n"), (.unexpectedByte, "nil"),
            (.unexpectedEnd, "nul"), (.trailingInput, "nullx"), (.trailingInput, "1 2"),
            (.trailingInput, "{}}"), (.trailingInput, "[] #"), (.trailingInput, "\"a\"b"),
            (.unexpectedByte, "True"), (.unexpectedByte, "NaN"), (.unexpectedByte, "Infinity"),
            (.unexpectedByte, "'a'"), (.unexpectedByte, "{a:1}"), (.unexpectedByte, "{'a':1}"),
            (.unexpectedByte, "{\"a\":1,}"), (.unexpectedByte, "[1,]"), (.unexpectedByte, "[,1]"),
            (.unexpectedByte, "[1,,2]"), (.unexpectedByte, "{,}"), (.unexpectedByte, "{\"a\" 1}"),
            (.unexpectedByte, "{\"a\":}"), (.unexpectedByte, "[1 2]"), (.unexpectedByte, "[1}"),
            (.unexpectedByte, "{\"a\":1]"), (.unexpectedByte, "{\"a\":1 \"b\":2}"),
            (.unexpectedByte, "{1:2}"), (.unexpectedByte, "/* */ 1"), (.unexpectedByte, "[1//x\n]"),
            (.unexpectedByte, "\u{a0}1"), (.unexpectedByte, "\u{c}1"),
            (.unexpectedByte, "[1\u{b}]"),
            (.unexpectedByte, "]"), (.unexpectedByte, "\u{0}"), (.trailingInput, "1\u{0}"),
            (.unexpectedEnd, "["), (.unexpectedEnd, "[1"), (.unexpectedEnd, "[1,"),
            (.unexpectedEnd, "{"), (.unexpectedEnd, "{\"a\""), (.unexpectedEnd, "{\"a\":"),
            (.unexpectedEnd, "{\"a\":1"), (.unexpectedEnd, "{\"a\":1,"), (.unexpectedEnd, "\"abc"),
            (.unexpectedEnd, "\"abcdefghi"), (.unexpectedEnd, "\"\\"), (.unexpectedEnd, #""\u00"#),
            (.controlCharacter, "\"a\nb\""), (.controlCharacter, "\"\t\""),
            (.controlCharacter, "\"12345678\u{0}\""), (.controlCharacter, "\"\u{1f}\""),
            (.invalidEscape, #""\x41""#), (.invalidEscape, #""\a""#), (.invalidEscape, #""\'""#),
            (.invalidEscape, #""\u00g0""#), (.invalidEscape, #""\U0041""#),
            (.invalidEscape, #""\u+041""#),
            (.invalidEscape, "\"\\é\""), (.loneSurrogate, #""\ud800""#),
            (.loneSurrogate, #""\udc00""#),
            (.loneSurrogate, #""\ud800x""#), (.loneSurrogate, #""\ud800\n""#),
            (.loneSurrogate, #""\ud800\ud800""#), (.loneSurrogate, #""\ud800\u0041""#),
            (.loneSurrogate, #""\ude00\ud83d""#), (.byteOrderMark, "\u{feff}{}"),
            (.duplicateName, "{\"a\":1,\"a\":1}"), (.duplicateName, #"{"a":1,"b":2,"\u0061":3}"#),
            (.duplicateName, "{\"\u{e9}\":1,\"e\u{301}\":2}"),
        ] as [(JSONError.Code, String)]
    )
    func `what RFC 8259 forbids is refused`(code: JSONError.Code, text: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue.parse(text) }
        #expect(error?.code == code)
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80],
            [0xE0, 0x9F, 0xBF], [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xE2, 0x82, 0x28],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x98, 0x28], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ] as [[UInt8]]
    )
    func `bytes that are not UTF-8 are refused in strings and names`(sequence: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let texts = [
            [quote] + sequence + [quote],
            [quote] + sequence,
            Array("\"1234567".utf8) + sequence + Array("89abcdefgh\"".utf8),
            Array("{\"".utf8) + sequence + Array("\":1}".utf8),
        ]
        for text in texts {
            let error = #expect(throws: JSONError.self) { try JSONValue.parse(text) }
            #expect(error?.code == .invalidUTF8)
        }
    }

    @Test(arguments: [
        "é", "߿", "ࠀ", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}", "\u{80}",
    ])
    func `the first and last characters of each length are read`(character: String) throws {
        for padding in 0..<9 {
            let text = String(repeating: "a", count: padding) + character + "tail"
            #expect(try JSONValue.parse("\"\(text)\"") == .string(text))
        }
    }
}

@Suite struct JSONNumberTests {
    @Test(
        arguments: [
            ("0", 0), ("7", 7), ("-1", -1), ("12500", 12_500), ("10", 10),
            ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
        ] as [(String, Int64)]
    )
    func `an integer that fits is exact`(text: String, value: Int64) throws {
        #expect(try JSONValue.parse(text) == .integer(value))
    }

    @Test(arguments: [
        "-0", "1.0", "1e3", "1E3", "1e+3", "1e-3", "0.1", "-0.0", "0e0", "9223372036854775808",
        "-9223372036854775809", "12345678901234567890123456789", "1.5e300", "100.00",
        "-0.\(String(repeating: "0", count: 77))1", String(repeating: "9", count: 128),
    ])
    func `any other number keeps its digits and is no integer`(text: String) throws {
        let value = try JSONValue.parse(text)
        #expect(value == .number(text))
        #expect(value.integerValue == nil)
        #expect(value.bytes() == Array(text.utf8))
    }

    @Test(arguments: [
        "01", "-01", "00", "-", "+1", ".5", "1.", "1.e3", "1e", "1e+", "0x1", "1_000", "--1",
        "1.2.3",
        "1e1.5", "-.5", "٣", "1,5", "1e٣",
    ])
    func `what is not a JSON number is refused`(text: String) {
        #expect(throws: JSONError.self) { try JSONValue.parse(text) }
        #expect(throws: JSONError.self) { try JSONValue.parse("[\(text)]x") }
    }
}

@Suite struct JSONLimitTests {
    private func code(_ text: String, _ limits: JSONLimits) -> JSONError.Code? {
        do throws(JSONError) {
            _ = try JSONValue.parse(text, limits: limits)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `depth is counted over arrays and objects`() {
        let limits = JSONLimits(depth: 3)
        #expect(code("[{\"a\":[1]}]", limits) == nil)
        #expect(code("[{\"a\":[[]]}]", limits) == .tooDeep)
        #expect(code("1", JSONLimits(depth: 0)) == nil)
        #expect(code("[]", JSONLimits(depth: 0)) == .tooDeep)
        #expect(code(String(repeating: "[", count: 100_000), .standard) == .tooDeep)
        #expect(code(String(repeating: "{\"a\":", count: 100_000), .standard) == .tooDeep)
    }

    @Test func `size, strings, numbers and members stop at their limits`() {
        #expect(code("1234", JSONLimits(byteCount: 4)) == nil)
        #expect(code("12345", JSONLimits(byteCount: 4)) == .tooLarge)
        let strings = JSONLimits(stringByteCount: 4)
        #expect(code("\"abcd\"", strings) == nil)
        #expect(code("\"abcde\"", strings) == .stringTooLong)
        #expect(code("\"é€\"", strings) == .stringTooLong)
        #expect(code("\"éé\"", strings) == nil)
        #expect(code(#""\u20ac\u0041""#, strings) == nil)
        #expect(code(#""\u20ac\u0041b""#, strings) == .stringTooLong)
        #expect(code("{\"abcde\":1}", strings) == .stringTooLong)
        #expect(code("12345", JSONLimits(numberByteCount: 5)) == nil)
        #expect(code("-12345", JSONLimits(numberByteCount: 5)) == .numberTooLong)
        #expect(code(String(repeating: "9", count: 129), .standard) == .numberTooLong)
        let members = JSONLimits(memberCount: 2)
        #expect(code("[1,2]", members) == nil)
        #expect(code("[1,2,3]", members) == .tooManyMembers)
        #expect(code("{\"a\":1,\"b\":2,\"c\":3}", members) == .tooManyMembers)
    }

    @Test func `a name that comes again is found in a large object too`() {
        let names = (0..<100).map { "\"n\($0)\":0" }.joined(separator: ",")
        #expect(code("{\(names)}", .standard) == nil)
        for index in [0, 15, 16, 17, 99] {
            #expect(code("{\(names),\"n\(index)\":0}", .standard) == .duplicateName)
        }
    }

    @Test(arguments: [
        ("{\"a\":[0,{\"b\":tru}]}", "/a/1/b", 16), ("[1,2", "", 4),
        ("{\"a/b~c\":[x]}", "/a~1b~0c/0", 10),
        ("{\"a\":1,\"a\":2}", "/a", 7), ("{\"a\":{\"b\" 1}}", "/a/b", 10),
        ("[[],[[-]]]", "/1/0/0", 7),
        ("{\"a\":\"\\x\"}", "/a", 6), ("x", "", 0), ("{}x", "", 2),
    ])
    func `an error tells its place`(text: String, pointer: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue.parse(text) }
        #expect(error?.pointer.description == pointer)
        #expect(error?.offset == offset)
        #expect(error?.message.isEmpty == false)
    }

    @Test func `a pointer finds what it names`() throws {
        let value = try JSONValue.parse("{\"a\":[{\"b/c\":5}]}")
        let pointer = JSONPointer().appending("a").appending(0).appending("b/c")
        #expect(value[pointer] == 5)
        #expect(value[.root] == value)
        #expect(value[JSONPointer().appending("x").appending(1)] == nil)
        #expect(value["a"]?[0]?["b/c"]?.integerValue == 5)
        #expect(value["a"]?[1] == nil)
    }
}
