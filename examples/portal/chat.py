#!/usr/bin/env python3
"""Makes a ticket of a chat: lines of JSON, {"from": "Ann", "text": "Hello", "time": "2026-11-22T09:00:00Z"}.

    chat.py --email ann@example.com --subject 'Chat on the site' < transcript.jsonl

The same transcript given again makes no second ticket. LOKET_URL and LOKET_TOKEN say where to and with what token.
Prints the id of the ticket. Exit status: 0 done, 1 refused, 2 wrong usage, 65 no transcript, 75 try again.
"""

import argparse
import hashlib
import json
import re
import sys

from loket_api import NO_INPUT, harmless, open_ticket, stop


def entry(number, line):
    """A line of the transcript as markdown."""
    try:
        said = json.loads(line)
        who, text, time = (said[key] for key in ("from", "text", "time"))
        if not all(isinstance(value, str) for value in (who, text, time)):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        stop(NO_INPUT, f"line {number} is not {{from, text, time}}")
    # A name is only a name, whatever it looks like.
    who, time = (re.sub(r"([\\`*_{}\[\]<>()#!|~&])", r"\\\1", " ".join(value.split())) for value in (who, time))
    quoted = "\n".join(f"> {part}".rstrip() for part in harmless(text).splitlines())
    return f"**{who}**, {time}\n\n{quoted}\n"


def main():
    parser = argparse.ArgumentParser(usage="%(prog)s --email EMAIL [--name NAME] [--subject TEXT] < transcript.jsonl")
    parser.add_argument("--email", required=True)
    parser.add_argument("--name", default="")
    parser.add_argument("--subject", default="Chat")
    asked = parser.parse_args()
    transcript = sys.stdin.buffer.read()
    try:
        lines = transcript.decode().split("\n")
    except UnicodeDecodeError:
        stop(NO_INPUT, "the transcript is not UTF-8")
    entries = [entry(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not entries:
        stop(NO_INPUT, "the transcript is empty")
    ticket = {
        "subject": asked.subject,
        "text": "\n".join(entries),
        "email": asked.email,
        "name": asked.name,
        "channel": "chat",
    }
    digest = hashlib.sha256(asked.email.lower().encode() + b"\0" + transcript).hexdigest()
    open_ticket(ticket, f"chat-{digest}")


if __name__ == "__main__":
    main()
