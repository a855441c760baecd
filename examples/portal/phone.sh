#!/bin/sh
# A call as a ticket. What the caller said comes on standard input; the note is for the desk alone. Prints the id of the
# ticket.
#   LOKET_DESK=/srv/desk/acme phone.sh ann@example.com 'Cannot log in' 'Rings back at four' < what-was-said.txt
# Exit status: 0 done, 2 wrong usage, else that of loket. Where only the note failed, the id has been printed.
set -eu

if [ "$#" -lt 2 ] || [ "$#" -gt 3 ] || [ -z "$1" ] || [ -z "$2" ]; then
    echo "usage: ${0##*/} EMAIL SUBJECT [NOTE] < what-was-said.txt" >&2
    exit 2
fi

id=$(loket new --channel phone --from="$1" --file - -- "$2")
printf '%s\n' "$id"
if [ -n "${3-}" ]; then
    loket --quiet note "$id" --message="$3" > /dev/null
fi
