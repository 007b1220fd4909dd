import Logging

/// One record on its way to a line: everything in it is masked when the line is made.
package struct LogRecord: Sendable {
    var format: LogFormat
    var time: LogTime
    var level: Logger.Level
    var label: String
    var message: String
    var metadata: Logger.Metadata

    /// Keys that every line has; metadata under the same name is set apart by a prefix.
    static let reservedKeys: Set<String> = ["time", "level", "logger", "message"]

    /// The line, newline included.
    package var line: [UInt8] {
        var line = LogLine(format: format)
        line.append("time", verbatim: time.description)
        line.append("level", verbatim: level.rawValue)
        line.append("logger", label)
        line.append("message", message)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line.append(Self.reservedKeys.contains(key) ? "metadata." + key : key, value)
        }
        return line.finish()
    }
}
