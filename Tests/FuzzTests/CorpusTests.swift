import Foundation
import FuzzTargets
import TestKit
import Testing

/// A short run of what `make fuzz` does at length: the corpus as it is, and mutated.
@Suite struct CorpusTests {
    static func corpus(of target: FuzzTarget, file: String = #filePath) throws -> [[UInt8]] {
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
            .appendingPathComponent("../../Fuzz/Corpus/\(target.rawValue)").standardized
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
            Array(try Data(contentsOf: folder.appendingPathComponent($0)))
        }
    }

    @Test(arguments: FuzzTarget.allCases) func `the corpus and its neighbours keep the promises`(
        target: FuzzTarget
    ) throws {
        let corpus = try Self.corpus(of: target)
        #expect(!corpus.isEmpty)
        var random = SeededGenerator(seed: 1)
        for input in corpus {
            target.run(input)
            for _ in 0..<40 {
                var bytes = input
                for _ in 0...Int(random.next() % 4) { bytes.mutate(&random, among: corpus) }
                target.run(bytes)
            }
        }
    }
}

extension [UInt8] {
    /// Changes, adds, drops or crosses a few bytes.
    fileprivate mutating func mutate(
        _ random: inout SeededGenerator,
        among corpus: [[UInt8]]
    ) {
        let place = isEmpty ? 0 : Int(random.next() % UInt64(count))
        switch random.next() % 5 {
        case 0 where !isEmpty: self[place] = UInt8(truncatingIfNeeded: random.next())
        case 1 where !isEmpty: self[place] ^= 1 << UInt8(random.next() % 8)
        case 2 where !isEmpty: removeSubrange(place..<Swift.min(count, place + 5))
        case 3:
            let other = corpus[Int(random.next() % UInt64(corpus.count))]
            insert(contentsOf: other.suffix(Int(random.next() % 20)), at: place)
        default: insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        }
    }
}
