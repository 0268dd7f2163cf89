#!/bin/sh
# Builds and checks everything. ./build.sh --help says what there is.
set -eu
cd -- "$(dirname -- "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

usage() {
    cat <<'END'
Usage: build.sh [COMMAND]

  quick                   build and run the fast suites: under a minute when built before, no root, nothing is installed
  test                    build and run all suites; as root it installs the Debian packages that are missing
  build                   build every project; warnings, code style and too long lines are errors
  docs                    the manual page and the completions of shells, from the table of verbs in src/Vma.Cli/Arguments
  native                  the executable, artifacts/vma/vma
  guest                   the guest of the end-to-end tests, artifacts/guest
  trixie                  Debian 13's QEMU for optional tests, artifacts/trixie; needs root
  fuzz [SECONDS] [SEED]   damaged archives and hostile peers against all that reads them; each part for a minute unless it is said
  pack                    the libraries' packages, artifacts/packages
  all                     build, pack and test; this is the default

The last line of quick and test is "N passed, N failed, N skipped".
END
}

say() { printf '== %s\n' "$*"; }

die() {
    printf 'build.sh: %s\n' "$*" >&2
    exit 1
}

# need COMMAND PACKAGE...: installs Debian packages when a command is missing.
need() {
    command -v "$1" >/dev/null 2>&1 && return
    missing=$1
    shift
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        die "$missing is missing; please install: $*"
    fi
    say "installing $* ($missing is missing)"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -q "$@" >/dev/null 2>&1 || { apt-get update -q >/dev/null && apt-get install -y -q "$@" >/dev/null; }
}

need_dotnet() {
    command -v dotnet >/dev/null 2>&1 || die 'the .NET SDK 10 is missing: https://dotnet.microsoft.com/download'
    dotnet --version >/dev/null 2>&1 || die "$(dotnet --version 2>&1 | head -n 3)"
}

# What the tests call and a fresh Debian lacks.
need_tools() {
    need mke2fs e2fsprogs
    need zstd zstd
    need pzstd zstd
    need gzip gzip
    need lzop lzop
    need pigz pigz
    need bzip2 bzip2
    need pbzip2 pbzip2
    need ddrescuelog gddrescue
    need qemu-img qemu-utils
    need qemu-system-x86_64 qemu-system-x86
    need libvirtd --no-install-recommends libvirt-daemon
    need virsh --no-install-recommends libvirt-clients
    [ -e /usr/share/OVMF/OVMF_CODE_4M.fd ] || need ovmf ovmf
    need dpkg-deb dpkg
    need nbdinfo libnbd-bin
    need nbdkit nbdkit
    need nbd-client nbd-client
    need nbd-server nbd-server
    need fusermount3 fuse3
    need perl perl-base
    need script bsdutils
    need bash bash
    need zsh zsh
    need fish fish
    need man man-db
    need groff groff
}

# The native executable: artifacts/vma/vma. Where the native compiler cannot be had it is a ReadyToRun single file.
native() {
    need_dotnet
    command -v clang >/dev/null 2>&1 || need gcc gcc libc6-dev
    say 'building the native executable, a minute or two'
    out=artifacts/publish-native
    if ! dotnet publish src/Vma.Cli -c Release -o "$out" -v quiet --nologo; then
        say 'the native compiler failed or cannot be had; building a single file that starts slower'
        dotnet publish src/Vma.Cli -c Release -o "$out" -v quiet --nologo --self-contained \
            -p:NuGetLockFilePath=obj/fallback.lock.json -p:PublishAot=false -p:PublishSingleFile=true -p:PublishReadyToRun=true
    fi
    mkdir -p artifacts/vma
    install -m 755 "$out/Vma.Cli" artifacts/vma/vma.new
    mv artifacts/vma/vma.new artifacts/vma/vma
}

# The test guest: artifacts/guest, from Debian's packages.
guest() {
    [ -e artifacts/guest/initrd.gz ] && [ -z "$(find tests/Vma.EndToEnd/guest -newer artifacts/guest/initrd.gz)" ] && return
    need gcc gcc libc6-dev
    need busybox busybox-static
    say 'making the test guest'
    tests/Vma.EndToEnd/guest/make.sh artifacts/guest
}

# Debian 13's QEMU for optional tests: artifacts/trixie, from that system's packages.
trixie() {
    [ -e artifacts/trixie ] && [ -z "$(find tests/Vma.EndToEnd/trixie -newer artifacts/trixie)" ] && return
    need debootstrap debootstrap
    say "making Debian 13's QEMU"
    mkdir -p artifacts
    tests/Vma.EndToEnd/trixie/make.sh artifacts/trixie
}

# build [SOLUTION]: its projects, with analyzers and code style as errors, from the locked packages.
build() {
    need_dotnet
    say 'building'
    dotnet restore "${1:-Vma.slnx}" -v quiet --locked-mode
    dotnet build "${1:-Vma.slnx}" -c Release --no-restore -v quiet --nologo -clp:NoSummary
}

# The manual page and the completions of shells, from the table of verbs.
docs() {
    need_dotnet
    say 'writing docs/vma.1 and docs/completion'
    dotnet run --project src/Vma.Cli.Manual -c Release -v quiet -- docs
}

# What a script starts in the background ignores SIGINT, and so would all that it starts; tests send that signal to what they start.
heed_interrupts=
env --default-signal=INT true 2>/dev/null && heed_interrupts='env --default-signal=INT,QUIT'

# run_suite NAME [OPTION...]: runs one suite, says what came of it, and leaves its numbers in artifacts/results/NAME.
run_suite() {
    name=$1
    shift
    say "testing $name"
    log=artifacts/results/$name.log
    begin=$(date +%s)
    $heed_interrupts artifacts/bin/"$name"/release/"$name" -noColor "$@" >"$log" 2>&1 </dev/null || true
    seconds=$(($(date +%s) - begin))
    summary=$(grep -E "^ *$name +Total: [0-9]+" "$log" | tail -n 1) || true
    if [ -z "$summary" ]; then
        say "$name did not run to its end, $seconds s"
        cat "$log"
        echo "passed=0 failed=1 skipped=0" >"artifacts/results/$name"
        return
    fi
    number() { n=$(printf '%s' "$summary" | sed -nE "s/.* $1: ([0-9]+).*/\1/p"); echo "${n:-0}"; }
    bad=$(($(number Failed) + $(number Errors)))
    good=$(($(number Total) - $(number Failed) - $(number Skipped)))
    say "$name: $good passed, $bad failed, $(number Skipped) skipped, $seconds s"
    [ "$bad" -eq 0 ] || awk '/\[SKIP\]$|^  Finished:/ { show = 0 } /\[FAIL\]$|: Error|Catastrophic/ { show = 1 } show' "$log"
    echo "passed=$good failed=$bad skipped=$(number Skipped)" >"artifacts/results/$name"
}

# conclude NAME...: ends in "N passed, N failed, N skipped" over these suites.
conclude() {
    all_passed=0 all_failed=0 all_skipped=0
    for name in "$@"; do
        passed=0 failed=1 skipped=0
        [ -e "artifacts/results/$name" ] && . "./artifacts/results/$name"
        all_passed=$((all_passed + passed)) all_failed=$((all_failed + failed)) all_skipped=$((all_skipped + skipped))
    done
    echo "$all_passed passed, $all_failed failed, $all_skipped skipped"
    [ "$all_failed" -eq 0 ]
}

no_results() {
    mkdir -p artifacts/results
    rm -f artifacts/results/*
}

# The suites that need neither the executable nor a guest: all others.
library_suites=
for project in tests/*/*.csproj; do
    case $(basename "$project" .csproj) in
        Vma.Testing | Vma.Cli.Tests | Vma.EndToEnd) ;;
        *) library_suites="$library_suites $(basename "$project" .csproj)" ;;
    esac
done

# All suites, in two rows: the library's beside the building of the executable and what runs it. Guests come last, when the other row
# is through: they are what a busy machine disturbs most.
test_all() {
    need_dotnet
    need_tools
    build
    no_results
    (for suite in $library_suites; do run_suite "$suite"; done) &
    row=$!
    trap 'kill "$row" 2>/dev/null || true' EXIT
    native
    guest
    run_suite Vma.Cli.Tests
    wait "$row"
    trap - EXIT
    run_suite Vma.EndToEnd
    conclude $library_suites Vma.Cli.Tests Vma.EndToEnd
}

# The door for a change.
quick() {
    build Quick.slnf
    no_results
    (run_suite Vma.Tests -trait- Speed=slow) &
    row=$!
    trap 'kill "$row" 2>/dev/null || true' EXIT
    run_suite Vma.Architecture
    run_suite Vma.Nbd.Tests -trait- Speed=slow
    run_suite Vma.Qemu.Tests -trait- Speed=slow
    wait "$row"
    trap - EXIT
    conclude Vma.Tests Vma.Architecture Vma.Nbd.Tests Vma.Qemu.Tests
}

# fuzz [SECONDS] [SEED]: mutants of archives through everything that reads them; what fails is saved in artifacts/fuzz.
fuzz() {
    build
    VMA_FUZZ_SECONDS=${1:-60} VMA_FUZZ_SEED=${2:-$(date +%s)} artifacts/bin/Vma.Fuzz/release/Vma.Fuzz -noColor -showLiveOutput
}

pack() {
    need_dotnet
    say 'packing the libraries'
    for library in Vma Vma.Nbd Vma.Qemu; do
        dotnet pack "src/$library" -c Release -v quiet --nologo -o artifacts/packages
    done
}

command=${1:-all}
[ $# -eq 0 ] || shift
case $command in
    fuzz) ;;
    *) [ $# -eq 0 ] || { printf "build.sh: '%s' takes no '%s'\n" "$command" "$1" >&2; usage >&2; exit 2; } ;;
esac
case $command in
    -h | --help | help) usage ;;
    quick | native | guest | trixie | build | docs | pack) "$command" ;;
    test) test_all ;;
    fuzz) fuzz "$@" ;;
    all) build; pack; test_all ;;
    *) printf "build.sh: there is no '%s'\n" "$command" >&2; usage >&2; exit 2 ;;
esac
