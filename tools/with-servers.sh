#!/usr/bin/env bash
# with-servers.sh CMD [ARGS...] -- start the database servers that the tests need, run CMD with their URLs in the
# environment, stop them, and pass on CMD's exit status.
#
#   TEST_POSTGRES_URL           set: used as it is, and no PostgreSQL is started
#   PG_BIN                      folder of PostgreSQL's server programs (default: the newest in /usr/lib/postgresql)
#   WITH_REPLICA=1              a hot standby too: TEST_POSTGRES_REPLICA_URL
#
# Servers listen on free loopback ports, keep their data in a folder that goes with them, and die with this script.
# A further server is three functions (needs_, prepare_, start_) and its name in `servers` below.
set -euo pipefail
servers=(postgres)

run=$(mktemp -d /tmp/ormt.XXXXXX) # short: the path of a unix socket has at most 107 bytes
chmod 755 "$run"                  # mktemp gives 700, which a server's own user could not enter
preparing=()                      # process groups of the set-up jobs
running=()                        # server processes
signals=()                        # the signal that stops each of them

cleanup() {
  trap - EXIT INT TERM
  local i pid
  for pid in "${preparing[@]}"; do kill -KILL -- "-$pid" 2>/dev/null || true; done
  for i in "${!running[@]}"; do kill -"${signals[i]}" "${running[i]}" 2>/dev/null || true; done
  for pid in "${running[@]}"; do wait "$pid" 2>/dev/null || true; done
  # a set-up job that was killed may still be writing
  for i in $(seq 1 50); do rm -rf "$run" 2>/dev/null && break; sleep 0.05; done
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

die() { echo "with-servers: $*" >&2; exit 1; }

# first_user NAME...: the first of these users that exists
first_user() {
  local name
  for name in "$@" nobody; do
    if id "$name" >/dev/null 2>&1; then echo "$name"; return; fi
  done
}

# as USER CMD...: become CMD, not as root (servers refuse to run as root), and die with this script however it ends
as() {
  local user=$1; shift
  cd /
  if [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups --pdeathsig KILL -- "$@"
  else
    exec setpriv --pdeathsig KILL -- "$@"
  fi
}

# own_folder USER PATH
own_folder() {
  mkdir -p "$2"
  [ "$(id -u)" != 0 ] || chown "$1" "$2"
  chmod 700 "$2"
}

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port: below the range from which the kernel picks ports of outgoing connections
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); listening "$port"; do :; done
  echo "$port"
}

# ready PID LOG CMD...: wait until CMD succeeds; fail at once when PID is gone
ready() {
  local pid=$1 log=$2 i; shift 2
  for i in $(seq 1 600); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.03
  done
  cat "$log" >&2
  return 1
}

# ---- PostgreSQL

needs_postgres() {
  [ -z "${TEST_POSTGRES_URL:-}" ] || return 1
  pg_bin=${PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)}
  [ -x "$pg_bin/postgres" ] || die "no PostgreSQL server: apt-get install -y postgresql, or set TEST_POSTGRES_URL"
  pg_user=$(first_user postgres)
  own_folder "$pg_user" "$run/pg"
}

prepare_postgres() {
  (as "$pg_user" "$pg_bin/initdb" -D "$run/pg/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync) \
    >"$run/pg.init" 2>&1 || { cat "$run/pg.init" >&2; return 1; }
}

# run_postgres FOLDER PORT: nothing is synced to disk, because nothing has to survive
run_postgres() {
  (as "$pg_user" "$pg_bin/postgres" -D "$1/data" -c port="$2" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories="$1" -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=200 -c shared_buffers=64MB -c wal_level=logical -c max_wal_senders=10 \
    -c max_prepared_transactions=20 -c jit=off) >"$1.log" 2>&1 </dev/null &
  running+=($!)
  signals+=(INT)
  ready "$!" "$1.log" "$pg_bin/psql" -h 127.0.0.1 -p "$2" -U postgres -c '' || die "PostgreSQL did not start"
}

start_postgres() {
  local port standby
  port=$(free_port)
  run_postgres "$run/pg" "$port"
  export TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres"
  [ "${WITH_REPLICA:-0}" = 1 ] || return 0
  own_folder "$pg_user" "$run/pgs"
  (as "$pg_user" "$pg_bin/pg_basebackup" -h 127.0.0.1 -p "$port" -U postgres -D "$run/pgs/data" -R -X stream \
    -C -S standby1 --checkpoint=fast --no-sync) || die "pg_basebackup failed"
  standby=$(free_port)
  run_postgres "$run/pgs" "$standby"
  export TEST_POSTGRES_REPLICA_URL="postgres://postgres@127.0.0.1:$standby/postgres"
}

# ---- all of them: set-up side by side, then start

[ $# -gt 0 ] || die "usage: $0 CMD [ARGS...]"
began=$(date +%s%N)
wanted=()
set -m # each set-up job gets a process group, so that cleanup ends all of it
for server in "${servers[@]}"; do
  if "needs_$server"; then
    "prepare_$server" &
    preparing+=($!)
    wanted+=("$server")
  fi
done
set +m
for i in "${!wanted[@]}"; do
  wait "${preparing[i]}" || die "setting up ${wanted[i]} failed"
  "start_${wanted[i]}"
done
preparing=()
if [ ${#wanted[@]} -gt 0 ]; then
  echo "with-servers: ${wanted[*]} started in $((($(date +%s%N) - began) / 1000000)) ms" >&2
fi
"$@"
