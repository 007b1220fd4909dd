/// A build of the gateway and the migrations that belong to it.
package struct Release: Sendable {
    let program: String
    let migrations: String

    package init(program: String, migrations: String) {
        self.program = program
        self.migrations = migrations
    }
}
