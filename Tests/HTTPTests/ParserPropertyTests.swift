import HTTP
import TestKit
import Testing

@Suite struct ParserPropertyTests {
    /// `bytes` cut at random places, empty pieces included.
    private func pieces(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [[UInt8]] {
        var cuts = (0..<random.next() % 12).map { _ in
            Int.random(in: 0...bytes.count, using: &random)
        }
        cuts = [0] + cuts.sorted() + [bytes.count]
        return zip(cuts, cuts.dropFirst()).map { Array(bytes[$0..<$1]) }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `a damaged stream reads the same however it is cut`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limits = HTTPLimits(requestLineBytes: 60, headerBytes: 120, bodyBytes: 64)
        for text in Corpus.good {
            var bytes = Array(text.utf8)
            for _ in 0..<random.next() % 4 {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch random.next() % 4 {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1:
                    bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: index)
                case 2:
                    bytes.insert(
                        contentsOf: [0x0D, 0x0A, 0x20, 0x0A][..<Int(random.next() % 4)],
                        at: index
                    )
                default: bytes.remove(at: index)
                }
            }
            let whole = Reading([bytes], limits: limits)
            for _ in 0..<4 {
                #expect(Reading(pieces(bytes, &random), limits: limits) == whole)
            }
        }
    }
}
