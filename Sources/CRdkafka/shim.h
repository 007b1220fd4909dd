// librdkafka for Swift: its variadic calls with the arguments that are used here.
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

// Copies key and value; takes the headers over when it succeeds. `batch` comes back in the report.
static inline rd_kafka_resp_err_t kafka_produce(rd_kafka_t *client, const char *topic,
                                                const void *key, size_t key_length,
                                                const void *value, size_t value_length,
                                                int64_t milliseconds,
                                                rd_kafka_headers_t *headers, uintptr_t batch) {
    return rd_kafka_producev(client, RD_KAFKA_V_TOPIC(topic),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                             RD_KAFKA_V_KEY(key, key_length),
                             RD_KAFKA_V_VALUE((void *)value, value_length),
                             RD_KAFKA_V_TIMESTAMP(milliseconds), RD_KAFKA_V_HEADERS(headers),
                             RD_KAFKA_V_OPAQUE((void *)batch), RD_KAFKA_V_END);
}

// The mock cluster's next answer to a kind of request fails or comes late.
static inline rd_kafka_resp_err_t kafka_mock_push_answer(rd_kafka_mock_cluster_t *cluster,
                                                         int32_t broker, int16_t request,
                                                         rd_kafka_resp_err_t error,
                                                         int milliseconds) {
    return rd_kafka_mock_broker_push_request_error_rtts(cluster, broker, request, 1, error,
                                                        milliseconds);
}
