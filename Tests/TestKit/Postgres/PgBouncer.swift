import Glibc
import Postgres

/// A PgBouncer in transaction mode before a database, with two server connections for all its
/// clients; gone with this process.
package final class PgBouncer: Sendable {
    private let process: Companion
    /// The database through PgBouncer; any client may log in.
    package let database: TestDatabase

    /// Whether the program is there; else tests that need it are skipped.
    package static var isInstalled: Bool {
        let places: [String] = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"]
        return places.contains { place in unsafe access(place, X_OK) == 0 }
    }

    package init(before database: TestDatabase) throws {
        process = try Companion([
            "bash", "-c", Self.script, "pgbouncer", "\(database.url.port)", database.role,
        ])
        guard let port = Int(try process.readLine()) else {
            throw Companion.Failure(description: "pgbouncer did not start")
        }
        self.database = TestDatabase(
            name: database.name,
            role: database.role,
            url: database.url.replacing(port: port),
            superuserURL: database.superuserURL
        )
    }

    private static let script = """
        set -eu
        PATH=$PATH:/usr/sbin
        folder=$(mktemp -d)
        trap '' INT TERM HUP
        trap 'kill $bouncer; wait; rm -rf "$folder"' EXIT
        until port=$((10000 + RANDOM % 22000)); ! (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null
        do :; done
        cat >"$folder/pgbouncer.ini" <<END
        [databases]
        * = host=127.0.0.1 port=$1 user=$2 password=open-sesame
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = $port
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = 2
        END
        run=(setpriv --pdeathsig TERM)
        if [ "$(id -u)" = 0 ]; then
            chown -R postgres "$folder"
            run+=(--reuid postgres --regid postgres --clear-groups)
        fi
        "${run[@]}" pgbouncer -q "$folder/pgbouncer.ini" >/dev/null 2>&1 &
        bouncer=$!
        until (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null; do kill -0 $bouncer; sleep 0.02; done
        echo $port
        cat >/dev/null
        """
}
