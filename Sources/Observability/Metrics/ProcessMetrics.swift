import CoreMetrics
import Glibc

/// The process itself, under the names that Prometheus' own libraries use.
package enum ProcessMetrics {
    package static let descriptions = [
        MetricDescription(
            "process_cpu_seconds_total",
            help: "Processor time used by the process, in seconds."
        ),
        MetricDescription(
            "process_resident_memory_bytes",
            help: "Memory held by the process, in bytes."
        ),
        MetricDescription("process_open_fds", help: "Open file descriptors."),
        MetricDescription("process_max_fds", help: "Most file descriptors that may be open."),
        MetricDescription(
            "process_start_time_seconds",
            help: "When the process started, in seconds since 1970."
        ),
    ]

    /// Reads them at each scrape of `registry`.
    package static func register(in registry: MetricsRegistry) {
        registry.describe(descriptions)
        let cpu = registry.makeFloatingPointCounter(
            label: "process_cpu_seconds_total",
            dimensions: []
        )
        let memory = registry.makeMeter(label: "process_resident_memory_bytes", dimensions: [])
        let open = registry.makeMeter(label: "process_open_fds", dimensions: [])
        let most = registry.makeMeter(label: "process_max_fds", dimensions: [])
        registry.makeMeter(label: "process_start_time_seconds", dimensions: [])
            .set(LogTime.now().milliseconds / 1_000)
        registry.addCollector {
            // The kernel counts; this only shows its sum.
            cpu.reset()
            cpu.increment(by: cpuSeconds())
            memory.set(residentBytes())
            open.set(openDescriptors())
            most.set(descriptorLimit())
        }
    }

    private static func cpuSeconds() -> Double {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }

    /// The second number of `/proc/self/statm`, in pages; zero when there is no `/proc`.
    private static func residentBytes() -> Int64 {
        guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard unsafe fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let text = String(
            decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int64($0) } ?? 0
        return pages * Int64(getpagesize())
    }

    private static func openDescriptors() -> Int64 {
        guard let folder = unsafe opendir("/proc/self/fd") else { return 0 }
        defer { unsafe closedir(folder) }
        var entries: Int64 = 0
        while unsafe readdir(folder) != nil { entries += 1 }
        return max(0, entries - 3)  // The two dots, and the folder itself.
    }

    private static func descriptorLimit() -> Double {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit.rlim_cur == .max ? .infinity : Double(limit.rlim_cur)
    }
}
