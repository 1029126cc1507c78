#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_run.sh RUN
# That ./run has a help for every command and installs what is missing, once, as root or through sudo. The package
# tools are stand-ins that write down how they were called.
set -eu
run=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

complain() {
    printf 'FAIL: %s\n' "$*"
    failed=1
}

# stub NAME SCRIPT: a program for the PATH of the script under test.
stub() {
    printf '#!/bin/sh\n%s\n' "$2" >"$tree/bin/$1"
    chmod +x "$tree/bin/$1"
}

mkdir "$tree/bin"
cp "$run" "$tree/run"
# dpkg-query's last argument is the package.
stub dpkg-query 'for package; do :; done
case " $MISSING " in *" $package "*) exit 1 ;; *) echo installed ;; esac'
stub apt-get "echo \"apt-get \$*\" >>$tree/calls"
stub sudo "echo sudo >>$tree/calls; exec \"\$@\""
stub id 'echo "$FAKE_UID"'

# setup UID MISSING...: what setup called.
setup() {
    : >"$tree/calls"
    FAKE_UID=$1
    shift
    FAKE_UID=$FAKE_UID MISSING="$*" PATH="$tree/bin:$PATH" sh "$tree/run" setup >/dev/null 2>&1 || complain "setup fails"
    calls=$(cat "$tree/calls")
}

setup 0
[ -z "$calls" ] || complain "setup with nothing missing calls: $calls"

setup 0 ccache libnng-dev
case $calls in
*sudo*) complain "setup as root calls sudo" ;;
*"apt-get update"*"apt-get install -y"*" ccache libnng-dev"*) ;;
*) complain "setup with two packages missing calls: $calls" ;;
esac
case $calls in
*cmake*) complain "setup installs what is there" ;;
esac

setup 1000 cmake
case $calls in
sudo*"apt-get update"*sudo*"apt-get install"*" cmake"*) ;;
*) complain "setup without root calls: $calls" ;;
esac

for command in setup build demo dev test bench fmt lint clean; do
    sh "$run" help | grep -q "^  $command " || complain "help does not list $command"
    sh "$run" "$command" --help | grep -q "^usage: ./run $command" || complain "$command has no help"
done
if sh "$run" nonsense >/dev/null 2>&1; then
    complain 'a command that there is not succeeds'
fi

[ "$failed" -eq 0 ] && echo 'run does what it says'
exit "$failed"
