package import Logging

/// A swift-log backend: one record per event, handed to a `LogWriter`, which makes a masked line of it.
///
/// House rule: the message is constant text, what varies is metadata.
package struct StructuredLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level
    private let label: String
    private let format: LogFormat
    private let write: @Sendable (LogRecord) -> Void

    /// - Parameters:
    ///   - label: The logger's name, in the member `logger`.
    ///   - write: Takes a record; `LogWriter.write` in the service, a list in tests.
    package init(
        label: String,
        level: Logger.Level = .info,
        format: LogFormat = .json,
        metadataProvider: Logger.MetadataProvider? = .traceContext,
        write: @escaping @Sendable (LogRecord) -> Void
    ) {
        self.label = label
        self.logLevel = level
        self.format = format
        self.metadataProvider = metadataProvider
        self.write = write
    }

    /// Makes this the process's log backend; call once, before the first `Logger`.
    package static func bootstrap(_ writer: LogWriter, level: Logger.Level, format: LogFormat) {
        LoggingSystem.bootstrap(
            { label, provider in
                StructuredLogHandler(
                    label: label,
                    level: level,
                    format: format,
                    metadataProvider: provider,
                    write: { writer.write($0) }
                )
            },
            metadataProvider: .traceContext
        )
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata {
            if all.isEmpty { all = own } else { all.merge(own) { $1 } }
        }
        if let error = event.error { all["error"] = .string(String(describing: error)) }
        write(
            LogRecord(
                format: format,
                time: .now(),
                level: event.level,
                label: label,
                message: event.message.description,
                metadata: all
            )
        )
    }
}
