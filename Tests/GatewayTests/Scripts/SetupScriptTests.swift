import Foundation
import TestKit
import Testing

/// `scripts/setup` where nothing may be installed, with programs in apt's place that tell what they
/// were asked for.
@Suite struct SetupScriptTests {
    private static let stands = [
        "swift": "exit 0",
        // Nothing is installed.
        "dpkg-query": "exit 1",
        "apt-get": """
        echo "$*" >>"$ASKED"
        [[ -z ${OFFLINE:-} ]] || exit 100
        case " $* " in
        *" --simulate "*)
            for word in "$@"; do [[ $word != lib* ]] || echo "Inst $word"; done ;;
        *" download "*) touch some.deb ;;
        esac
        """,
        "dpkg": """
        libraries=$3/usr/lib/$(uname -m)-linux-gnu
        mkdir -p "$libraries/pkgconfig"
        printf 'prefix=/usr\\nCflags: -I/usr/include\\n' >"$libraries/pkgconfig/some.pc"
        """,
    ]

    private func project(_ body: (ProjectCopy, [String: String]) throws -> Void) throws {
        let project = try ProjectCopy()
        defer { project.remove() }
        let folder = "\(project.folder)/stands"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        for (name, body) in Self.stands {
            _ = FileManager.default.createFile(
                atPath: "\(folder)/\(name)",
                contents: Data("#!/usr/bin/env bash\n\(body)\n".utf8),
                attributes: [.posixPermissions: 0o755]
            )
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        try body(
            project,
            [
                "PATH": "\(folder):\(path)", "ASKED": "\(project.folder)/asked",
                "SETUP_UNPACK": "1",
            ]
        )
    }

    @Test func `what was unpacked for the benchmarks is not unpacked again`() throws {
        try project { project, environment in
            try project.run("setup", environment: environment)
            let first = try #require(project.text("asked"))
            try project.run("setup", "bench", environment: environment)
            let second = try #require(project.text("asked"))
            #expect(first != second)
            try project.run("setup", environment: environment)
            try project.run("setup", "bench", environment: environment)
            #expect(project.text("asked") == second)
        }
    }

    /// The official Swift image has no curl, for one.
    @Test func `what the benchmarks call is asked for where it is not`() throws {
        try project { project, environment in
            let programs = "\(project.folder)/programs"
            // Everything that the machine has, but these.
            let others = """
                mkdir "$0" && cd "$0"
                for program in /usr/bin/* /bin/* /usr/sbin/*; do
                    case ${program##*/} in curl | nginx | wrk) ;; *) ln -sf "$program" . ;; esac
                done
                """
            try Program.run(
                ["bash", "-c", others, programs],
                environment: [:],
                program: "/usr/bin/env"
            )
            let path = "\(project.folder)/stands:\(programs)"
            try project.run(
                "setup",
                "bench",
                environment: environment.merging(["PATH": path]) { $1 }
            )
            let unpacked = try #require(project.text(".build-deps/unpacked"))
            for package in ["curl", "nginx-light", "wrk"] {
                #expect(unpacked.split { " \n".contains($0) }.contains(package[...]), "\(unpacked)")
            }
        }
    }

    @Test func `a download that fails leaves what was unpacked`() throws {
        try project { project, environment in
            try project.run("setup", environment: environment)
            let unpacked = try #require(project.text(".build-deps/unpacked"))
            #expect(throws: Program.Failure.self) {
                try project.run(
                    "setup",
                    "bench",
                    environment: environment.merging(["OFFLINE": "1"]) { $1 }
                )
            }
            #expect(project.text(".build-deps/unpacked") == unpacked)
        }
    }

    @Test func `spaces of the project's path are escaped in what compilers are told`() throws {
        try project { project, environment in
            try project.run("setup", environment: environment)
            let file = try Program.run(
                ["bash", "-c", "cat \"$0\"/.build-deps/usr/lib/*/pkgconfig/some.pc"]
                    + [project.folder],
                environment: [:],
                program: "/usr/bin/env"
            )
            let place = project.folder.replacingOccurrences(of: " ", with: "\\ ")
            #expect(file.contains("prefix=\(place)/.build-deps/usr\n"))
            #expect(file.contains(" -I\(place)/.build-deps/usr/include"))
        }
    }
}
