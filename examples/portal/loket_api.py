"""Opens tickets by the API of `loket serve`, for the scripts beside it.

LOKET_URL is where the portal is reached, such as https://help.acme.example; LOKET_TOKEN is what `loket api-token new`
has made: a token, which is sent along, or with `--signed` a key, with which requests are signed.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.request

REFUSED = 1  # The desk does not take it: sending it again does not help.
USAGE = 2
NO_INPUT = 65  # What was given cannot be read.
LATER = 75  # Send it again; it is known by its key.


def stop(status, said):
    print(f"{os.path.basename(sys.argv[0])}: {said}", file=sys.stderr)
    sys.exit(status)


def harmless(text):
    """Text in which no mark of loket's hides what follows."""
    return text.replace("<!--", "&lt;!--")


class Direct(urllib.request.HTTPRedirectHandler):
    """Follows nothing: the token is for one place."""

    def redirect_request(self, *_):
        return None


def proof(token, key, body):
    """The headers that say whose a request is, and which one (https://www.standardwebhooks.com)."""
    if not token.startswith("whsec_"):
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    moment = str(int(time.time()))
    secret = base64.b64decode(token.removeprefix("whsec_"))
    seal = hmac.digest(secret, f"{key}.{moment}.".encode() + body, hashlib.sha256)
    signature = base64.b64encode(seal).decode()
    return {"webhook-id": key, "webhook-timestamp": moment, "webhook-signature": f"v1,{signature}"}


def open_ticket(ticket, key):
    """Opens a ticket, and prints its id; with a key that was used before it stays that one."""
    url, token = os.environ.get("LOKET_URL"), os.environ.get("LOKET_TOKEN")
    if not url or not token:
        stop(USAGE, "set LOKET_URL and LOKET_TOKEN")
    body = json.dumps(ticket).encode()
    try:
        headers = {"Content-Type": "application/json", **proof(token, key, body)}
        request = urllib.request.Request(f"{url.rstrip('/')}/api/v1/tickets", body, headers)
        with urllib.request.build_opener(Direct).open(request, timeout=100) as answer:
            print(json.load(answer)["id"])
    except urllib.error.HTTPError as trouble:
        is_passing = trouble.code in (408, 429) or trouble.code >= 500
        stop(LATER if is_passing else REFUSED, f"{trouble.code} {detail(trouble)}")
    except OSError as trouble:
        stop(LATER, f"the server cannot be reached: {trouble}")
    except (ValueError, KeyError):
        stop(REFUSED, "LOKET_URL is no address of a portal, or LOKET_TOKEN is none")


def detail(trouble):
    """What the server says is wrong (RFC 9457)."""
    try:
        return json.load(trouble)["detail"]
    except (OSError, ValueError, KeyError, TypeError):
        return trouble.reason
