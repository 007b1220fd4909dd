import Dispatch
import Foundation
import Storage
import Synchronization
import Testing

/// Key files are made by whoever comes first, and are nobody else's to read, not for a moment.
@Suite struct OwnFileTests {
    /// Runs `body` with a folder of its own.
    private static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        defer { StorageFixture.remove(folder) }
        try body(folder)
    }

    /// Files of the folder that others than their owner may read or write.
    private static func exposed(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { name in
            // Silence is right: a draft may be gone by now.
            let found = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            let mode = found?[.posixPermissions] as? Int
            return mode.map { $0 & 0o077 != 0 } ?? false
        }
    }

    @Test func `of many makers one whole file stands, and no draft is left`() throws {
        try Self.withFolder { folder in
            let exposed = Mutex<Set<String>>([])
            for round in 0..<200 {
                let path = "\(folder)/\(round)"
                let failures = Mutex<[String]>([])
                DispatchQueue.concurrentPerform(iterations: 8) { maker in
                    if maker == 7 {
                        let found = Self.exposed(in: folder)
                        return exposed.withLock { $0.formUnion(found) }
                    }
                    do {
                        try OwnFile.make(path, Array(repeating: UInt8(maker), count: 5_000))
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                    }
                }
                #expect(failures.withLock { $0 } == [])
                let made = [UInt8](try Data(contentsOf: URL(filePath: path)))
                #expect(made.count == 5_000)
                #expect(Set(made).count == 1)
            }
            #expect(exposed.withLock { $0 } == [])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 200)
        }
    }

    @Test func `a file that is there stays as it is`() throws {
        try Self.withFolder { folder in
            let path = "\(folder)/keys"
            try OwnFile.make(path, [1])
            try OwnFile.make(path, [2])
            #expect(try Data(contentsOf: URL(filePath: path)) == Data([1]))
            #expect(Self.exposed(in: folder) == [])
        }
    }

    @Test func `what cannot be made is told`() throws {
        try Self.withFolder { folder in
            #expect { try OwnFile.make("\(folder)/none/keys", [1]) } throws: {
                "\($0)".contains("No such file")
            }
        }
    }
}
