//! Where the browser goes: a desk with articles and its portal, and a small web server for files.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::driver::{Browser, Options};
use crate::support::{Desk, Portal};

/// Stands wherever the public may not look.
pub const MARK: &str = "ZEBRA-ONLY-FOR-US";

const SETTINGS: &str = "mail: {address: support@acme.example, sendmail: \"sh -c 'cat > /dev/null' --\"}
portal:
  types: [question, incident]
  fill-time: 0s
  upload: 100K
  files: 3
  limit-address: {1m: 1000}
  limit-email: {1m: 1000}
  categories: {network: {en: Network, nl: Netwerk}, accounts: {en: Accounts and passwords, nl: Accounts}}
";

const VPN: &str = "Connect from home, or from wherever you are.

![A map of the network](map.svg)

## Before you begin

You need the app and your password, see [how to change it](../accounts/password.md).

| System | Where to get it | Version | Address of the gateway | Remarks |
|---|---|---|---|---|
| Linux | `apt install acme-vpn-client-for-all-of-our-colleagues` | 4.2 | gateway-one.network.acme.example | Also from source |
| Windows | The shop of your department | 4.1 | gateway-two.network.acme.example | Restart afterwards |

## Connect

1. Open the app.
2. Choose *Connect*, or type:

```
acme-vpn connect --gateway gateway-one.network.acme.example --user ann.lee@acme.example --verbose --retry 5 --timeout 30
```

> It takes a minute the first time.

### By the command line

The file is `/etc/acme/vpn/connections.d/gateway-one.network.acme.example/with-a-very-long-name.conf`.

## Disconnect

Choose *Disconnect*. Averyveryverylongwordthatnobodywouldeverwritewithouthyphensbutthatcanbeinalogfileasoneword.
";

/// A desk, its portal and a browser.
pub struct Place {
    pub desk: Desk,
    pub portal: Portal,
    pub browser: Browser,
}

impl Place {
    /// Goes to a path of the portal.
    #[track_caller]
    pub fn go(&self, path: &str) {
        self.browser.go(&format!("http://127.0.0.1:{}{path}", self.portal.port));
    }
}

/// Opens a portal in a browser, where there is one; at the end, no page said what is internal, and no console complained.
pub fn visit(options: Options, flow: impl FnOnce(&Place)) {
    let Some(browser) = Browser::start(options) else { return };
    let desk = furnished("");
    let place = Place { portal: Portal::of(&desk), desk, browser };
    flow(&place);
    is_clean(&place.browser);
}

/// Nothing internal was seen, and nothing was complained of.
#[track_caller]
pub fn is_clean(browser: &Browser) {
    tells_nothing_internal(browser);
    assert_eq!(browser.console(), Vec::<String>::new(), "the console complains");
}

/// The console was told of one answer with this status, which was meant to be, and of nothing else.
#[track_caller]
pub fn refused_with(browser: &Browser, status: u16) {
    let said = browser.console();
    assert!(said.len() == 1 && said[0].contains(&format!("status of {status}")), "{said:?}");
}

/// Nothing internal was seen.
#[track_caller]
pub fn tells_nothing_internal(browser: &Browser) {
    let sources = browser.sources();
    assert!(sources.len() > 1, "no page was seen");
    for source in sources {
        assert!(!source.to_lowercase().contains("zebra"), "something internal is shown: {source}");
    }
}

/// A desk with articles in two languages, and the mark in all that is internal; `more` is added to the settings of its
/// portal.
pub fn furnished(more: &str) -> Desk {
    let desk = Desk::acme();
    let settings = desk.read("loket.yaml").replace("values: [portal, app]", "values: [portal, app], public: true");
    desk.write("loket.yaml", format!("{settings}{SETTINGS}{more}"));
    let article = |path: &str, keys: &str, body: &str| {
        desk.write(&format!("kb/{path}.md"), format!("---\n{keys}\n---\n{body}"));
    };
    let internal = format!("\n<!-- internal -->{MARK}<!-- /internal -->\n");
    article("network/vpn", "title: Use the VPN\nvisibility: public\nreviewed: 2026-10-01", &format!("{VPN}{internal}"));
    article(
        "network/vpn.nl",
        "title: De VPN gebruiken\nvisibility: public\nlanguage: nl",
        &format!("Verbind vanuit huis.\n{internal}"),
    );
    article("network/mail", "title: Read mail on a phone\nvisibility: public", "Mailboxes can be read on any phone.\n");
    article("accounts/password", "title: Change your password\nvisibility: public", "It has to be a long one.\n");
    article("accounts/leave", "title: When somebody leaves\nvisibility: public", "Tell us a week before.\n");
    article("welcome", "title: Welcome\nvisibility: public", "Where to begin.\n");
    article("inside/secret", &format!("title: {MARK}\nvisibility: internal"), &format!("The password: {MARK}\n"));
    desk.write(
        "kb/network/map.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"120\" \
        viewBox=\"0 0 900 120\"><rect width=\"900\" height=\"120\" fill=\"#9bc\"/></svg>",
    );
    desk.commit("articles");
    desk
}

/// A web server for the files of a folder, or for one page at its root. It ends with its value.
pub struct Files {
    pub port: u16,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Files {
    pub fn of(folder: PathBuf) -> Files {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_over = Arc::new(AtomicBool::new(false));
        let over = is_over.clone();
        let serve = move || {
            for stream in listener.incoming().flatten() {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                let folder = folder.clone();
                // Browsers open connections before they need them.
                std::thread::spawn(move || answer(&folder, stream));
            }
        };
        Files { port, is_over, thread: Some(std::thread::spawn(serve)) }
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        let _ = self.thread.take().unwrap().join();
    }
}

/// Answers the one request of a connection.
fn answer(folder: &Path, mut stream: TcpStream) -> Option<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let first = lines.next()?.ok()?;
    lines.map_while(Result::ok).find(String::is_empty)?;
    let path = first.strip_prefix("GET /")?.split([' ', '?']).next()?.to_owned();
    let file = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path };
    let found = if file.contains("..") { None } else { std::fs::read(folder.join(&file)).ok() };
    let status = if found.is_some() { "200 OK" } else { "404 Not Found" };
    let (content, kind) = (found.unwrap_or_default(), kind_of(&file));
    let length = content.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(&[head.as_bytes(), &content].concat()).ok()
}

fn kind_of(file: &str) -> &'static str {
    match file.rsplit('.').next() {
        Some("html") => "text/html",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
