# shellcheck shell=sh
# Read by the other scripts here. need COMMAND PACKAGE: installs the Debian package when the command is missing, and says so.
PATH=$PATH:/usr/sbin:/sbin

need() {
    command -v "$1" >/dev/null 2>&1 && return
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        echo "$1 is missing; please install the package $2" >&2
        exit 1
    fi
    echo "== installing $2 through apt ($1 is missing)" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -q "$2" >/dev/null 2>&1 || { apt-get update -q >/dev/null && apt-get install -y -q "$2" >/dev/null; }
}
