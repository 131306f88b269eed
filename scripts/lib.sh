# shellcheck shell=bash
# Shared by the scripts beside it: where the repository is, steps with their time, packages, pages.
# Source it first; afterwards the current directory is the repository's root.

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

started_at=$SECONDS
heartbeat_pid=

# ---- saying what happens -------------------------------------------------------------------

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# 75 -> 1:15
clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

say() { printf '\n==> [%s] %s\n' "$(clock $((SECONDS - started_at)))" "$*"; }

stop_heartbeat() {
  if [[ -n $heartbeat_pid ]]; then
    kill "$heartbeat_pid" 2>/dev/null || true
    wait "$heartbeat_pid" 2>/dev/null || true
    heartbeat_pid=
  fi
}
trap stop_heartbeat EXIT

# quietly LOG COMMAND…: the output goes to LOG, a line every ten seconds says that it still runs,
# and a failure shows the end of LOG. Returns the command's exit code.
quietly() {
  local log=$1 code=0 began=$SECONDS
  shift
  mkdir -p "$(dirname "$log")"
  while sleep 10 >/dev/null 2>&1; do printf '    … %s\n' "$(clock $((SECONDS - began)))"; done &
  heartbeat_pid=$!
  "$@" >"$log" 2>&1 </dev/null || code=$?
  stop_heartbeat
  if ((code != 0)); then
    tail -n 40 "$log" >&2
    printf '    (the whole of it: %s)\n' "$log" >&2
  fi
  return "$code"
}

# ---- packages ------------------------------------------------------------------------------

# The packages that the given lists name, one a line.
packages_in() { sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$@" | sort -u; }

# Of the packages on stdin those that are not installed.
missing_of() {
  local wanted
  mapfile -t wanted
  comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) \
    <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
      sed -n 's/^installed //p' | sort -u)
}

# Node.js 18 or newer and npm, in whatever way they came here; else Debian's.
need_node() {
  command -v node >/dev/null || echo nodejs
  command -v npm >/dev/null || echo npm
}

check_node() {
  local major
  major=$(node --version | sed -E 's/^v([0-9]+).*/\1/')
  ((major >= 18)) || die "Node.js $(node --version) is too old for the pages: 18 or newer is needed"
}

# install_packages LIST…: brings what is missing of the lists and Node.js; silent when nothing is.
install_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    die "this is not a Debian system: install by hand what these files list: $*"
  fi
  local missing
  mapfile -t missing < <({ packages_in "$@" | missing_of; need_node; } | sort -u)
  if ((${#missing[@]} > 0)); then
    local as_root=()
    if ((EUID != 0)); then
      if command -v sudo >/dev/null; then
        as_root=(sudo)
      else
        die "packages are missing and only root can install them. As root, run:
  apt-get update && apt-get install --no-install-recommends ${missing[*]}
then start this again."
      fi
    fi
    say "installing ${#missing[@]} packages: ${missing[*]}"
    "${as_root[@]}" apt-get update -q ||
      die "apt-get update failed: is the network up, and are the sources in /etc/apt right?"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
      --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}" ||
      die "apt-get could not install the packages above; Spindle needs Debian 12 or what matches it"
    hash -r
  fi
  check_node
}

# ---- building ------------------------------------------------------------------------------

# True when web/dist is older than what it is made from, or not there.
web_is_stale() {
  [[ -f web/dist/index.html ]] || return 0
  [[ -n $(find web -path web/node_modules -prune -o -path web/dist -prune -o \
    -type f -newer web/dist/index.html -print -quit) ]]
}

# node_modules as the lock file wants them. The lock names the bundler's native part for Linux only;
# npm 10 and later therefore refuse `npm ci`, and then `npm install` brings the same versions.
install_web_packages() {
  if [[ ! -f web/node_modules/.package-lock.json ||
    web/package-lock.json -nt web/node_modules/.package-lock.json ]]; then
    say "pages: fetching packages"
    local quiet=(--no-audit --no-fund --no-progress)
    quietly build/logs/npm-ci.log npm --prefix web ci "${quiet[@]}" 2>/dev/null ||
      quietly build/logs/npm-install.log npm --prefix web install --no-save "${quiet[@]}" ||
      die "npm could not fetch the packages of the pages: is the network up?"
    touch web/node_modules/.package-lock.json
  fi
}

build_web() {
  [[ -f web/package.json ]] || return 0
  web_is_stale || return 0
  install_web_packages
  say "pages: building"
  quietly build/logs/web.log npm --prefix web run build || die "the pages do not build"
  touch web/dist/index.html
}

# configure PRESET [CMAKE-ARGS…], into build/PRESET. An existing folder keeps its options.
configure() {
  local preset=$1
  shift
  say "configuring build/$preset"
  quietly "build/logs/cmake-$preset.log" cmake --preset "$preset" "$@" || die "cmake failed"
}

# compile FOLDER [TARGET…]
compile() {
  local folder=$1
  say "compiling $folder${2:+ (${*:2})}"
  NINJA_STATUS='[%f/%t %es] ' ninja -C "$@" || die "the build in $folder failed"
}

# The targets of a build folder whose whole name matches an extended regular expression.
targets_like() {
  ninja -C "$1" -t targets all | sed -nE "s/^($2): phony\$/\1/p" | sort -u
}
