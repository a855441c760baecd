#!/bin/sh
# Makes a small desk to try loket on: sh examples/demo.sh [FOLDER], by default ./acme-desk
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
desk=${1:-acme-desk}

loket=$(command -v loket || echo "$here/../target/release/loket")
if [ ! -x "$loket" ]; then
    echo "there is no loket on PATH or in target/release; build it: cargo build --release --locked" >&2
    exit 1
fi
if [ -e "$desk" ]; then
    echo "$desk is there already; name another folder, or remove it" >&2
    exit 1
fi

# Where git does not know who you are, the desk gets a name of its own.
if ! git config user.email > /dev/null; then
    git init --quiet "$desk"
    git -C "$desk" config user.name 'Demo Agent'
    git -C "$desk" config user.email demo@acme.example
fi

"$loket" init "$desk" --name 'Acme Support' --quiet
"$loket" -C "$desk" people new noor --name 'Noor Visser' --email noor@acme.example --team first-line > /dev/null
"$loket" -C "$desk" people new daan --name 'Daan Bakker' --email daan@acme.example --team second-line > /dev/null
"$loket" -C "$desk" import jsonl "$here/acme.jsonl" > /dev/null
"$loket" -C "$desk" list is:open

echo "The desk is in $desk. Try: cd $desk; loket list; loket show q6neb; loket log q6neb" >&2
