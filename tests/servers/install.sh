#!/usr/bin/env bash
# Installs from Debian's packages what the tests' servers need, where nothing else gives them: no address in the
# environment, no Docker engine. As root only; others are told what to install. The packages' own services stay
# asleep: the tests start private instances.
set -euo pipefail

packages=()
has_docker() { timeout 5 docker info >/dev/null 2>&1; }
if [ -z "${TEST_RABBITMQ_URL:-}" ] && [ ! -x /usr/lib/rabbitmq/bin/rabbitmq-server ] && ! has_docker; then
  packages+=(rabbitmq-server)
fi
if [ -z "${TEST_POSTGRESQL_URL:-}" ] && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && ! has_docker; then
  packages+=(postgresql)
fi
command -v amqp-publish >/dev/null || packages+=(amqp-tools)
[ ${#packages[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
  echo "some tests need servers: install ${packages[*]} (as root: apt-get install ${packages[*]})"
  exit 0
fi

echo "installing ${packages[*]} …"
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { apt-get update && apt-get install -y --no-install-recommends "${packages[@]}"; } > "$log" 2>&1; then
  tail -n 20 "$log"
  echo "could not install ${packages[*]}"
fi
rm -f "$log"
