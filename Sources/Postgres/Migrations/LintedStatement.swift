/// One statement as the lint reads it: words, their neighbours, and whether a relation is named.
struct LintedStatement {
    typealias Rule = SQLLint.Rule

    private let tokens: [SQLToken]

    init(_ tokens: [SQLToken]) { self.tokens = tokens }

    var findings: [(Rule, SQLToken)] {
        var findings: [(Rule, SQLToken)] = []
        if let first = tokens.first, let rule = rule(ofLeading: first) {
            findings.append((rule, first))
        }
        for index in tokens.indices {
            if let rule = rule(at: index) { findings.append((rule, tokens[index])) }
        }
        return findings + qualifiedNames.map { (.qualifiedName, $0) }
    }

    func text(of token: SQLToken) -> String {
        switch token.kind {
        case .word(let word): word
        case .quotedName(let name), .variable(let name): "\"\(name)\""
        case .literal: "a literal"
        case .symbol(let symbol): String(UnicodeScalar(symbol))
        }
    }

    // MARK: Words

    private static let volatileFunctions: Set<String> = [
        "random", "setseed", "gen_random_uuid", "gen_random_bytes", "uuid_generate_v1",
        "uuid_generate_v1mc", "uuid_generate_v4", "clock_timestamp", "timeofday", "nextval",
        "setval", "currval", "lastval", "pg_sleep", "txid_current", "pg_current_xact_id",
        "pg_notify", "set_config", "pg_cancel_backend", "pg_terminate_backend",
    ]
    private static let serialTypes: Set<String> = [
        "serial", "serial2", "serial4", "serial8", "bigserial", "smallserial",
    ]

    /// What the first word of the statement forbids.
    private func rule(ofLeading token: SQLToken) -> Rule? {
        switch token.word {
        case "set", "reset", "listen", "unlisten", "notify", "lock", "discard", "prepare",
            "deallocate", "load":
            .sessionState
        case "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release",
            "vacuum":
            .transactionControl
        case "do", "call": .procedure
        default: nil
        }
    }

    /// What the word at `index` forbids, by itself or with its neighbours.
    private func rule(at index: Int) -> Rule? {
        guard let word = tokens[index].word else { return nil }
        switch word {
        case "trigger" where isCreated(index): return .trigger
        case "rule" where isCreated(index): return .rewriteRule
        case "function", "procedure", "aggregate":
            return isCreated(index) ? .procedure : nil
        case "sequence" where isCreated(index): return .sequence
        case "temporary", "temp", "unlogged":
            return isCreated(index) ? .sessionState : nil
        case "inherits", "inherit": return .inheritance
        case "concurrently": return .transactionControl
        case "current_setting": return .currentSetting
        case "type": return isTypeChange(index) ? .columnType : nil
        case "identity": return self.word(index - 1) == "as" ? .sequence : nil
        default: break
        }
        if Self.serialTypes.contains(word), !isRelation(index) { return .sequence }
        guard isSymbol(index + 1, "(") else { return nil }
        let isVolatile =
            Self.volatileFunctions.contains(word) || word.hasPrefix("pg_advisory_")
            || word.hasPrefix("pg_try_advisory_")
        return isVolatile ? .volatileFunction : nil
    }

    /// Whether the word is what a `CREATE [OR REPLACE] [CONSTRAINT ..]` makes.
    private func isCreated(_ index: Int) -> Bool {
        var words = tokens[..<index].map(\.word)[...]
        guard words.popFirst() == "create" else { return false }
        let fillers: Set<String?> = [
            "or", "replace", "constraint", "event", "temporary", "temp", "unlogged",
        ]
        return words.allSatisfy(fillers.contains)
    }

    /// `ALTER TABLE .. ALTER [COLUMN] name [SET DATA] TYPE`.
    private func isTypeChange(_ index: Int) -> Bool {
        guard word(0) == "alter", word(1) == "table" else { return false }
        let before = word(index - 1) == "data" && word(index - 2) == "set" ? index - 3 : index - 1
        return before > 2 && tokens[before].isName && word(before) != "column"
            && (word(before - 1) == "column" || word(before - 1) == "alter")
    }

    // MARK: Qualified names

    /// Words after which a relation (or a type being made) is named.
    private static let namesFollow: Set<String> = [
        "from", "join", "into", "update", "references", "table", "only", "view", "truncate",
        "exists", "using", "of", "index", "sequence", "type", "domain", "on",
    ]
    /// Words that may stand between those and the name.
    private static let fillers: Set<String> = ["only", "if", "not", "exists", "table", "lateral"]

    /// Names with a dot where a relation is expected, and functions called with their schema.
    private var qualifiedNames: [SQLToken] {
        tokens.indices.filter { index in
            tokens[index].isName && isSymbol(index + 1, ".") && index + 2 < tokens.count
                && tokens[index + 2].isName && !isSymbol(index - 1, ".")
                && (isRelation(index) || isSymbol(index + 3, "(") || isSymbol(index + 3, "."))
        }.map { tokens[$0] }
    }

    private func isRelation(_ index: Int) -> Bool {
        var before = index - 1
        while let filler = word(before), Self.fillers.contains(filler), filler != "table" {
            before -= 1
        }
        if isSymbol(before, ",") { return isListedRelation(before) }
        guard let word = word(before), Self.namesFollow.contains(word) else { return false }
        return switch word {
        case "from": !isPartOfExpression(before)
        // `JOIN .. ON a.x = b.x` compares columns; `CREATE INDEX .. ON t`, `GRANT .. ON t` name one.
        case "on": ["create", "grant", "revoke", "comment"].contains(self.word(0) ?? "")
        case "of": self.word(before - 1) == "partition"
        // `DELETE .. USING t` names one; `USING (column)` and `USING gin` have no dot.
        case "exists": self.word(before - 1) == "if" || self.word(before - 1) == "not"
        // `ON CONFLICT .. DO UPDATE SET`, `FOR UPDATE`: the name follows only the leading word.
        case "update": self.word(before - 1) != "for"
        default: true
        }
    }

    /// `FROM a, b`: after the comma a relation is named again, if the list began with FROM.
    private func isListedRelation(_ comma: Int) -> Bool {
        var depth = 0
        for index in stride(from: comma - 1, through: 0, by: -1) {
            if isSymbol(index, ")") { depth += 1 }
            if isSymbol(index, "(") { depth -= 1 }
            if depth < 0 { return false }
            guard depth == 0, let word = word(index) else { continue }
            switch word {
            case "from": return !isPartOfExpression(index)
            case "truncate", "grant", "revoke": return index == 0
            case "on": return ["grant", "revoke"].contains(self.word(0) ?? "")
            case "select", "where", "set", "by", "returning", "values", "having", "limit":
                return false
            default: continue
            }
        }
        return false
    }

    /// `IS DISTINCT FROM x.y`, `EXTRACT(.. FROM x.y)`: no relation follows.
    private func isPartOfExpression(_ from: Int) -> Bool {
        if word(from - 1) == "distinct" { return true }
        var depth = 0
        for index in stride(from: from - 1, through: 0, by: -1) {
            if isSymbol(index, ")") { depth += 1 }
            guard isSymbol(index, "(") else { continue }
            if depth == 0 {
                let functions: Set<String?> = [
                    "extract", "substring", "trim", "overlay", "position",
                ]
                return functions.contains(word(index - 1))
            }
            depth -= 1
        }
        return false
    }

    // MARK: Neighbours

    private func word(_ index: Int) -> String? {
        tokens.indices.contains(index) ? tokens[index].word : nil
    }

    private func isSymbol(_ index: Int, _ symbol: Unicode.Scalar) -> Bool {
        tokens.indices.contains(index) && tokens[index].isSymbol(symbol)
    }
}
