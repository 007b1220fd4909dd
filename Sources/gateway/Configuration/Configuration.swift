import Observability
import PaymentAPI

/// Every setting of the service, with its type, unit, default and range. `gateway config` prints
/// this table; `docs/operations.md` repeats it and a test holds the two together.
struct Configuration: Sendable {
    enum LogLevel: String, CaseIterable, Sendable {
        case trace
        case debug
        case info
        case notice
        case warning
        case error
    }

    /// Which addresses may be connected to where tenants choose the URL.
    enum PermittedAddresses: String, CaseIterable, Sendable {
        case publicOnly = "public"
        case any
    }

    let settings: [SettingDescription]

    // Process
    let loops: Int
    let logLevel: LogLevel
    let logFormat: LogFormat
    let accessLog: Bool
    let traceLog: Bool
    let drainTime: Duration
    let migrationsFolder: String

    // HTTP
    let host: String
    let port: Int
    let maximumConnections: Int
    let headerTimeout: Duration
    let bodyTimeout: Duration
    let idleTimeout: Duration
    let writeTimeout: Duration
    let requestDeadline: Duration
    let maximumBody: Int
    let maximumWebhookBody: Int
    let tlsCertificate: String
    let tlsKey: String
    let tlsClientCA: String
    let trustedProxies: [String]
    let forwardedField: TrustedProxies.Field
    let webhookNetworks: [String]
    let metricsPort: Int
    let ratePerKey: Int
    let ratePerAddress: Int

    // Database
    let databaseURL: String
    let databaseConnections: Int
    let databaseWait: Duration
    let statementTimeout: Duration
    let preparedStatements: Bool

    // Keys
    let keyFile: String
    let ledgerKeyFile: String
    let keyService: String
    let keyEndpoint: String
    let googleCredentials: String
    let keyLifetime: Duration
    let secretEndpoint: String
    let secretLifetime: Duration

    // Vendors
    let vendorAddresses: PermittedAddresses
    let vendorCA: String
    let publicURL: String
    let rateAge: Duration
    let pageLifetime: Duration
    let escalationAge: Duration
    let breakerWindow: Duration
    let breakerCalls: Int
    let breakerPercent: Int
    let breakerSlow: Duration
    let breakerPause: Duration

    // Events
    let eventNamespace: String
    let eventReceivers: PermittedAddresses
    let kafka: KafkaSettings
    let problemBase: String

    // Work
    let pollInterval: Duration
    let jobConcurrency: Int
    let idempotencyLifetime: Duration
    let webhookRetention: Duration
    let eventRetention: Duration

    // Tests
    let clockError: Duration

    /// The prefix of every setting's name in the environment.
    static let prefix = "GATEWAY_"

    init(environment: [String: String], file: [String: String] = [:]) throws(SettingError) {
        var read = SettingReader(environment: environment, file: file)
        _ = try read.text(
            "GATEWAY_CONFIG_FILE",
            default: "",
            "a file of NAME=value lines; the environment wins over it"
        )
        loops = try read.integer(
            "GATEWAY_LOOPS",
            default: 1,
            in: 1...256,
            unit: "threads",
            "event loops; one per core that the database does not need"
        )
        logLevel = try read.choice("GATEWAY_LOG_LEVEL", default: .info, "the least level logged")
        logFormat = try read.choice("GATEWAY_LOG_FORMAT", default: .json, "the form of log lines")
        accessLog = try read.flag(
            "GATEWAY_ACCESS_LOG",
            default: true,
            "one log line per request, probes left out"
        )
        traceLog = try read.flag(
            "GATEWAY_TRACE_LOG",
            default: false,
            "a log line for each span of sampled traces: requests, and their calls to vendors"
        )
        drainTime = try read.seconds(
            "GATEWAY_DRAIN_SECONDS",
            default: 30,
            in: 0...3_600,
            "how long running requests and jobs may take after SIGTERM"
        )
        migrationsFolder = try read.text(
            "GATEWAY_MIGRATIONS",
            default: "migrations",
            "the folder of the migrations"
        )

        host = try read.text(
            "GATEWAY_HTTP_HOST",
            default: "127.0.0.1",
            "the IP address that is listened on, no name; 0.0.0.0 or :: for all"
        )
        port = try read.integer(
            "GATEWAY_HTTP_PORT",
            default: 8_080,
            in: 0...65_535,
            unit: "port",
            "the port that is listened on; 0 takes a free one"
        )
        maximumConnections = try read.integer(
            "GATEWAY_HTTP_CONNECTIONS",
            default: 10_000,
            in: 1...1_000_000,
            unit: "connections",
            "client connections per loop, as descriptors allow; more are answered 503, or wait under TLS"
        )
        headerTimeout = try read.milliseconds(
            "GATEWAY_HTTP_HEADER_MS",
            default: 10_000,
            in: 10...600_000,
            "the time a client has for the head of a request"
        )
        bodyTimeout = try read.milliseconds(
            "GATEWAY_HTTP_BODY_MS",
            default: 30_000,
            in: 10...600_000,
            "the time a client has for the body of a request"
        )
        idleTimeout = try read.milliseconds(
            "GATEWAY_HTTP_IDLE_MS",
            default: 75_000,
            in: 10...3_600_000,
            "how long a kept connection may be silent"
        )
        writeTimeout = try read.milliseconds(
            "GATEWAY_HTTP_WRITE_MS",
            default: 30_000,
            in: 10...600_000,
            "the time a client has for each 16 KiB of an answer"
        )
        requestDeadline = try read.milliseconds(
            "GATEWAY_HTTP_DEADLINE_MS",
            default: 60_000,
            in: 100...600_000,
            "when a request is answered 504; its work goes on"
        )
        maximumBody = try read.integer(
            "GATEWAY_HTTP_BODY_BYTES",
            default: 262_144,
            in: 1_024...16_777_216,
            unit: "bytes",
            "the largest body of an API request"
        )
        maximumWebhookBody = try read.integer(
            "GATEWAY_WEBHOOK_BODY_BYTES",
            default: 1_048_576,
            in: 1_024...16_777_216,
            unit: "bytes",
            "the largest body of a vendor's notification"
        )
        tlsCertificate = try read.text(
            "GATEWAY_TLS_CERTIFICATE",
            default: "",
            "a PEM chain; with it the listener speaks TLS, read again on SIGHUP"
        )
        tlsKey = try read.text("GATEWAY_TLS_KEY", default: "", "the PEM key of the certificate")
        tlsClientCA = try read.text(
            "GATEWAY_TLS_CLIENT_CA",
            default: "",
            "PEM authorities; with them clients must show a certificate"
        )
        trustedProxies = try read.list(
            "GATEWAY_TRUSTED_PROXIES",
            default: "",
            "addresses or networks of proxies whose word about a client's address is believed"
        )
        forwardedField = try read.choice(
            "GATEWAY_FORWARDED_FIELD",
            default: .xForwardedFor,
            "the field in which they say it, read from the right"
        )
        webhookNetworks = try read.list(
            "GATEWAY_WEBHOOK_NETWORKS",
            default: "",
            "vendor=network pairs: where notifications may come from, unless the account says it"
        )
        metricsPort = try read.integer(
            "GATEWAY_METRICS_PORT",
            default: 0,
            in: 0...65_535,
            unit: "port",
            "a port of health and metrics alone, in plain HTTP, whatever the roles; 0 is none"
        )
        ratePerKey = try read.integer(
            "GATEWAY_RATE_PER_KEY",
            default: 1_000,
            in: 1...1_000_000,
            unit: "requests per second",
            "the limit of one API key, unless the key has its own"
        )
        ratePerAddress = try read.integer(
            "GATEWAY_RATE_PER_ADDRESS",
            default: 5_000,
            in: 1...1_000_000,
            unit: "requests per second",
            "the limit of one client address"
        )

        databaseURL = try read.text(
            "GATEWAY_DATABASE_URL",
            default: "postgresql://127.0.0.1/gateway",
            isSecret: true,
            "the database, with a login role that may create roles and schemas"
        )
        databaseConnections = try read.integer(
            "GATEWAY_DATABASE_CONNECTIONS",
            default: 8,
            in: 1...256,
            unit: "connections",
            "connections per loop"
        )
        databaseWait = try read.milliseconds(
            "GATEWAY_DATABASE_WAIT_MS",
            default: 5_000,
            in: 10...60_000,
            "how long a request may wait for a connection; the same in all processes"
        )
        statementTimeout = try read.milliseconds(
            "GATEWAY_STATEMENT_MS",
            default: 10_000,
            in: 100...600_000,
            "when a statement is cancelled; the same in all processes that serve"
        )
        preparedStatements = try read.flag(
            "GATEWAY_PREPARED_STATEMENTS",
            default: true,
            "named prepared statements; false behind PgBouncer in transaction mode"
        )

        keyFile = try read.text(
            "GATEWAY_KEY_FILE",
            default: "gateway.keys",
            "the file of the keys that wrap every tenant's data key"
        )
        let ledgerKey = try read.text(
            "GATEWAY_LEDGER_KEY_FILE",
            default: "",
            "the PEM Ed25519 key that signs the ledger's heads; not given, one beside the key file"
        )
        ledgerKeyFile = ledgerKey.isEmpty ? "\(keyFile).ledger" : ledgerKey

        keyService = try read.text(
            "GATEWAY_KEY_SERVICE",
            default: "file",
            "what wraps data keys: file, the ARN of an AWS KMS key, or the name of a Cloud KMS key"
        )
        keyEndpoint = try read.url(
            "GATEWAY_KEY_ENDPOINT",
            "where the key service is reached, when not at its public address"
        )
        googleCredentials = try read.text(
            "GATEWAY_GOOGLE_CREDENTIALS",
            default: "",
            "a Google service account's key file; without it the machine's account is used"
        )
        keyLifetime = try read.seconds(
            "GATEWAY_KEY_SECONDS",
            default: 3_600,
            in: 60...86_400,
            "how long an opened data key is used before the key service opens it anew"
        )
        secretEndpoint = try read.url(
            "GATEWAY_SECRET_ENDPOINT",
            "where the secret manager is reached, when not at its public address"
        )
        secretLifetime = try read.seconds(
            "GATEWAY_SECRET_SECONDS",
            default: 300,
            in: 1...86_400,
            "how long credentials from a secret manager are used before they are read anew"
        )

        vendorAddresses = try read.choice(
            "GATEWAY_VENDOR_ADDRESSES",
            default: .publicOnly,
            "where vendors may be: public addresses, or any, for simulators and services of your network"
        )
        vendorCA = try read.text(
            "GATEWAY_VENDOR_CA",
            default: "",
            "PEM authorities for vendors beside the system's"
        )
        publicURL = try read.url(
            "GATEWAY_PUBLIC_URL",
            "where vendors reach this service; some are told it with each payment"
        )
        rateAge = try read.seconds(
            "GATEWAY_FX_RATE_SECONDS",
            default: 86_400,
            in: 1...31_536_000,
            "the oldest exchange rate that is frozen into a payment"
        )
        pageLifetime = try read.seconds(
            "GATEWAY_PAGE_SECONDS",
            default: 86_400,
            in: 60...2_592_000,
            "how long a payer's page stays open"
        )
        escalationAge = try read.seconds(
            "GATEWAY_ESCALATION_SECONDS",
            default: 900,
            in: 10...86_400,
            "when an unknown outcome becomes an operator's matter"
        )
        breakerWindow = try read.seconds(
            "GATEWAY_BREAKER_WINDOW_SECONDS",
            default: 60,
            in: 5...3_600,
            "how far back calls count when a vendor's health is judged"
        )
        breakerCalls = try read.integer(
            "GATEWAY_BREAKER_CALLS",
            default: 5,
            in: 1...10_000,
            unit: "calls",
            "fewer calls in the window prove nothing"
        )
        breakerPercent = try read.integer(
            "GATEWAY_BREAKER_PERCENT",
            default: 50,
            in: 1...100,
            unit: "percent",
            "failed calls in the window from which a vendor is left alone"
        )
        breakerSlow = try read.seconds(
            "GATEWAY_BREAKER_SLOW_SECONDS",
            default: 10,
            in: 1...600,
            "a call that takes this long is slow; 80 % slow calls count as ill"
        )
        breakerPause = try read.seconds(
            "GATEWAY_BREAKER_PAUSE_SECONDS",
            default: 30,
            in: 1...3_600,
            "how long an ill vendor is left alone, doubled up to ten times that when a try fails"
        )

        eventNamespace = try read.text(
            "GATEWAY_EVENT_NAMESPACE",
            default: "melmastoon",
            "the first part of event names"
        )
        eventReceivers = try read.choice(
            "GATEWAY_EVENT_RECEIVERS",
            default: .publicOnly,
            "where events may be delivered: public addresses over TLS, or any, for development"
        )
        kafka = try KafkaSettings(from: &read)
        problemBase = try read.text(
            "GATEWAY_PROBLEM_BASE",
            default: "https://payments.example/problems/",
            "what the `type` of a problem begins with"
        )

        pollInterval = try read.milliseconds(
            "GATEWAY_POLL_MS",
            default: 250,
            in: 10...60_000,
            "how often a worker looks for work that nobody told it of; a quarter as often when idle"
        )
        jobConcurrency = try read.integer(
            "GATEWAY_JOB_CONCURRENCY",
            default: 16,
            in: 1...1_000,
            unit: "tenants",
            "tenants whose jobs one loop runs at once, up to 16 jobs each"
        )
        idempotencyLifetime = try read.seconds(
            "GATEWAY_IDEMPOTENCY_SECONDS",
            default: 172_800,
            in: 86_400...31_536_000,
            "how long idempotency keys are kept"
        )
        webhookRetention = try read.seconds(
            "GATEWAY_WEBHOOK_SECONDS",
            default: 7_776_000,
            in: 86_400...315_360_000,
            "how long received notifications are kept that are applied or kept for an operator; dead ones stay"
        )
        eventRetention = try read.seconds(
            "GATEWAY_EVENT_SECONDS",
            default: 2_592_000,
            in: 86_400...315_360_000,
            "how long published events, their deliveries and other services' events that took effect are kept"
        )
        clockError = try read.seconds(
            "GATEWAY_TEST_CLOCK_ERROR_SECONDS",
            default: 0,
            in: -86_400...86_400,
            "for tests alone: how wrong this machine's clock is taken to be"
        )
        settings = read.settings
        try read.refuseUnknown(prefix: Self.prefix)
    }
}

extension Configuration {
    /// Reads NAME=value lines; blank lines and lines that begin with `#` are skipped.
    static func parse(file text: String) throws(SettingError) -> [String: String] {
        var values: [String: String] = [:]
        // A carriage return and a line feed are one character, so no line feed would be found.
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            guard let equals = line.firstIndex(of: "=") else {
                throw SettingError(
                    name: "GATEWAY_CONFIG_FILE",
                    reason: "line \(number + 1) is not NAME=value"
                )
            }
            values[String(line[..<equals])] = String(line[line.index(after: equals)...])
        }
        return values
    }
}
