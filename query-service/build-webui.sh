#!/usr/bin/env bash
# Builds the web UI into target/webui, from where Maven takes it into the jar. Does nothing when the sources are those
# of the last build, and leaves node_modules alone while the lock file is the same: the usual Maven build stays quick.
set -euo pipefail
cd "$(dirname "$0")"
source_dir=src/main/webui
built=target/webui/META-INF/resources
stamp=target/webui-built-from
lock_stamp=$source_dir/node_modules/.installed-from

digest() { # of names and content
  find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

sources=$(digest openapi.json "$source_dir" -path "$source_dir/node_modules" -prune -o)
if [ -f "$built/index.html" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sources" ]; then
  echo "web UI: up to date"
  exit 0
fi
lock=$(digest "$source_dir/package-lock.json" "$source_dir/.npmrc")
if [ ! -f "$lock_stamp" ] || [ "$(cat "$lock_stamp")" != "$lock" ]; then
  npm --prefix "$source_dir" ci --no-audit --no-fund
  echo "$lock" > "$lock_stamp"
fi
# Maven only adds to target/classes: assets of earlier builds would stay in the jar.
rm -rf target/classes/META-INF/resources
npm --prefix "$source_dir" test
npm --prefix "$source_dir" run build
mkdir -p target
echo "$sources" > "$stamp"
