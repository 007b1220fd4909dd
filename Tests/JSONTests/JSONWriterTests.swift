import JSON
import TestKit
import Testing

@Suite struct JSONWriterTests {
    @Test func `a writer writes compact JSON in order`() {
        var writer = JSONWriter()
        writer.object {
            $0.member("amount", 12_500)
            $0.member("currency", "USD")
            $0.member("live", false)
            $0.member("note", nil as String?)
            $0.member("count", nil as Int?)
            $0.null("fx")
            $0.array("items") {
                $0.object { $0.member("sku", "a") }
                $0.object { _ in }
                $0.element(1)
                $0.element("two")
                $0.element(true)
                $0.null()
                $0.array { $0.element(3) }
            }
            $0.object("metadata") { _ in }
            $0.member("tree", ["b": 1, "a": [nil]])
            $0.member("stored", raw: Array("{\"x\":1}".utf8))
        }
        #expect(
            writer.text
                == #"{"amount":12500,"currency":"USD","live":false,"note":null,"count":null,"#
                + #""fx":null,"items":[{"sku":"a"},{},1,"two",true,null,[3]],"metadata":{},"#
                + #""tree":{"b":1,"a":[null]},"stored":{"x":1}}"#
        )
    }

    @Test func `strings are escaped where they must be and nowhere else`() {
        let value = JSONValue.string("\"\\/\u{0}\u{8}\u{c}\n\r\t\u{1f}\u{7f}é😀")
        #expect(value.text == #""\"\\/\u0000\u0008\u000c\n\r\t\u001f"# + "\u{7f}é😀\"")
    }

    @Test func `the canonical form does not depend on spelling`() throws {
        let one = try JSONValue.parse(#"{ "b": [1, {"z":0,"a":"\u0041\/"}], "a": 1.50, "é":2 }"#)
        let other = try JSONValue.parse(#"{"\u00e9":2,"a":1.50,"b":[1,{"a":"A/","z":0}]}"#)
        #expect(one.canonicalBytes() == other.canonicalBytes())
        let text = String(decoding: one.canonicalBytes(), as: UTF8.self)
        #expect(text == #"{"a":1.50,"b":[1,{"a":"A/","z":0}],"é":2}"#)
    }

    @Test func `the canonical form tells different values apart`() throws {
        let texts = [
            "1", "1.0", "\"1\"", "[1]", "[1,1]", "{}", "[]", "null", "-0", "0", "true", "\"\"",
        ]
        let forms = try texts.map { try JSONValue.parse($0).canonicalBytes() }
        #expect(Set(forms).count == texts.count)
    }

    @Test func `an object keeps its order through changes`() {
        var object = JSONObject([("a", 1), ("b", 2)])
        object["a"] = 3
        object["c"] = 4
        object["b"] = nil
        #expect(object.names == ["a", "c"] && object["a"] == 3 && object.count == 2)
    }
}

@Suite struct JSONPropertyTests {
    @Test(arguments: 0..<64 as Range<UInt64>)
    func `any tree survives writing and reading`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let value = random.value(depth: 4)
        #expect(try JSONValue.parse(value.bytes()) == value)
        let canonical = try JSONValue.parse(value.canonicalBytes())
        #expect(canonical.canonicalBytes() == value.canonicalBytes())
    }

    @Test(arguments: 0..<64 as Range<UInt64>)
    func `no damage to a text crashes the parser or passes for JSON twice`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = random.value(depth: 3).bytes()
        for _ in 0..<20 {
            var damaged = bytes
            let index = Int.random(in: 0..<damaged.count, using: &random)
            damaged[index] = UInt8.random(in: 0...255, using: &random)
            do throws(JSONError) {
                let value = try JSONValue.parse(damaged)
                #expect(try JSONValue.parse(value.bytes()) == value)
            } catch {
                #expect(error.offset <= damaged.count)
            }
        }
        for end in stride(from: 0, to: bytes.count, by: 1 + bytes.count / 100) {
            // Only a number can end early and still be one.
            guard bytes[0] == UInt8(ascii: "[") || bytes[0] == UInt8(ascii: "{") else { break }
            #expect(throws: JSONError.self) { try JSONValue.parse(Array(bytes[..<end])) }
        }
    }
}

extension SeededGenerator {
    mutating func value(depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &self) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &self))
        case 2: return .integer(Int64.random(in: Int64.min...Int64.max, using: &self))
        case 3: return .number("\(Int.random(in: 0..<1_000, using: &self)).\(next() % 1_000)e-2")
        case 4, 5: return .string(text())
        case 6, 7:
            return .array((0..<next() % 5).map { _ in value(depth: depth - 1) })
        default:
            return .object(
                JSONObject((0..<next() % 25).map { _ in (text(), value(depth: depth - 2)) })
            )
        }
    }

    mutating func text() -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "Z", "\"", "\\", "/", "\n", "\u{0}", "\u{1f}", " ", "é", "€", "😀",
        ]
        var scalars = String.UnicodeScalarView()
        for _ in 0..<next() % 24 { scalars.append(alphabet[Int(next() % 12)]) }
        return String(scalars)
    }
}
