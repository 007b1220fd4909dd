internal import CLibpq
internal import Glibc
internal import Reactor

/// Opens sessions without blocking the loop: names are resolved on the blocking pool, the rest is
/// libpq's polling connect. Addresses need no thread, so they are tried whatever the pool is busy with.
struct Connector: Sendable {
    private let parameters: [String: String]
    private let loop: EventLoop
    private let blocking: BlockingPool
    private let timeout: Duration

    /// Throws `.misuse` for a URL that libpq cannot read or that names no host.
    init(
        _ configuration: PostgresConfiguration,
        loop: EventLoop,
        blocking: BlockingPool
    ) throws(PostgresError) {
        var parameters = try Self.parse(configuration.url)
        guard parameters["host"] != nil || parameters["hostaddr"] != nil else {
            // libpq would look into the environment and wait for a name there.
            throw PostgresError(.misuse, "the database URL names no host")
        }
        parameters["application_name"] =
            parameters["application_name"] ?? configuration.applicationName
        parameters["client_encoding"] = "UTF8"
        // Looking for Kerberos tickets blocks and is not what a service is configured with.
        parameters["gssencmode"] = parameters["gssencmode"] ?? "disable"
        for (name, value) in Self.lifeSigns where parameters[name] == nil {
            parameters[name] = value
        }
        if (parameters["host"] ?? parameters["hostaddr"])?.contains(",") == true {
            // Of several servers one is the primary, and a standby takes no payment.
            parameters["target_session_attrs"] = parameters["target_session_attrs"] ?? "primary"
        }
        if !configuration.sessionSettings.isEmpty {
            parameters["options"] = configuration.sessionSettings
                .sorted { $0.key < $1.key }
                .map { "-c \($0.key)=\(Self.escapedOption($0.value))" }
                .joined(separator: " ")
        }
        self.parameters = parameters
        self.loop = loop
        self.blocking = blocking
        timeout = configuration.connectTimeout
    }

    /// A server that falls silent (a failover that drops packets) is given up after half a minute:
    /// libpq's and the kernel's defaults would hold an idle connection for two hours and send into
    /// nothing for a quarter of one. Counts for `PQcancel`'s connection, too. The URL may say otherwise.
    private static let lifeSigns = [
        // Seconds of silence before the first probe, and between probes; how many are lost.
        "keepalives_idle": "15", "keepalives_interval": "5", "keepalives_count": "3",
        // Milliseconds in which what was sent must be acknowledged.
        "tcp_user_timeout": "30000",
    ]

    /// Connects and authenticates; throws `.unavailable`.
    func connect() async throws(PostgresError) -> Session {
        let deadline = loop.now.advanced(by: timeout)
        let parameters = try await resolved(by: deadline)
        guard let session = Session(connectingWith: parameters.map { ($0.key, $0.value) }) else {
            throw PostgresError(.unavailable, "no memory for a connection")
        }
        guard !session.hasFailedToStart else { throw Self.failure(of: session) }
        var wanted = Interest.writable
        while true {
            guard try await isReady(session, wanted, by: deadline) else {
                throw PostgresError(.unavailable, "connecting took longer than \(timeout)")
            }
            switch session.pollConnecting() {
            case PGRES_POLLING_OK: return session
            case PGRES_POLLING_READING: wanted = .readable
            case PGRES_POLLING_WRITING: wanted = .writable
            default: throw Self.failure(of: session)
            }
        }
    }

    private static func failure(of session: Session) -> PostgresError {
        PostgresError(.unavailable, session.errorMessage)
    }

    /// Waits until the socket is ready; false at the deadline. Registers again each time, since
    /// libpq moves from address to address with a new socket.
    private func isReady(
        _ session: Session,
        _ interest: Interest,
        by deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> Bool {
        var watch: Watch?
        var timer: Timer?
        let result: Result<Bool, PostgresError> = unsafe await withUnsafeContinuation {
            continuation in
            var waiting = unsafe Optional(continuation)
            func finish(_ result: Result<Bool, PostgresError>) {
                unsafe waiting.take()?.resume(returning: result)
            }
            do {
                watch = try loop.watch(session.descriptor, interest) { _ in finish(.success(true)) }
                timer = loop.schedule(at: deadline) { finish(.success(false)) }
            } catch {
                finish(
                    .failure(
                        PostgresError(.unavailable, "the socket cannot be watched", cause: error)
                    )
                )
            }
        }
        watch?.cancel()
        timer?.cancel()
        return try result.get()
    }

    // MARK: Parameters

    private static func parse(_ url: PostgresURL) throws(PostgresError) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = unsafe PQconninfoParse(url.text, &message) else {
            // libpq's message may quote the password.
            unsafe PQfreemem(message)
            throw PostgresError(.misuse, "the database URL is malformed")
        }
        defer { unsafe PQconninfoFree(options) }
        var parameters: [String: String] = [:]
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe parameters[String(cString: keyword)] = unsafe String(cString: value)
            }
            unsafe option += 1
        }
        return parameters
    }

    /// Spaces and backslashes in `options` are escaped by a backslash.
    private static func escapedOption(_ value: String) -> String {
        var escaped = ""
        for character in value {
            if character == " " || character == "\\" { escaped += "\\" }
            escaped.append(character)
        }
        return escaped
    }

    /// The parameters with an address for every host, so that libpq does not resolve names itself.
    private func resolved(
        by deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> [String: String] {
        guard parameters["hostaddr"] == nil, let host = parameters["host"] else {
            return parameters
        }
        let hosts = host.split(separator: ",").map(String.init)
        guard hosts.contains(where: { !Self.isFolder($0) }) else { return parameters }
        let ports = (parameters["port"] ?? "5432").split(separator: ",").map(String.init)
        guard ports.count == 1 || ports.count == hosts.count else {
            throw PostgresError(.misuse, "the database URL names other numbers of hosts and ports")
        }
        // A folder stands for itself, and needs no address.
        var known = hosts.map { Self.isFolder($0) ? [""] : Self.addresses(of: $0, AI_NUMERICHOST) }
        let names = known.indices.filter { known[$0].isEmpty }
        if !names.isEmpty {
            let found = try await lookUp(names.map { hosts[$0] }, by: deadline)
            for (name, addresses) in zip(names, found) { known[name] = addresses }
        }
        let addresses = known
        var lists: (hosts: [String], addresses: [String], ports: [String]) = ([], [], [])
        for (index, host) in hosts.enumerated() {
            for address in addresses[index] {
                lists.hosts.append(host)
                lists.addresses.append(address)
                lists.ports.append(ports.count == 1 ? ports[0] : ports[index])
            }
        }
        guard !lists.hosts.isEmpty else {
            throw PostgresError(.unavailable, "\(host) cannot be resolved")
        }
        return parameters.merging(
            [
                "host": lists.hosts.joined(separator: ","),
                "hostaddr": lists.addresses.joined(separator: ","),
                "port": lists.ports.joined(separator: ","),
            ],
            uniquingKeysWith: { $1 }
        )
    }

    /// The addresses of names. Whoever waits leaves at the deadline; a look-up cannot be taken back,
    /// but one that has not begun by then never does.
    private func lookUp(
        _ names: [String],
        by deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> [[String]] {
        let lookUp = LookUp()
        let blocking = blocking
        loop.spawn {
            do {
                let addresses = try await blocking.run(while: lookUp.interest) {
                    names.map { Self.addresses(of: $0, 0) }
                }
                lookUp.end(.success(addresses))
            } catch {
                lookUp.end(
                    .failure(
                        PostgresError(
                            .unavailable,
                            "no thread to resolve names with",
                            cause: error
                        )
                    )
                )
            }
        }
        let timer = loop.schedule(at: deadline) { [timeout] in
            lookUp.end(
                .failure(
                    PostgresError(.unavailable, "resolving names took longer than \(timeout)")
                )
            )
        }
        defer { timer.cancel() }
        return try await lookUp.result()
    }

    private static func isFolder(_ host: String) -> Bool {
        host.hasPrefix("/") || host.hasPrefix("@")
    }

    /// The numeric addresses of a host; none when it has none. Blocks, but not with
    /// `AI_NUMERICHOST`, by which a name has none.
    private static func addresses(of host: String, _ flags: Int32) -> [String] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = flags
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &found) == 0 else { return [] }
        defer { unsafe freeaddrinfo(found) }
        var addresses: [String] = []
        var next = unsafe found
        while let info = unsafe next {
            unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) {
                text in
                let status = unsafe getnameinfo(
                    info.pointee.ai_addr,
                    info.pointee.ai_addrlen,
                    text.baseAddress,
                    socklen_t(text.count),
                    nil,
                    0,
                    NI_NUMERICHOST
                )
                if status == 0, let base = text.baseAddress {
                    addresses.append(unsafe String(cString: base))
                }
            }
            unsafe next = unsafe info.pointee.ai_next
        }
        return addresses
    }
}

/// One look-up and its caller, which gets its end or the deadline, whichever comes first.
private final class LookUp: @unchecked Sendable {
    // Safe because: touched only on its loop, but for the interest, which may be touched anywhere.
    let interest = BlockingPool.Interest()
    private var waiter = Waiter()
    private var outcome: Result<[[String]], PostgresError>?

    func result() async throws(PostgresError) -> [[String]] {
        if outcome == nil {
            unsafe await withUnsafeContinuation { unsafe waiter.park($0) }
        }
        guard let outcome else { preconditionFailure("who waits is resumed by the outcome") }
        return try outcome.get()
    }

    func end(_ outcome: Result<[[String]], PostgresError>) {
        guard self.outcome == nil else { return }
        self.outcome = outcome
        interest.end()
        waiter.resume()
    }
}
