/// One setting as an operator sees it.
struct SettingDescription: Sendable {
    let name: String
    let about: String
    /// For example `milliseconds`; empty where there is none.
    let unit: String
    let defaultValue: String
    /// The accepted values, for example `1...65535`.
    let accepted: String
    let isSecret: Bool
    let value: String
    /// Where the value comes from: `default`, `environment` or the file.
    let source: String

    /// The value as it may be shown.
    var shownValue: String { isSecret && !value.isEmpty ? "•••" : value }
}

/// A setting that stops the start, named.
struct SettingError: Error, CustomStringConvertible {
    let name: String
    let reason: String

    var description: String { "\(name): \(reason)" }

    /// What works even when a setting is wrong.
    static let advice = "`gateway config --reference` lists every setting with its accepted values"
}

/// Reads typed settings from the environment and an optional file, and remembers each with its
/// documentation, so that what is printed and documented is what is read.
struct SettingReader {
    private let environment: [String: String]
    private let file: [String: String]
    private(set) var settings: [SettingDescription] = []

    init(environment: [String: String], file: [String: String]) {
        self.environment = environment
        self.file = file
    }

    mutating func text(
        _ name: String,
        default fallback: String,
        isSecret: Bool = false,
        _ about: String
    ) throws(SettingError) -> String {
        take(name, fallback, unit: "", accepted: "text", isSecret: isSecret, about)
    }

    /// A base address without a trailing slash; empty text is none.
    mutating func url(_ name: String, _ about: String) throws(SettingError) -> String {
        let value = take(name, "", unit: "", accepted: "URL", isSecret: false, about)
        guard !value.isEmpty else { return value }
        let scheme = ["https://", "http://"].first { value.hasPrefix($0) }
        guard let scheme, value.utf8.count > scheme.utf8.count, !value.hasSuffix("/"),
            value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !value.contains(where: { "?#\"<>\\".contains($0) })
        else {
            throw SettingError(
                name: name,
                reason: "“\(value)” is no http(s) URL without query and trailing slash"
            )
        }
        return value
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        default fallback: Choice,
        _ about: String
    ) throws(SettingError) -> Choice {
        let accepted = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        let text = take(
            name,
            fallback.rawValue,
            unit: "",
            accepted: accepted,
            isSecret: false,
            about
        )
        guard let choice = Choice(rawValue: text) else {
            throw SettingError(name: name, reason: "“\(text)” is not one of \(accepted)")
        }
        return choice
    }

    mutating func flag(
        _ name: String,
        default fallback: Bool,
        _ about: String
    ) throws(SettingError) -> Bool {
        let text = take(
            name,
            fallback ? "true" : "false",
            unit: "",
            accepted: "true, false",
            isSecret: false,
            about
        )
        switch text {
        case "true": return true
        case "false": return false
        default: throw SettingError(name: name, reason: "“\(text)” is neither true nor false")
        }
    }

    mutating func integer(
        _ name: String,
        default fallback: Int,
        in range: ClosedRange<Int>,
        unit: String = "",
        _ about: String
    ) throws(SettingError) -> Int {
        let accepted = "\(range.lowerBound)...\(range.upperBound)"
        let text = take(
            name,
            String(fallback),
            unit: unit,
            accepted: accepted,
            isSecret: false,
            about
        )
        guard let value = Int(text) else {
            throw SettingError(name: name, reason: "“\(text)” is not a whole number")
        }
        guard range.contains(value) else {
            throw SettingError(name: name, reason: "\(value) is outside \(accepted)")
        }
        return value
    }

    mutating func milliseconds(
        _ name: String,
        default fallback: Int,
        in range: ClosedRange<Int>,
        _ about: String
    ) throws(SettingError) -> Duration {
        .milliseconds(
            try integer(name, default: fallback, in: range, unit: "milliseconds", about)
        )
    }

    mutating func seconds(
        _ name: String,
        default fallback: Int,
        in range: ClosedRange<Int>,
        _ about: String
    ) throws(SettingError) -> Duration {
        .seconds(try integer(name, default: fallback, in: range, unit: "seconds", about))
    }

    /// Comma-separated words; empty text is no word.
    mutating func list(
        _ name: String,
        default fallback: String,
        _ about: String
    ) throws(SettingError) -> [String] {
        take(name, fallback, unit: "", accepted: "comma-separated", isSecret: false, about)
            .split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    }

    /// Comma-separated words that are not shown.
    mutating func secretList(
        _ name: String,
        _ about: String
    ) throws(SettingError) -> [String] {
        take(name, "", unit: "", accepted: "comma-separated", isSecret: true, about)
            .split(separator: ",").map(String.init)
    }

    /// Refuses settings that nobody reads: a typo must not pass silently.
    func refuseUnknown(prefix: String) throws(SettingError) {
        let known = Set(settings.map(\.name))
        for name in (environment.keys.filter { $0.hasPrefix(prefix) } + file.keys).sorted()
        where !known.contains(name) {
            throw SettingError(name: name, reason: "there is no such setting")
        }
    }

    private mutating func take(
        _ name: String,
        _ fallback: String,
        unit: String,
        accepted: String,
        isSecret: Bool,
        _ about: String
    ) -> String {
        let (value, source) =
            if let value = environment[name] {
                (value, "environment")
            } else if let value = file[name] {
                (value, "file")
            } else {
                (fallback, "default")
            }
        settings.append(
            SettingDescription(
                name: name,
                about: about,
                unit: unit,
                defaultValue: fallback,
                accepted: accepted,
                isSecret: isSecret,
                value: value,
                source: source
            )
        )
        return value
    }
}
