#!/usr/bin/env bash
# Installs Debian's packages of the servers, of the browser and of what clients need: the tests that break a server need
# one of their own, also where others come by an address or from a Docker engine. As root only; others are told what to
# install. The packages' own services stay asleep: the tests start private instances.
set -euo pipefail

packages=()
[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || packages+=(rabbitmq-server)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || packages+=(postgresql)
[ -x /usr/sbin/mariadbd ] || packages+=(mariadb-server)
command -v redis-server >/dev/null || packages+=(redis-server)
command -v promtool >/dev/null || packages+=(prometheus)
command -v amqp-publish >/dev/null || packages+=(amqp-tools)
command -v chromium >/dev/null || packages+=(chromium)
[ -x /usr/sbin/nginx ] || packages+=(nginx)
command -v curl >/dev/null || packages+=(curl)
command -v jq >/dev/null || packages+=(jq)
command -v kubectl >/dev/null || packages+=(kubernetes-client)
command -v npm >/dev/null || packages+=(nodejs npm)
[ ${#packages[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
  echo "some tests need more: install ${packages[*]} (as root: apt-get install ${packages[*]})"
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
