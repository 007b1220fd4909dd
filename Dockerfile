# syntax=docker/dockerfile:1

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libcurl4-openssl-dev libpq-dev librdkafka-dev libssl-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# The packages change less often than the sources: resolved in a layer of their own.
COPY Package.swift ./
RUN swift package resolve
COPY . .
RUN swift build -c release --product gateway --static-swift-stdlib \
    && strip .build/release/gateway

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates libcurl4 libpq5 librdkafka1 libssl3 libstdc++6 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /var/lib/gateway --create-home --shell /usr/sbin/nologin gateway
COPY --from=build /source/.build/release/gateway /usr/local/bin/gateway
COPY migrations /usr/local/share/gateway/migrations
ENV GATEWAY_HTTP_HOST=0.0.0.0 \
    GATEWAY_HTTP_PORT=8080 \
    GATEWAY_MIGRATIONS=/usr/local/share/gateway/migrations \
    GATEWAY_KEY_FILE=/var/lib/gateway/gateway.keys
USER gateway
WORKDIR /var/lib/gateway
# Both key files, gateway.keys and gateway.keys.ledger, must outlive the container: without the first, stored
# tokens cannot be read. All containers of an installation share them.
VOLUME /var/lib/gateway
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
    CMD ["gateway", "ping", "http://127.0.0.1:8080/health/ready"]
# Longer than the drain after SIGTERM, see GATEWAY_DRAIN_SECONDS; give `docker stop` 40 s.
STOPSIGNAL SIGTERM
CMD ["gateway", "serve"]
