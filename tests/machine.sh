#!/bin/sh
# Sees to it that the system parts of the slow tests are here; installs them where it may, else says how.
set -eu

need() {  # need PACKAGE TEST...: install the Debian package unless the test holds
    package=$1
    shift
    if sh -c "$*" >/dev/null 2>&1; then return; fi
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing $package for the slow tests ..."
        [ -n "${apt_updated:-}" ] || { apt-get update -qq; apt_updated=yes; }
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
    fi
    sh -c "$*" >/dev/null 2>&1 || {
        echo "The slow tests need $package. Install it (Debian: apt-get install $package) and run again." >&2
        exit 1
    }
}

need postgresql 'ls /usr/lib/postgresql/*/bin/initdb'
need curl 'curl --version'
need nodejs 'node --version'
need npm 'npm --version'
need chromium 'command -v chromium || command -v chromium-browser || command -v google-chrome'

js=$(dirname "$0")/../workbench/widgets/js
if [ ! -d "$js/node_modules" ] || [ "$js/package-lock.json" -nt "$js/node_modules/.package-lock.json" ]; then
    echo "Installing what the widgets' script is built from ..."
    (cd "$js" && npm ci --silent --no-audit --no-fund)
fi
