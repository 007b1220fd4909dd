import ArgumentParser
import Foundation
import PaymentAPI

struct SchemasCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schemas",
        abstract: "Write the JSON Schema of every event's data into a folder."
    )

    @Argument(help: "The folder; it is made.") var folder: String

    func run() throws {
        let folder = URL(filePath: folder, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for file in EventSchema.files {
            try Data(file.text.utf8).write(to: folder.appending(path: file.name))
        }
    }
}
