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
                findings += await Self.vendors(services)
                return findings
            }
        } catch let error as SettingError {
            findings = [
                Finding(
                    name: "settings",
                    problem: "\(error)",
                    advice: "`gateway config` lists every setting with its accepted values"
                )
            ]
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

    private static func vendors(_ services: Services) async -> [Finding] {
        var hosts: [String: String] = [:]
        // Silence is right: the database was checked above.
        for tenant in (try? await services.control.tenants()) ?? [] where tenant.state == .active {
            for account in (try? await services.control.accounts(of: tenant.id)) ?? [] {
                guard let descriptor = VendorCatalog.descriptor(of: account.vendor),
                    let base = account.credentials["api_base"] ?? descriptor.standardBase
                else { continue }
                hosts[base] = account.vendor.name
            }
        }
        var findings: [Finding] = []
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
        let advice = "check name resolution, proxies, firewalls and GATEWAY_VENDOR_CA"
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
