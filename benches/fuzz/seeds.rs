//! Mails to start from where there are no others, each with something of its own.

/// The mails.
pub const SEEDS: &[&[u8]] = &[
    PLAIN, NESTED, REPORT, WITHIN, NAMES, WORDS, HTML, ENCODED, BROKEN, THREAD, VOUCHED, EIGHT_BIT, FORWARDED, QUOTED,
    GERMAN, ENRICHED, MAILBOX, ABSENT,
];

const PLAIN: &[u8] = b"From: Ann Lee <ann@a.example>\r\nTo: desk@desk.example\r\nSubject: The lamp is broken\r\n\
    Date: Sun, 22 Nov 2026 09:00:00 +0100\r\nMessage-ID: <1@a.example>\r\n\r\nHello,\r\n\r\nit does not light.\r\n\r\n\
    -- \r\nAnn\r\n";

const NESTED: &[u8] = b"From: ann@a.example\nContent-Type: multipart/mixed; boundary=\"a\"\n\npreamble\n--a\n\
    Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=\"c c\"\n\n--c c\n\
    Content-Type: text/plain; charset=utf-8; format=flowed\n\nplain \nand more\n--c c\nContent-Type: text/html\n\n\
    <p>rich <img src=\"cid:p@a\"></p>\n--c c--\n--b\nContent-Type: image/png; name=p.png\nContent-ID: <p@a>\n\
    Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n--a\nContent-Disposition: attachment; filename=notes.txt\n\n\
    notes\n--a\nContent-Type: text/plain\nContent-Disposition: attachment; filename=NOTES.txt\n\nother\n--a--\nepilogue\n";

const REPORT: &[u8] = b"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: desk@desk.example\n\
    Subject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n\
    Content-Type: multipart/report; report-type=delivery-status; boundary=r\n\n--r\n\nI could not deliver it.\n--r\n\
    Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; bo@b.example\n\
    Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\n\n--r\nContent-Type: message/rfc822\n\n\
    From: desk@desk.example\nTo: bo@b.example\nSubject: Re: Help [#261122-7k2qm]\nMessage-ID: <2@desk.example>\n\nHi\n\
    --r--\n";

const WITHIN: &[u8] =
    b"From: ann@a.example\nSubject: Fwd: see below\nContent-Type: multipart/mixed; boundary=f\n\n--f\n\n\
    See the mail.\n--f\nContent-Type: message/rfc822\nContent-Disposition: inline\n\nFrom: \"Bo, B.\" <bo@b.example>\n\
    To: Team: a@a.example, c@c.example;\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nMessage-ID: <3@b.example>\n\
    Content-Type: multipart/digest; boundary=g\n\n--g\n\nSubject: one\n\n1\n--g--\n--f--\n";

const NAMES: &[u8] = b"From: ann@a.example\nContent-Type: multipart/mixed; boundary=n\n\n--n\nContent-Type: application/pdf\n\
    Content-Disposition: attachment;\n filename*0*=utf-8'en'%E2%82%AC%20;\n filename*1=\"rates\";\n filename*2=.pdf\n\nx\n\
    --n\nContent-Disposition: attachment; filename=\"=?iso-8859-1?q?caf=E9.txt?=\"\n\nx\n--n\n\
    Content-Disposition: attachment; filename=\"..\\..\\con.txt\"\n\nx\n--n\nContent-Type: image/png; name*=utf-8''.git\n\n\
    x\n--n--\n";

const WORDS: &[u8] =
    b"From: =?utf-8?b?QW5u?= =?utf-8?q?_L=C3=A9e?= <ann@a.example>\nTo: =?iso-2022-jp?b?GyRCRnxLXDhsGyhC?=\n\
    \t<jo@j.example>, \"=?koi8-r?b?8NLJ18XU?=\" <p@p.example> (a (b) c)\nSubject: =?UTF-8?Q?AW=3A_?= =?utf-8?b?w7w=?=\n\
    =?windows-1252?Q?=80?= x =?utf-7?q?+Jjo-?=\nX-Auto-Response-Suppress: All\n\nx\n";

const HTML: &[u8] =
    b"From: ann@a.example\nContent-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\n\
    <html><head><title>t</title><style>p {}</style></head><body><!-- no --><h1>Gr\xfc\xdfe</h1><p>Dear <b>team</b>,<br>\
    see <a href=\"https://a.example/?b=1&amp;c\">this</a>.</p><ul><li>one<ol><li>two</ol></ul><table><tr><th>A<th>B<tr>\
    <td>1<td>2</table><blockquote>said<pre>x\n y</pre></blockquote>&nbsp;&#8364;<hr></body></html>\n";

const ENCODED: &[u8] = b"From: ann@a.example\nContent-Type: multipart/mixed; boundary=\"=_e\"\n\n--=_e\n\
    Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe, a long li=\n\
    ne=20\n=3D and =zz\n--=_e\nContent-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: BASE64\n\n\
    SABpAA==\n--=_e\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n#0V%T\n\
    `\nend\n--=_e--\n";

const BROKEN: &[u8] = b" From: ann@a.example\nno field\nSubject : odd\nContent-Type: multipart/mixed;\nboundary=\"b\n\n--b\n\
    Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text\n\none\n--b-- x\n--bb\n--b\nContent-Type:\n\
    Content-Transfer-Encoding: rot13;\n\ntwo\n--b";

const THREAD: &[u8] = b"From: ann@a.example, bo@b.example\nSender: <list@l.example>\nReply-To: ann@a.example\n\
    Subject: Re: Re[2]: [#261122-7k2qm] Help\nMessage-ID: <9@a.example>\nIn-Reply-To: <8@desk.example> (Sunday)\n\
    References: <1@a.example>\n <2@desk.example> <broken id>\n\t<8@desk.example>\nList-Id: Lamps <lamps.l.example>\n\
    Precedence: list\nDelivered-To: desk@desk.example\n\nYes.\n____\nTo unsubscribe, mail to lamps@l.example\n";

const VOUCHED: &[u8] =
    b"Authentication-Results: mx.example (a (b) c) 1;\n dkim=pass header.d=a.example header.b=\"x=\";\n\
    \tspf=fail (no) smtp.mailfrom=ann@a.example; dmarc=pass header.from=a.example\n\
    Authentication-Results: other.example; none\nFrom: ann@a.example\nSubject: x\n\nx\n";

const EIGHT_BIT: &[u8] =
    b"From: J\xf6 <jo@j.example>\nSubject: Gr\xc3\xbc\xc3\x9fe \xff\n\nSch\xf6ne Gr\xfc\xdfe und \x1b$B\
    F|K\\8l\x1b(B\n\xe2\x80\xae\0\x85\n";

const FORWARDED: &[u8] = b"From: ann@a.example\nSubject: Fwd: Lamp\n\nPlease help.\n\n---------- Forwarded message ---------\n\
    From: \"Bo B.\" <Bo@B.example>\nDate: Sat, 21 Nov 2026 at 10:00\nSubject: Lamp\nTo: Ann <ann@a.example>,\n  c@c.example\n\
    \n\nIt broke.\n\n> Did it?\n";

const QUOTED: &[u8] =
    b"From: ann@a.example\nTo: desk@desk.example\nSubject: Re: Lamp\n\nIt works.\n\nIt says:\n> Error 5\n\n\
    On Sat, 21 Nov 2026 at 10:00, Desk <\ndesk@desk.example> wrote:\n> Restart it.\n>> Why?\n\nSent from my iPhone\n";

const GERMAN: &[u8] = b"From: ann@a.example\nSubject: AW: Lampe\nContent-Type: text/plain; charset=utf-8\n\nGeht.\n\n\
    ```\n> x\n```\n\nVon: Desk <desk@desk.example>\nGesendet: Samstag, 21. November 2026 10:00\nAn: Ann\nBetreff: Lampe\n\n\
    Hallo Ann\n\nAm 20.11.26 um 10:00 schrieb Ann Lee:\n> Gr\xc3\xbc\xc3\x9fe\n";

const ENRICHED: &[u8] =
    b"From: ann@a.example\nContent-Type: text/enriched\n\n<bold>Now</bold> <<b> <fontfamily><param>Arial\
    </param>is</fontfamily>\n\nthe time\n";

const MAILBOX: &[u8] =
    b"From ann@a.example Sun Nov 22 09:00:00 2026\nFrom: ann@a.example\nSubject: one\n\n>From here\n\n\
    From bo@b.example Sun Nov 22 09:00:01 2026\nFrom: bo@b.example\nX-Loket-Desk: desk-1\n\ntwo\n\
    From c@c.example Sun Nov 22 09:00:02 2026\nSubject: three\n\n3\n";

const ABSENT: &[u8] = b"From: ann@a.example\nSubject: Automatic reply: Lamp\nAuto-Submitted: auto-replied (vacation)\n\
    X-Failed-Recipients: bo@b.example\nPrecedence: bulk\n\nI am away. <bo@b.example>: host mx.b.example said: 552 5.2.2 \
    mailbox full\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-ID: <7@a.example>\n";
