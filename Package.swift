// swift-tools-version: 6.2

import PackageDescription

// The module graph. Arrows point inward: `PaymentCore`, `HTTP` and `JSON` depend on nothing,
// every C library has exactly one importer, and only `gateway` sees everything.
let package = Package(
    name: "payment-gateway",
    products: [
        .executable(name: "gateway", targets: ["gateway"])
    ],
    // Without it nothing needs librdkafka, and the gateway refuses settings that would.
    traits: [
        .trait(name: "Kafka", description: "Events over Kafka, through librdkafka."),
        .default(enabledTraits: ["Kafka"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.2.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.5.0"),
    ],
    targets: [
        // C libraries: a module map and a shim header each, no logic.
        .target(name: "CLinux"),
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CLibcurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]
        ),
        .systemLibrary(
            name: "CRdkafka",
            pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"])]
        ),

        // Pure.
        .target(name: "JSON"),
        .target(name: "HTTP"),
        .target(name: "PaymentCore"),

        // Platform.
        .target(
            name: "Observability",
            dependencies: [
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]
        ),
        .target(name: "Reactor", dependencies: ["CLinux"]),
        .target(name: "Cryptography", dependencies: ["COpenSSL"]),
        .target(name: "HTTPServer", dependencies: ["HTTP", "Reactor", "Cryptography"]),
        .target(name: "HTTPClient", dependencies: ["HTTP", "Reactor", "CLibcurl"]),
        .target(name: "Postgres", dependencies: ["Reactor", "CLibpq"]),
        .target(
            name: "Kafka",
            dependencies: [
                "Reactor", .target(name: "CRdkafka", condition: .when(traits: ["Kafka"])),
            ]
        ),

        // The product.
        .target(
            name: "Storage",
            dependencies: ["PaymentCore", "Postgres", "Cryptography", "JSON", "Reactor"]
        ),
        .target(
            name: "KeyServices",
            dependencies: ["Storage", "PaymentCore", "HTTP", "JSON", "Cryptography"]
        ),
        .target(name: "EventDelivery", dependencies: ["PaymentCore", "HTTP", "Cryptography"]),
        .target(name: "Vendors", dependencies: ["PaymentCore", "HTTP", "JSON", "Cryptography"]),
        .target(
            name: "PaymentAPI",
            dependencies: [
                "PaymentCore", "HTTPServer", "HTTP", "JSON", "Cryptography", "Observability",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]
        ),
        .target(
            name: "Simulators",
            dependencies: ["HTTPServer", "HTTPClient", "HTTP", "JSON", "Cryptography", "Reactor"],
            path: "Sources/simulators"
        ),
        .executableTarget(
            name: "gateway",
            dependencies: [
                "PaymentCore", "PaymentAPI", "Vendors", "Storage", "KeyServices",
                "EventDelivery", "Kafka", "Simulators",
                "HTTPServer",
                "HTTPClient", "HTTP", "Postgres", "Reactor", "Cryptography", "JSON",
                "Observability",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),

        // The subject of HTTP load tools and conformance suites; here and not in the benchmarks'
        // own package, since `package` declarations end at its border.
        .executableTarget(
            name: "echo",
            dependencies: [
                "HTTPServer", "HTTP", "Reactor", "Cryptography",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/echo"
        ),
        // What measures the queue's store beside pgbench.
        .executableTarget(
            name: "queue-driver",
            dependencies: [
                "Storage", "PaymentCore", "Postgres", "Reactor",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/Queue/driver"
        ),
        // Where events go when telling them is measured.
        .executableTarget(
            name: "events-receiver",
            dependencies: [
                "KafkaKit", "PaymentCore", "HTTPServer", "HTTP", "JSON", "Reactor",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/Events/receiver"
        ),
        // What measures routing and the adapters, and signs deliveries for the receiver.
        .executableTarget(
            name: "vendor-driver",
            dependencies: [
                "Vendors", "VendorRecordings", "PaymentCore", "HTTP", "JSON", "Cryptography",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/Vendors/driver"
        ),

        // Tests.
        .target(
            name: "TestKit",
            dependencies: [
                "PaymentCore", "HTTP", "JSON", "Postgres", "Reactor", "Cryptography", "CLinux",
                "COpenSSL",
            ],
            path: "Tests/TestKit"
        ),
        // Vendors' recorded answers, with what had been asked.
        .target(
            name: "VendorRecordings",
            dependencies: ["Vendors", "PaymentCore", "HTTP", "JSON"],
            path: "Tests/VendorRecordings"
        ),
        .target(
            name: "Simulation",
            dependencies: ["PaymentCore", "TestKit"],
            path: "Tests/Simulation"
        ),
        .executableTarget(
            name: "simulate",
            dependencies: [
                "Simulation", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Simulate"
        ),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation"]),
        .target(
            name: "FuzzTargets",
            dependencies: ["HTTP", "JSON", "PaymentCore", "Vendors", "TestKit"],
            path: "Fuzz/Targets"
        ),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets", "TestKit"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestKit"]),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP", "TestKit"]),
        .testTarget(name: "ReactorTests", dependencies: ["Reactor", "CLinux"]),
        .testTarget(name: "CryptographyTests", dependencies: ["Cryptography"]),
        .testTarget(
            name: "ObservabilityTests",
            dependencies: [
                "Observability", .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]
        ),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: [
                "HTTPServer", "HTTP", "Reactor", "Cryptography", "TestKit", "echo",
                "events-receiver",
            ]
        ),
        .testTarget(
            name: "HTTPClientTests",
            dependencies: [
                "HTTPClient", "HTTPServer", "HTTP", "Reactor", "Cryptography", "TestKit",
            ]
        ),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "Reactor", "TestKit"]),
        .target(
            name: "KafkaKit",
            dependencies: [
                "Kafka", "Reactor",
                .target(name: "CRdkafka", condition: .when(traits: ["Kafka"])),
            ],
            path: "Tests/KafkaKit"
        ),
        .testTarget(name: "KafkaTests", dependencies: ["Kafka", "KafkaKit", "Reactor"]),
        .target(
            name: "ChaosKit",
            dependencies: [
                "EventDelivery", "PaymentCore", "HTTPServer", "HTTPClient", "HTTP", "JSON",
                "Postgres", "Reactor", "Cryptography", "Observability", "KafkaKit", "TestKit",
            ],
            path: "Tests/ChaosKit"
        ),
        .executableTarget(
            name: "chaos",
            dependencies: [
                "ChaosKit", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Chaos"
        ),
        .testTarget(name: "ChaosTests", dependencies: ["ChaosKit", "gateway"]),
        .testTarget(name: "PaymentCoreTests", dependencies: ["PaymentCore", "TestKit"]),
        .testTarget(
            name: "StorageTests",
            dependencies: [
                "Storage", "PaymentCore", "Postgres", "Cryptography", "Reactor", "TestKit",
            ]
        ),
        .testTarget(
            name: "EventDeliveryTests",
            dependencies: ["EventDelivery", "PaymentCore", "HTTP"]
        ),
        .testTarget(
            name: "KeyServicesTests",
            dependencies: [
                "KeyServices", "Storage", "PaymentCore", "HTTP", "JSON", "Cryptography",
            ]
        ),
        .testTarget(
            name: "VendorsTests",
            dependencies: [
                "Vendors", "VendorRecordings", "PaymentCore", "HTTP", "JSON", "Cryptography",
                "TestKit", "Simulators", "HTTPClient", "HTTPServer", "Reactor",
            ],
            exclude: [
                "Adyen/Recordings", "Click/Recordings", "HesabPay/Recordings",
                "Integrator/Recordings", "Octo/Recordings", "PayPal/Recordings",
                "Payme/Recordings", "Stripe/Recordings",
            ]
        ),
        .testTarget(
            name: "PaymentAPITests",
            dependencies: [
                "PaymentAPI", "PaymentCore", "HTTP", "HTTPServer", "HTTPClient", "JSON", "Reactor",
                "Cryptography", "TestKit", .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "SimulatorsTests",
            dependencies: [
                "Simulators", "HTTPClient", "HTTPServer", "HTTP", "JSON", "Cryptography", "Reactor",
            ]
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "gateway", "EventDelivery", "Kafka", "KafkaKit", "Observability", "PaymentAPI",
                "PaymentCore",
                "HTTPServer", "HTTPClient", "HTTP", "JSON", "Postgres", "Reactor", "Cryptography",
                "TestKit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

// The fuzzer brings its own `main`, so its driver links only where it is asked for: scripts/fuzz.
if Context.environment["FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: ["FuzzTargets"],
            path: "Fuzz/Driver",
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]
        )
    )
}

// One list of settings for every Swift target: the compiler is the first reader.
for target in package.targets where target.type != .system && target.name != "CLinux" {
    target.swiftSettings = [
        .treatAllWarnings(as: .error),
        .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        // Calls across modules are specialised and inlined as inside one: a payment passes through ten.
        .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
    ]
    // A twelfth of a small request went into checking at run time that no access overlaps another.
    // Debug builds check it, and so every test and fuzzer; what these modules change is touched on
    // its loop alone, or under a lock.
    if ["Reactor", "HTTP", "HTTPServer"].contains(target.name) {
        target.swiftSettings?.append(
            .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
        )
    }
    if target.name == "fuzz" { target.swiftSettings?.append(.unsafeFlags(["-parse-as-library"])) }
}
