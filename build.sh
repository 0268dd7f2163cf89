#!/bin/sh
# Builds and checks everything. Usage: build.sh [native | guest | trixie | build | docs | test | fuzz [SECONDS] [SEED] | pack | all]; all is the default.
set -eu
cd -- "$(dirname -- "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { printf '== %s\n' "$*"; }

# need COMMAND PACKAGE...: installs Debian packages when a command is missing.
need() {
    command -v "$1" >/dev/null 2>&1 && return
    missing=$1
    shift
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        printf 'build.sh: %s is missing; please install: %s\n' "$missing" "$*" >&2
        exit 1
    fi
    say "installing $* ($missing is missing)"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -q "$@" >/dev/null 2>&1 || { apt-get update -q >/dev/null && apt-get install -y -q "$@" >/dev/null; }
}

need_dotnet() {
    command -v dotnet >/dev/null 2>&1 || { echo 'build.sh: the .NET SDK 10 is missing: https://dotnet.microsoft.com/download' >&2; exit 1; }
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

# Every project, with analyzers and code style as errors, from the locked packages.
build() {
    need_dotnet
    say 'building'
    dotnet restore Vma.slnx -v quiet --locked-mode
    dotnet build Vma.slnx -c Release --no-restore -v quiet --nologo -clp:NoSummary
}

# The manual page and the completions of shells, from the table of verbs in src/Vma.Cli/Arguments.
docs() {
    need_dotnet
    say 'writing docs/vma.1 and docs/completion'
    dotnet run --project src/Vma.Cli.Manual -c Release -v quiet -- docs
}

# All suites; ends in "N passed, N failed, N skipped" over them.
test_all() {
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
    need zsh zsh
    need fish fish
    build
    native
    guest
    passed=0 failed=0 skipped=0
    for suite in tests/*/*.csproj; do
        name=$(basename "$suite" .csproj)
        say "testing $name"
        log=artifacts/$name.log
        artifacts/bin/"$name"/release/"$name" -noColor >"$log" 2>&1 || true
        summary=$(grep -E "^ *$name +Total: [0-9]+" "$log" | tail -n 1)
        if [ -z "$summary" ]; then
            cat "$log"
            failed=$((failed + 1))
            continue
        fi
        number() { n=$(printf '%s' "$summary" | sed -nE "s/.* $1: ([0-9]+).*/\1/p"); echo "${n:-0}"; }
        bad=$(($(number Failed) + $(number Errors)))
        [ "$bad" -eq 0 ] || cat "$log"
        echo "$summary"
        passed=$((passed + $(number Total) - $(number Failed) - $(number Skipped)))
        failed=$((failed + bad))
        skipped=$((skipped + $(number Skipped)))
    done
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
}

# fuzz [SECONDS] [SEED]: mutants of archives through everything that reads them; what fails is saved in artifacts/fuzz.
fuzz() {
    build
    VMA_FUZZ_SECONDS=${1:-60} VMA_FUZZ_SEED=${2:-$(date +%s)} artifacts/bin/Vma.Fuzz/release/Vma.Fuzz -noColor -showLiveOutput
}

pack() {
    need_dotnet
    say 'packing the libraries'
    dotnet pack src/Vma -c Release -v quiet --nologo -o artifacts/packages
    dotnet pack src/Vma.Nbd -c Release -v quiet --nologo -o artifacts/packages
    dotnet pack src/Vma.Qemu -c Release -v quiet --nologo -o artifacts/packages
}

case ${1:-all} in
    native) native ;;
    guest) guest ;;
    trixie) trixie ;;
    build) build ;;
    docs) docs ;;
    test) test_all ;;
    pack) pack ;;
    fuzz) shift; fuzz "$@" ;;
    all) build; pack; test_all ;;
    *) echo "build.sh: there is no '$1'; see the first lines of this file" >&2; exit 2 ;;
esac
