# Sourced by src/quickstart and tests/run: what a fresh machine lacks, and how restat is built.
# Expects `root`, the checkout.

export LC_ALL=C.UTF-8
jobs=$(nproc 2>/dev/null || echo 2)
[ -n "${HOME:-}" ] || export CCACHE_DIR="$root/.build/ccache"

say() { printf '== %s\n' "$*"; }
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "run this as root first: $*"
    fi
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 "$@"; }

# install_missing PACKAGE...: asks dpkg once, and apt only when something is missing.
install_missing() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "no apt here; what Debian calls the following must be installed: $*"
        return 0
    fi
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
        sed -n 's/^installed //p') || true
    missing=$(printf '%s\n' "$@" | grep -vxF "$installed") || return 0
    say "installing" $missing
    { apt update && apt install -y --no-install-recommends $missing; } </dev/null >&2 ||
        die "could not install" $missing
}

# The newest g++ that will do, in `gcc`; installs one if the usual one is too old.
choose_gcc() {
    gcc=g++
    if [ "$(g++ -dumpversion 2>/dev/null | cut -d. -f1)" -lt 12 ] 2>/dev/null; then
        gcc=g++-12
        install_missing g++-12
    fi
    command -v "$gcc" >/dev/null || die "restat needs g++ 12 or later, or clang++ 14 or later"
}

# configure NAME ARGUMENT...: in .build/NAME, unless it was done with the same arguments.
configure() {
    build="$root/.build/$1"
    shift
    if [ ! -f "$build/build.ninja" ] || [ "$(cat "$build/arguments" 2>/dev/null)" != "$*" ]; then
        cmake -S "$root" -B "$build" -G Ninja --log-level=WARNING "$@" || return 1
        printf '%s\n' "$*" >"$build/arguments"
    fi
}
