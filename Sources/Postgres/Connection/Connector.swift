internal import CLibpq
internal import Glibc
internal import Reactor

/// Opens sessions without blocking the loop: names are resolved on the blocking pool, the rest is
/// libpq's polling connect.
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

    /// Connects and authenticates; throws `.unavailable`.
    func connect() async throws(PostgresError) -> Session {
        let deadline = loop.now.advanced(by: timeout)
        let parameters = try await resolved()
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

    /// Waits until the socket is ready; false at the deadline. Registers anew each time, since libpq
    /// moves from address to address with a new socket.
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
    private func resolved() async throws(PostgresError) -> [String: String] {
        guard parameters["hostaddr"] == nil, let host = parameters["host"] else {
            return parameters
        }
        let hosts = host.split(separator: ",").map(String.init)
        guard hosts.contains(where: { !$0.hasPrefix("/") && !$0.hasPrefix("@") }) else {
            return parameters
        }
        let ports = (parameters["port"] ?? "5432").split(separator: ",").map(String.init)
        guard ports.count == 1 || ports.count == hosts.count else {
            throw PostgresError(.misuse, "the database URL names other numbers of hosts and ports")
        }
        let addresses: [[String]]
        do {
            addresses = try await blocking.run { hosts.map(Self.addresses(of:)) }
        } catch {
            throw PostgresError(.unavailable, "no thread to resolve names with", cause: error)
        }
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

    /// The numeric addresses of a host; an empty one for a socket's folder. Blocks.
    private static func addresses(of host: String) -> [String] {
        guard !host.hasPrefix("/"), !host.hasPrefix("@") else { return [""] }
        var hints = unsafe addrinfo()
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
