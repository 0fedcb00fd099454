# Sourced by src/quickstart and tests/run: what a fresh machine lacks, and how restat is built.
# Expects `root`, the checkout.

export LC_ALL=C.UTF-8
jobs=$(nproc 2>/dev/null || echo 2)
[ -n "${HOME:-}" ] || export CCACHE_DIR="$root/.build/ccache"

say() { printf '== %s\n' "$*"; }
complain() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() {
    complain "$@"
    exit 1
}

# missing_of PACKAGE...: those that are not installed; asks dpkg once.
missing_of() {
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
        sed -n 's/^installed //p') || true
    printf '%s\n' "$@" | grep -vxF "$installed" || true
}

# apt ARGUMENT...: apt-get as root; its words also go to the file `apt_said`.
apt() {
    (
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 "$@" ||
            echo "E: apt-get failed"
    ) </dev/null 2>&1 | tee -a "$apt_said" >&2
    ! grep -q '^E: ' "$apt_said"
}

# install_packages PACKAGE...: returns 1, and says why, if it cannot.
install_packages() {
    by_hand="apt-get update && apt-get install -y --no-install-recommends $*"
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        as_root=sudo
        command -v sudo >/dev/null || {
            complain "packages are missing and there is no sudo; run this as root, then try again:
$by_hand"
            return 1
        }
    fi
    say "installing" "$@"
    apt_said=$(mktemp)
    install_status=0
    { apt update && apt install -y --no-install-recommends "$@"; } || install_status=1
    no_network=$(grep -hoE "(Temporary failure resolving|Could not (resolve|connect to)|Unable to \
connect to|Cannot initiate the connection to|Network is unreachable)[^,;(]*" "$apt_said" |
        head -n 1) || true
    rm -f "$apt_said"
    [ "$install_status" -ne 0 ] || return 0
    if [ -n "$no_network" ]; then
        complain "no network ($no_network); these packages are missing: $*"
    else
        complain "apt cannot install packages; run this as root, then try again:
$by_hand"
    fi
    return 1
}

# install_missing PACKAGE...: installs what a Debian or Ubuntu lacks.
install_missing() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "no apt here; what Debian calls the following must be installed: $*"
        return 0
    fi
    missing=$(missing_of "$@")
    # shellcheck disable=SC2086
    [ -z "$missing" ] || install_packages $missing || exit 1
}

# install_wanted PACKAGE...: the same with what the tests can do without, where there is such a
# package. Returns 1 if it is still missing.
install_wanted() {
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || return 1
    missing=$(missing_of "$@")
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086
    install_packages $missing 2>/dev/null
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
