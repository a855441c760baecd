"""A real mail server on a free port: STARTTLS and a password are required, what it takes is written to a folder."""
import asyncio, pathlib, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult

folder = pathlib.Path(sys.argv[1])
kind = sys.argv[2]
implicit = kind == "implicit"


class Handler:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 unknown"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        (folder / f"{kind}-{self.count}.eml").write_bytes(envelope.content)
        (folder / f"{kind}-{self.count}.to").write_text(" ".join([envelope.mail_from or "<>", *envelope.rcpt_tos]), "utf-8")
        return "250 ok"


def authenticator(server, session, envelope, mechanism, data):
    return AuthResult(handled=False, success=(data.login, data.password) == (b"ann", b"correct horse"))


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "leaf.pem", folder / "leaf.key")
    how = {} if implicit else {"tls_context": context, "require_starttls": True}
    handler = Handler()

    def protocol():
        return SMTP(handler, hostname="localhost", enable_SMTPUTF8=True, authenticator=authenticator, auth_required=True,
                    auth_require_tls=not implicit, **how)

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=context if implicit else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
