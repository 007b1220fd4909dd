import ArgumentParser
import HTTP
import HTTPClient
import PaymentCore
import Storage
import Vendors

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check database, migrations, keys, clock and vendors, and say what to do."
    )

    /// One check: what was found, and what to do about it.
    struct Finding {
        let name: String
        let problem: String?
        let advice: String
    }

    func run() async throws {
        let findings: [Finding]
        do {
            findings = try await Runtime.offline { services in
                let examined: DatabaseExamination
                do throws(StoreError) {
                    examined = try await DatabaseExamination.read(from: services.pool)
                } catch {
                    return [Self.unreachable(error)]
                }
                var findings = Self.findings(of: examined)
                findings.append(Self.migrationsFolder(services))
                guard !examined.controlIsBehind else { return findings }
                do throws(StoreError) {
                    let active = try await services.control.tenants().filter {
                        $0.state == .active
                    }
                    findings.append(await Self.keys(of: active, services))
                    findings.append(await Self.ledgerKey(of: active, services))
                    findings += await Self.vendors(of: active, services)
                } catch {
                    findings.append(Self.unreadable("tenants", error))
                }
                return findings
            }
        } catch let error as SettingError {
            findings = [
                Finding(
                    name: "settings",
                    problem: "\(error)",
                    advice: SettingError.advice
                )
            ]
        } catch let error as KeyManagementError {
            findings = [Self.keys(problem: error.message)]
        }
        for finding in findings {
            print(finding.problem == nil ? "ok    \(finding.name)" : "WRONG \(finding.name)")
            if let problem = finding.problem {
                print("      \(problem)\n      → \(finding.advice)")
            }
        }
        if findings.contains(where: { $0.problem != nil }) { throw ExitCode(1) }
    }

    private static func unreachable(_ error: StoreError) -> Finding {
        Finding(
            name: "database",
            problem: error.message,
            advice: "check GATEWAY_DATABASE_URL, and that Postgres 15 or newer runs there"
        )
    }

    private static func findings(of database: DatabaseExamination) -> [Finding] {
        let version = database.serverVersion
        let behind = database.tenantsBehind.map(\.description).joined(separator: ", ")
        let away = abs((SystemClock().now - database.clock).components.seconds)
        return [
            Finding(
                name: "database",
                problem: version >= 150_000 ? nil : "Postgres \(version / 10_000) is too old",
                advice: "use Postgres 15 or newer"
            ),
            Finding(
                name: "migrations",
                problem: database.controlIsBehind
                    ? "the control schema is behind" : behind.isEmpty ? nil : "behind: \(behind)",
                advice: "run `gateway migrate`"
            ),
            Finding(
                name: "clock",
                problem: away <= 5 ? nil : "\(away) s away from the database's clock",
                advice: "synchronise this machine's clock; vendors allow 300 s"
            ),
        ]
    }

    private static func migrationsFolder(_ services: Services) -> Finding {
        var problem: String?
        do throws(SettingError) {
            _ = try services.provisioner(for: .command("doctor"))
        } catch {
            problem = "\(error)"
        }
        return Finding(
            name: "migrations folder",
            problem: problem,
            advice: "name the folder that came with this program in GATEWAY_MIGRATIONS"
        )
    }

    /// Whether what is stored can be opened: each tenant's newest data key, as it is the one that
    /// seals.
    private static func keys(of tenants: [Tenant], _ services: Services) async -> Finding {
        var problems: [String] = []
        for tenant in tenants {
            do throws(StoreError) {
                try await services.shared.keys.check(tenant.id, services.pool)
            } catch {
                problems.append("\(tenant.id): \(error.message)")
            }
        }
        guard !problems.isEmpty else { return keys(problem: nil) }
        let shown = problems.prefix(5).joined(separator: "\n      ")
        return keys(
            problem: """
                \(problems.count) of \(tenants.count) tenants' keys do not open
                      \(shown)
                """
        )
    }

    private static func keys(problem: String?) -> Finding {
        Finding(
            name: "keys",
            problem: problem,
            advice: """
                check GATEWAY_KEY_FILE and GATEWAY_KEY_SERVICE; a key file that was lost comes back \
                from its backup alone
                """
        )
    }

    /// Whether the heads are signed with the key that is here, which the newest of all shows.
    private static func ledgerKey(of tenants: [Tenant], _ services: Services) async -> Finding {
        let own = services.shared.ledgerKey
        var problem: String?
        do throws(StoreError) {
            let isNeeded = try await services.hasDataKeys()
            if isNeeded || own.isThere {
                let name = try own.open().name
                let signer = try await newestHead(of: tenants, services)?.signature?.key
                if let signer, signer != name {
                    problem =
                        "the newest head was signed with the key \(signer), this one is \(name)"
                }
            }
        } catch {
            problem = error.message
        }
        return Finding(
            name: "ledger key",
            problem: problem,
            advice: """
                give all machines the same file of \(LedgerKeyFile.setting), the lost one from its \
                backup; just after a rotation the next head ends this
                """
        )
    }

    private static func newestHead(
        of tenants: [Tenant],
        _ services: Services
    ) async throws(StoreError) -> LedgerHead? {
        var newest: LedgerHead?
        for tenant in tenants where tenant.hasSchema {
            let heads = [
                try await services.ledger.head(in: tenant.id),
                try await services.trail.head(in: tenant.id),
            ]
            for head in heads.compactMap(\.self)
            where newest.map({ $0.bookedAt < head.bookedAt }) ?? true {
                newest = head
            }
        }
        return newest
    }

    private static func unreadable(_ name: String, _ error: StoreError) -> Finding {
        Finding(
            name: name,
            problem: error.message,
            advice: "see what else is wrong here; the gateway cannot read it either"
        )
    }

    private static func vendors(of tenants: [Tenant], _ services: Services) async -> [Finding] {
        var hosts: [String: String] = [:]
        var findings: [Finding] = []
        for tenant in tenants {
            do throws(StoreError) {
                for account in try await services.control.accounts(of: tenant.id) {
                    guard let descriptor = VendorCatalog.descriptor(of: account.vendor),
                        let base = account.credentials["api_base"] ?? descriptor.standardBase
                    else { continue }
                    hosts[base] = account.vendor.name
                }
            } catch {
                findings.append(Self.unreadable("accounts of \(tenant.id)", error))
            }
        }
        for (base, vendor) in hosts.sorted(by: { $0.key < $1.key }) {
            findings.append(await reach(base, vendor, services))
        }
        return findings
    }

    /// Any HTTP answer shows that the way is open; what it says is the vendor's matter.
    private static func reach(
        _ base: String,
        _ vendor: String,
        _ services: Services
    ) async -> Finding {
        let name = "\(vendor) at \(base)"
        let advice = """
            check name resolution, proxies, firewalls, GATEWAY_VENDOR_CA and GATEWAY_VENDOR_ADDRESSES
            """
        do {
            var options = HTTPSendOptions()
            options.totalTimeout = .seconds(5)
            _ = try await services.transport.send(
                HTTPRequest(method: .get, url: base),
                options: options
            )
            return Finding(name: name, problem: nil, advice: advice)
        } catch {
            return Finding(name: name, problem: error.message, advice: advice)
        }
    }
}

extension VendorDescriptor {
    /// Where the vendor is reached unless an account says otherwise.
    fileprivate var standardBase: String? {
        fields.first { $0.shape == .baseURL }?.defaultValue
    }
}
