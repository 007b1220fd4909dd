#!/usr/bin/env bash
# Measures the HTTP server beside nginx with one worker and, when it is built, Hummingbird: rounds
# take turns, since only ratios within one run mean something; then heap allocations per request and
# memory per idle connection.
#
#   Benchmarks/http.sh [seconds per round, default 4] [rounds, default 3]
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-4}
rounds=${2:-3}
work=$(mktemp -d)
pids=()
stop() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

swift build -c release --static-swift-stdlib --product echo >"$work/build" 2>&1 \
    || { cat "$work/build"; exit 1; }
echo_server=$(swift build -c release --static-swift-stdlib --show-bin-path)/echo
hello=Benchmarks/hello/.build/release/hello
ulimit -n 20000

# A free port, found by letting the system choose one.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
wait_for() {
    for _ in $(seq 100); do
        curl -so /dev/null "http://127.0.0.1:$1/health" && return
        sleep 0.1
    done
    echo "nothing listens on port $1" >&2
    exit 1
}

declare -A port
for name in echo nginx hummingbird; do port[$name]=$(free_port); done
names=(echo nginx)

"$echo_server" --port "${port[echo]}" >/dev/null & pids+=($!)
cat >"$work/nginx.conf" <<EOF
worker_processes 1;
daemon off;
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 8192; }
http {
    access_log off;
    keepalive_requests 1000000000;
    server { listen 127.0.0.1:${port[nginx]} backlog=1024; location / { return 200; } }
}
EOF
nginx -c "$work/nginx.conf" -p "$work" & pids+=($!)
if [ -x "$hello" ]; then
    "$hello" "${port[hummingbird]}" >/dev/null 2>&1 & pids+=($!)
    names+=(hummingbird)
else
    echo "Hummingbird is left out; build it with: swift build -c release --package-path Benchmarks/hello"
fi
for name in "${names[@]}"; do wait_for "${port[$name]}"; done

median() { sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

echo
echo "GET /health, keep-alive, wrk -t1, ${seconds} s a round, median of $rounds interleaved rounds"
printf '%-12s %12s %12s %10s %10s\n' connections server requests/s p50 p99
for connections in 64 256; do
    for round in $(seq "$rounds"); do
        for name in "${names[@]}"; do
            wrk -t1 -c"$connections" -d"${seconds}s" --latency \
                "http://127.0.0.1:${port[$name]}/health" >"$work/wrk"
            awk '/Requests\/sec/ { print $2 }' "$work/wrk" >>"$work/$name.$connections"
            awk '$1 == "50%" { print $2 }' "$work/wrk" >>"$work/$name.$connections.p50"
            awk '$1 == "99%" { print $2 }' "$work/wrk" >>"$work/$name.$connections.p99"
            if grep -q "Non-2xx\|Socket errors" "$work/wrk"; then
                echo "$name answered with errors:"
                cat "$work/wrk"
                exit 1
            fi
        done
    done
    for name in "${names[@]}"; do
        printf '%-12s %12s %12.0f %10s %10s\n' "$connections" "$name" \
            "$(median <"$work/$name.$connections")" \
            "$(sort -V "$work/$name.$connections.p50" | sed -n "$(((rounds + 1) / 2))p")" \
            "$(sort -V "$work/$name.$connections.p99" | sed -n "$(((rounds + 1) / 2))p")"
    done
    for name in "${names[@]:1}"; do
        # The median of the ratios of neighbours: both had the same minute.
        ratio=$(paste "$work/echo.$connections" "$work/$name.$connections" \
            | awk '{ print $1 / $2 }' | median)
        printf '%-12s echo / %s = %.2f\n' "$connections" "$name" "$ratio"
    done
done

echo
cc -O2 -shared -fPIC -o "$work/allocations.so" Benchmarks/allocations.c
counted=$(free_port)
LD_PRELOAD="$work/allocations.so" "$echo_server" --port "$counted" \
    >/dev/null 2>"$work/allocations" & pids+=($!)
counter=$!
wait_for "$counted"
count() {
    kill -USR2 "$counter"
    sleep 0.3
    awk 'END { print $2 }' "$work/allocations"
}
# Connections cost allocations and requests must not: two runs that differ in their requests only.
load() {
    local before after requests
    before=$(count)
    requests=$(wrk -t1 -c16 -d"$1s" "http://127.0.0.1:$counted/health" \
        | awk '/requests in/ { print $1 }')
    after=$(count)
    echo "$requests $((after - before))"
}
load 1 >/dev/null
read -r few few_allocations < <(load 1)
read -r many many_allocations < <(load 4)
awk -v n=$((many - few)) -v a=$((many_allocations - few_allocations)) 'BEGIN {
    printf "heap allocations: %d more for %d more requests on as many connections, %.4f each\n", a, n, a / n
}'

echo
python3 - "${port[echo]}" "${pids[0]}" 5000 <<'EOF'
import resource, socket, sys, time

port, pid, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_NOFILE, (20000, 20000))


def resident():
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


time.sleep(1)
before = resident()
connections = []
for _ in range(count):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n")
    connection.recv(4096)
    connections.append(connection)
after = resident()
print(f"{count} idle connections, each after a request: {before} KB -> {after} KB,",
      f"{(after - before) / count:.2f} KB each")
EOF
