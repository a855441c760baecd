#!/usr/bin/env python3
"""Makes a ticket of a post: {"author": "Ann", "handle": "@ann@social.example", "text": "…", "url": "…", "id": "1"}.

    social.py < post.json

The same post given again makes no second ticket. LOKET_URL and LOKET_TOKEN say where to and with what token.
A ticket wants an address, and a handle is none: the requester is HANDLE@social.invalid, which takes no mail. Note your
answer with `loket reply --channel social`, and give it where the post is.
Prints the id of the ticket. Exit status: 0 done, 1 refused, 2 wrong usage, 65 no post, 75 try again.
"""

import hashlib
import json
import sys
import urllib.parse

from loket_api import NO_INPUT, USAGE, harmless, open_ticket, stop


def post():
    try:
        found = json.loads(sys.stdin.buffer.read())
        parts = [found[key] for key in ("author", "handle", "text", "url", "id")]
        "".join(map(str, parts)).encode()
    except (ValueError, KeyError, TypeError):
        stop(NO_INPUT, "standard input is not {author, handle, text, url, id}")
    if not all(isinstance(part, (str, int)) and str(part).strip() for part in parts):
        stop(NO_INPUT, "author, handle, text, url and id are texts that say something")
    return [str(part).strip() for part in parts]


def main():
    if len(sys.argv) > 1:
        stop(USAGE, "usage: social.py < post.json")
    author, handle, text, url, number = post()
    if not url.startswith(("https://", "http://")):
        stop(NO_INPUT, "url is no address of the web")
    # Encoded, no two handles are one address, and none is somebody's.
    local = urllib.parse.quote(handle.lower().lstrip("@"), safe="")
    first = " ".join(text.split())
    ticket = {
        "subject": first if len(first) <= 80 else f"{first[:79]}…",
        "text": f"{harmless(text)}\n\n<{urllib.parse.quote(url, safe=':/?#[]@!$&()*+,;=%')}>\n",
        "email": f"{local}@social.invalid",
        "name": author,
        "channel": "social",
    }
    digest = hashlib.sha256(f"{url}\0{number}".encode()).hexdigest()
    open_ticket(ticket, f"social-{digest}")


if __name__ == "__main__":
    main()
