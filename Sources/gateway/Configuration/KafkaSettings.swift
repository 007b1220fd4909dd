import Kafka

/// The settings of events over Kafka.
struct KafkaSettings: Sendable {
    enum Security: String, CaseIterable, Sendable {
        case plaintext
        case ssl
        case saslPlaintext = "sasl_plaintext"
        case saslSSL = "sasl_ssl"
    }

    let brokers: [String]
    let topic: TopicTemplate
    /// Empty: no events come in over Kafka.
    let inboundTopics: [String]
    let group: String
    private let security: Security
    private let mechanism: String
    private let user: String
    private let password: String
    private let authorities: String
    private let options: [String: String]

    init(from read: inout SettingReader) throws(SettingError) {
        brokers = try read.list(
            "GATEWAY_KAFKA_BROKERS",
            default: "",
            "host:port of Kafka brokers; with them, every event is sent there too"
        )
        let template = try read.text(
            "GATEWAY_KAFKA_TOPIC",
            default: "{namespace}.payment.{aggregate}",
            "where an event goes; {namespace}, {aggregate}, {type} and {tenant} are put in"
        )
        guard let topic = TopicTemplate(template) else {
            throw SettingError(
                name: "GATEWAY_KAFKA_TOPIC",
                reason: "“\(template)” makes no topic: letters, digits, . _ - and known {words}"
            )
        }
        self.topic = topic
        inboundTopics = try read.list(
            "GATEWAY_KAFKA_INBOUND_TOPICS",
            default: "",
            "topics of other services' events; one that begins with ^ is a pattern"
        )
        guard inboundTopics.isEmpty || !brokers.isEmpty else {
            throw SettingError(
                name: "GATEWAY_KAFKA_INBOUND_TOPICS",
                reason: "topics are read from GATEWAY_KAFKA_BROKERS, which names none"
            )
        }
        group = try read.text(
            "GATEWAY_KAFKA_GROUP",
            default: "payment-gateway",
            "the consumer group that shares the topics' partitions"
        )
        security = try read.choice(
            "GATEWAY_KAFKA_SECURITY",
            default: .plaintext,
            "how brokers are spoken to"
        )
        mechanism = try read.text(
            "GATEWAY_KAFKA_MECHANISM",
            default: "SCRAM-SHA-512",
            "the SASL mechanism: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, …"
        )
        user = try read.text("GATEWAY_KAFKA_USER", default: "", "the SASL user")
        password = try read.text(
            "GATEWAY_KAFKA_PASSWORD",
            default: "",
            isSecret: true,
            "the SASL password"
        )
        authorities = try read.text(
            "GATEWAY_KAFKA_CA",
            default: "",
            "PEM authorities of the brokers, instead of the system's"
        )
        let list = try read.secretList(
            "GATEWAY_KAFKA_OPTIONS",
            "further properties of librdkafka, as name=value"
        )
        var options: [String: String] = [:]
        for option in list {
            guard let equals = option.firstIndex(of: "=") else {
                throw SettingError(
                    name: "GATEWAY_KAFKA_OPTIONS",
                    reason: "an option is not name=value"
                )
            }
            options[String(option[..<equals])] = String(option[option.index(after: equals)...])
        }
        self.options = options
    }

    /// What every client of these brokers is made with.
    var configuration: KafkaConfiguration {
        var properties = [
            "bootstrap.servers": brokers.joined(separator: ","),
            "security.protocol": security.rawValue,
        ]
        if security == .saslPlaintext || security == .saslSSL {
            properties["sasl.mechanism"] = mechanism
            properties["sasl.username"] = user
            properties["sasl.password"] = password
        }
        if !authorities.isEmpty { properties["ssl.ca.location"] = authorities }
        return KafkaConfiguration(properties).with(options)
    }
}
