import Cryptography
import Testing

@Suite
struct BufferedRandomTests {
    @Test
    func `no word comes twice, also from many threads`() async {
        let words = await withTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<4 {
                group.addTask { (0..<1_000).map { _ in BufferedRandom().next() } }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(words).count == 4_000)
    }
}
