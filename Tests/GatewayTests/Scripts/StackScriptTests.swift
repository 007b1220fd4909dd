import Foundation
import TestKit
import Testing

/// `make run`, `make up` and `make down` start everything or nothing, and stop what is theirs.
@Suite(.serialized, .timeLimit(.minutes(5))) struct StackScriptTests {
    @Test func `a second start leaves the first alone, and down stops all of it`() async throws {
        let project = try ProjectCopy()
        defer { project.remove() }
        let summary = try project.run("stack", "up")
        let gateway = try await project.process("gateway")
        for action in ["run", "up"] {
            let refusal = #expect(throws: Program.Failure.self) {
                try project.run("stack", action)
            }
            #expect(refusal?.description.contains("already running") == true)
        }
        #expect(try await project.process("gateway") == gateway)
        let address = try #require(summary.firstMatch(of: /"base_url":"([^"]+)"/)).output.1
        try Program.run(["ping", "\(address)/health/ready"], environment: [:])
        try project.run("stack", "down")
        #expect(try project.processes() == [])
    }

    /// The gateway's end is noticed after everything else was started.
    @Test func `a start that fails leaves nothing behind`() throws {
        let project = try ProjectCopy()
        defer { project.remove() }
        #expect(throws: Program.Failure.self) {
            try project.run("stack", "up", environment: ["GATEWAY_HTTP_HOST": "192.0.2.1"])
        }
        #expect(project.text(".run/postgres/port") != nil)
        #expect(try project.processes() == [])
        #expect(project.text(".run/gateway.pid") == nil)
    }

    /// The gateway, then the vendors that it may be asking: a request that is on its way is answered.
    @Test func `Ctrl-C at the terminal lets the gateway finish what it has begun`() throws {
        let project = try ProjectCopy()
        defer { project.remove() }
        let port = try FreePort.take()
        let answer = try Program.run(
            ["python3", "-c", ProjectCopy.hearing + Self.interrupting]
                + [project.folder, Program.path, "\(port)"],
            environment: ["SKIP_BUILD": "1", "GATEWAY_HTTP_PORT": "\(port)"],
            program: "/usr/bin/env"
        )
        #expect(answer.hasPrefix("HTTP/1.1 "))
        #expect(project.text(".run/gateway.log")?.contains("\"stopped\"") == true)
        #expect(try project.processes() == [])
    }

    /// Runs the demo at a terminal of its own, presses Ctrl-C while a request waits for its body, and
    /// prints what that is answered.
    private static let interrupting = """
        import pty, re, socket, time
        folder, program, port = sys.argv[1:]
        script, terminal = pty.fork()
        if script == 0:
            os.execv(folder + "/scripts/stack", [folder + "/scripts/stack", "run"])
        shown = b""
        def until(text):
            global shown
            while text not in shown:
                shown += os.read(terminal, 65536)
        until(b"Ctrl-C stops everything.")
        client = socket.create_connection(("127.0.0.1", int(port)))
        client.sendall(b"POST /webhooks/v1/stripe HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 2\\r\\n"
                       b"Expect: 100-continue\\r\\n\\r\\n")
        assert b" 100 " in client.recv(65536)
        os.write(terminal, b"\\x03")
        until(b"Stopping")
        while b"draining" not in open(folder + "/.run/gateway.log", "rb").read():
            time.sleep(0.02)
        vendor = re.search(rb"curl -s (http://[^/]+)/_control/book", shown).group(1).decode()
        subprocess.run([program, "ping", vendor + "/_control/clock"], check=True, stdout=2)
        client.sendall(b"{}")
        print(client.recv(65536).decode())
        os.waitpid(script, 0)
        """

    // Without SIGINT, which a shell that alone hears it lets go.
    @Test(arguments: [SIGTERM, SIGHUP])
    func `a start that is interrupted leaves nothing behind`(signal: Int32) async throws {
        let project = try ProjectCopy()
        defer { project.remove() }
        let start = try ServingProcess(
            ["python3", "-c", ProjectCopy.hearing + "os.execv(sys.argv[1], sys.argv[1:])"]
                + ["\(project.folder)/scripts/stack", "up"],
            environment: ["SKIP_BUILD": "1"],
            logPath: "\(project.folder)/log",
            program: "/usr/bin/env"
        )
        _ = try await project.process("stripe")
        start.send(signal)
        while start.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        #expect(start.ending == 130)
        #expect(try project.processes() == [])
    }

    @Test func `a port that somebody listens on is refused before anything is started`()
        async throws
    {
        let project = try ProjectCopy()
        defer { project.remove() }
        let port = try FreePort.take()
        let stranger = try ServingProcess(
            ["simulate", "stripe", "--port", "\(port)"],
            environment: [:],
            logPath: "\(project.folder)/log"
        )
        defer { stranger.kill() }
        // It prints where it listens.
        while project.text("log")?.contains("\(port)") != true {
            try await Task.sleep(for: .milliseconds(20))
        }
        let refusal = #expect(throws: Program.Failure.self) {
            try project.run("stack", "up", environment: ["GATEWAY_HTTP_PORT": "\(port)"])
        }
        #expect(refusal?.description.contains("GATEWAY_HTTP_PORT") == true)
        #expect(project.text(".run/postgres/port") == nil)
    }

    @Test func `a number that was given to a stranger is left alone`() throws {
        let project = try ProjectCopy()
        defer { project.remove() }
        let stranger = Process()
        stranger.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        stranger.arguments = ["sleep", "1000"]
        // Even one that stands in the same folder.
        stranger.currentDirectoryURL = URL(fileURLWithPath: project.folder)
        try stranger.run()
        // The tests' threads block other signals, and so does what they start.
        defer { kill(stranger.processIdentifier, SIGKILL) }
        try FileManager.default.createDirectory(
            atPath: "\(project.folder)/.run",
            withIntermediateDirectories: true
        )
        try "\(stranger.processIdentifier)\n".write(
            toFile: "\(project.folder)/.run/gateway.pid",
            atomically: true,
            encoding: .utf8
        )
        try project.run("stack", "down")
        #expect(stranger.isRunning)
        #expect(project.text(".run/gateway.pid") == nil)
    }

    @Test(.enabled(if: getuid() == 0, "only root can become another user"))
    func `what another user started is refused with a message`() throws {
        let project = try ProjectCopy()
        defer { project.remove() }
        try FileManager.default.createDirectory(
            atPath: "\(project.folder)/.run",
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let refusal = #expect(throws: Program.Failure.self) {
            try Program.run(
                ["setpriv", "--reuid", "nobody", "--clear-groups"]
                    + ["\(project.folder)/scripts/stack", "down"],
                environment: [:],
                program: "/usr/bin/env"
            )
        }
        #expect(refusal?.description.contains(".run belongs to root") == true)
    }
}
