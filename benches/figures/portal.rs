//! The customers' side: building the site, serving it beside nginx, searching it, taking requests.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::desk::generator::Outcome;
use crate::lab::Lab;
use crate::measure::{Case, Row, Unit, answer, in_turns, time};
use crate::target::Target;

const BUILT: usize = 5_000;
const SEARCHED: usize = 10_000;
/// How long each load lasts.
const LOAD: Duration = Duration::from_secs(4);
const CLIENTS: usize = 16;
const CROWD: usize = 200;
const REQUESTS: usize = 600;

const SETTINGS: &str =
    "desk: Bench\nlanguage: en\nportal: {fill-time: 0s, limit-address: {1m: 1000000}, limit-email: {1m: 1000000}}\n";

pub fn portal(lab: &Lab) -> Outcome<Vec<Row>> {
    let mut rows = build(lab)?;
    rows.extend(serve(lab)?);
    rows.extend(submissions(lab)?);
    Ok(rows)
}

/// A text of an article: some 4 KB of words that are not all the same.
fn text(number: usize) -> String {
    let mut seed = number as u64 * 2_654_435_761 + 1;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let mut body = String::new();
    for part in 0..8 {
        body += &format!("\n## Part {part}\n\n");
        for _ in 0..70 {
            let word = next() % 6_000;
            body += &format!("{}{} ", ["net", "mail", "pass", "print", "log", "sync"][(word % 6) as usize], word);
        }
        body += &format!("[see](a{}.md)\n", next() % 1_000);
    }
    body
}

fn article(folder: &Path, number: usize, more: &str) -> Outcome<()> {
    let category = folder.join(format!("kb/c{:02}", number % 40));
    fs::create_dir_all(&category)?;
    let head = format!("---\ntitle: Article number {number}\nvisibility: public\n---\n");
    Ok(fs::write(category.join(format!("a{number}.md")), format!("{head}{}{more}\n", text(number)))?)
}

/// A desk of articles.
fn library(lab: &Lab, name: &str, articles: usize) -> Outcome<PathBuf> {
    let folder = lab.scratch().join(name);
    fs::create_dir_all(&folder)?;
    time(&mut lab.loket(&folder, &["init", "--quiet"]))?;
    fs::write(folder.join("loket.yaml"), SETTINGS)?;
    for number in 0..articles {
        article(&folder, number, "")?;
    }
    commit(lab, &folder)?;
    Ok(folder)
}

fn commit(lab: &Lab, folder: &Path) -> Outcome<()> {
    time(&mut lab.git(folder, &["add", "-A"]))?;
    time(&mut lab.git(folder, &["commit", "-q", "-m", "articles"]))?;
    Ok(())
}

fn build(lab: &Lab) -> Outcome<Vec<Row>> {
    let folder = library(lab, "library", BUILT)?;
    let out = lab.scratch().join("site");
    let place = out.display().to_string();
    let gone = AtomicUsize::new(0);
    let built = |fresh: bool| -> Outcome<f64> {
        if fresh {
            // A folder that was just emptied is slower than one that never was: ext4 keeps from what it gave up.
            let _ = fs::rename(&out, lab.scratch().join(format!("site-{}", gone.fetch_add(1, Ordering::Relaxed))));
            let state = folder.join(".git/loket");
            let _ = fs::remove_file(state.join("portal-facts"));
            let _ = fs::remove_file(state.join("portal-words"));
        }
        time(&mut lab.loket(&folder, &["portal", "build", "--out", &place, "--quiet"]))
    };
    let number = AtomicUsize::new(0);
    let cases = vec![
        Case::new("portal build, 5,000 articles from nothing", || built(true)).target(Target::AtMost(3_000.0)),
        Case::new("portal build, one article changed", || {
            let at = number.fetch_add(1, Ordering::Relaxed);
            article(&folder, 7, &format!("changed {at}"))?;
            commit(lab, &folder)?;
            built(false)
        })
        .target(Target::AtMost(200.0)),
    ];
    Ok(in_turns(cases, lab.runs.min(5), true))
}

/// A program that listens, and ends with its value.
struct Running {
    child: Child,
    port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(lab: &Lab, folder: &Path, port: u16) -> Outcome<Running> {
    let listen = format!("127.0.0.1:{port}");
    let mut command = lab.loket(folder, &["serve", "--listen", &listen]);
    let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    let mut lines = BufReader::new(child.stderr.take().ok_or("no standard error")?);
    let mut line = String::new();
    while !line.contains("listening on") {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            return Err("the server did not start".into());
        }
    }
    let port = line.trim().rsplit(':').next().and_then(|port| port.parse().ok()).ok_or("no port")?;
    std::thread::spawn(move || drop(std::io::copy(&mut lines, &mut std::io::sink())));
    Ok(Running { child, port })
}

/// nginx with a folder; `None` where it is not installed.
fn nginx(folder: &Path, scratch: &Path, port: u16) -> Outcome<Option<Running>> {
    let place = scratch.join("nginx");
    fs::create_dir_all(&place)?;
    let (root, at) = (folder.display(), place.display());
    let config = format!(
        "daemon off; worker_processes 2; error_log {at}/error.log; pid {at}/pid; events {{ worker_connections 1024; }}\n\
         http {{ access_log off; sendfile on; keepalive_requests 1000000; types {{ text/html html; }}\n\
         client_body_temp_path {at}/a; proxy_temp_path {at}/b; fastcgi_temp_path {at}/c; uwsgi_temp_path {at}/d;\n\
         scgi_temp_path {at}/e; server {{ listen 127.0.0.1:{port}; root {root}; }} }}\n"
    );
    fs::write(place.join("nginx.conf"), config)?;
    let mut command = Command::new("nginx");
    command.arg("-c").arg(place.join("nginx.conf")).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(child) = command.spawn() else { return Ok(None) };
    let running = Running { child, port };
    for _ in 0..500 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(Some(running));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(None)
}

/// One request on an open connection; gives the status.
fn ask(stream: &mut TcpStream, buffer: &mut Vec<u8>, path: &str) -> Outcome<u16> {
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())?;
    buffer.clear();
    let mut chunk = [0u8; 64 << 10];
    loop {
        let read = stream.read(&mut chunk)?;
        if read == 0 {
            return Err("the connection was closed".into());
        }
        buffer.extend_from_slice(&chunk[..read]);
        let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&buffer[..end]).to_lowercase();
        let length =
            head.split("content-length:").nth(1).and_then(|rest| rest.lines().next()?.trim().parse::<usize>().ok());
        if buffer.len() >= end + 4 + length.unwrap_or(0) {
            return Ok(head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0));
        }
    }
}

/// Asks from several connections at once; gives requests a second and the 99th percentile in milliseconds.
fn load(port: u16, clients: usize, path: &(dyn Fn(usize) -> String + Sync)) -> Outcome<(f64, f64)> {
    let start = Instant::now();
    let turn = AtomicUsize::new(0);
    let results: Vec<Outcome<Vec<f64>>> = std::thread::scope(|scope| {
        let work = || -> Outcome<Vec<f64>> {
            let mut stream = TcpStream::connect(("127.0.0.1", port))?;
            stream.set_nodelay(true)?;
            let (mut spent, mut buffer) = (Vec::new(), Vec::new());
            while start.elapsed() < LOAD {
                let path = path(turn.fetch_add(1, Ordering::Relaxed));
                let began = Instant::now();
                let status = ask(&mut stream, &mut buffer, &path)?;
                if status != 200 {
                    return Err(format!("{path}: {status}").into());
                }
                spent.push(began.elapsed().as_secs_f64() * 1_000.0);
            }
            Ok(spent)
        };
        let workers: Vec<_> = (0..clients).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err("a thread gave up".into()))).collect()
    });
    let mut all = Vec::new();
    for result in results {
        all.extend(result?);
    }
    let rate = all.len() as f64 / start.elapsed().as_secs_f64();
    all.sort_by(f64::total_cmp);
    let worst = all.get(all.len() * 99 / 100).copied().unwrap_or(f64::NAN);
    Ok((rate, worst))
}

fn serve(lab: &Lab) -> Outcome<Vec<Row>> {
    let folder = library(lab, "searched", SEARCHED)?;
    let site = lab.scratch().join("served");
    time(&mut lab.loket(&folder, &["portal", "build", "--out", &site.display().to_string(), "--quiet"]))?;
    let server = start(lab, &folder, 0)?;
    let page = |turn: usize| format!("/en/c{:02}/a{}.html", turn % 500 % 40, turn % 500);
    load(server.port, CLIENTS, &page)?;
    let (mut own, mut worst, mut other) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..3 {
        let (rate, late) = load(server.port, CLIENTS, &page)?;
        own.push(rate);
        worst.push(late);
        let Some(nginx) = nginx(&site, lab.scratch(), 18_480 + round)? else { continue };
        other.push(load(nginx.port, CLIENTS, &page)?.0);
        // Its workers end with it only when it is asked.
        let _ = Command::new("kill").arg(nginx.child.id().to_string()).status();
    }
    let mut rows = vec![
        Row::of("article pages, 16 connections", Unit::PerSecond, own.clone(), None),
        Row::of("their 99th percentile", Unit::Milliseconds, worst, Some(Target::AtMost(10.0))),
    ];
    match other.is_empty() {
        true => rows.push(Row::failed("nginx with the same files", "nginx is not installed")),
        false => {
            let ratios = own.iter().zip(&other).map(|(own, other)| own / other).collect::<Vec<f64>>();
            rows.push(Row::of("nginx with the same files", Unit::PerSecond, other, None));
            rows.push(Row::of("share of nginx", Unit::Ratio, ratios, Some(Target::AtLeast(0.3))));
        }
    }
    let words =
        |turn: usize| format!("/en/search?q=net{}+mail{}", turn * 7 % 6_000 / 6 * 6, turn * 13 % 6_000 / 6 * 6 + 1);
    let late = (0..3).map(|_| Ok(load(server.port, 4, &words)?.1)).collect::<Outcome<Vec<f64>>>()?;
    rows.push(Row::of(
        "search of 10,000 articles, 99th percentile",
        Unit::Milliseconds,
        late,
        Some(Target::AtMost(20.0)),
    ));
    load(server.port, CROWD, &page)?;
    let status = fs::read_to_string(format!("/proc/{}/status", server.child.id()))?;
    let most = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
    let most = most.map_or_else(Vec::new, |kilobytes| vec![kilobytes / 1024.0]);
    rows.push(Row::of("memory at 200 connections", Unit::Megabytes, most, Some(Target::AtMost(150.0))));
    Ok(rows)
}

/// Requests a second on a bare desk; the server is killed in the middle, and none that was answered may be missing.
fn submissions(lab: &Lab) -> Outcome<Vec<Row>> {
    let desk = lab.scratch().join("asked.git");
    let place = desk.display().to_string();
    time(&mut lab.git(lab.scratch(), &["clone", "-q", "--bare", "--shared", &lab.bare.display().to_string(), &place]))?;
    let head = answer(&mut lab.git(&desk, &["symbolic-ref", "HEAD"]))?;
    let head = head.trim();
    let commit = format!(
        "commit {head}\ncommitter B <b@x.example> 1790000000 +0000\ndata 1\nx\nfrom {head}^0\nM 100644 inline loket.yaml\ndata {}\n{SETTINGS}\n",
        SETTINGS.len()
    );
    let mut import = lab.git(&desk, &["fast-import", "--quiet", "--force"]).stdin(Stdio::piped()).spawn()?;
    import.stdin.take().ok_or("no standard input")?.write_all(commit.as_bytes())?;
    if !import.wait()?.success() {
        return Err("the settings could not be written".into());
    }
    time(&mut lab.loket(&desk, &["list", "--limit", "1"]))?;
    let mut server = start(lab, &desk, 0)?;
    let port = server.port;
    let taken = AtomicUsize::new(0);
    let down = AtomicBool::new(false);
    let began = Instant::now();
    let ids = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| -> Outcome<()> {
        for worker in 0..CLIENTS * 2 {
            let (taken, down, ids) = (&taken, &down, &ids);
            scope.spawn(move || {
                let mut form = None;
                let mut number = 0;
                while taken.load(Ordering::Relaxed) < REQUESTS {
                    if down.load(Ordering::Relaxed) {
                        std::thread::sleep(Duration::from_millis(5));
                        continue;
                    }
                    number += 1;
                    match submit(port, &mut form, worker, number) {
                        Ok(id) => {
                            taken.fetch_add(1, Ordering::Relaxed);
                            if let Ok(mut ids) = ids.lock() {
                                ids.push(id);
                            }
                        }
                        Err(_) => number -= 1,
                    }
                }
            });
        }
        while taken.load(Ordering::Relaxed) < REQUESTS / 2 {
            std::thread::sleep(Duration::from_millis(2));
        }
        server.child.kill()?;
        down.store(true, Ordering::Relaxed);
        server.child.wait()?;
        server = start(lab, &desk, port)?;
        down.store(false, Ordering::Relaxed);
        Ok(())
    })?;
    let spent = began.elapsed().as_secs_f64();
    drop(server);
    let ids = ids.into_inner().map_err(|_| "a thread gave up")?;
    let there = answer(&mut lab.loket(&desk, &["list", "channel:web created:>now-1d", "-o", "ids"]))?;
    let lost = ids.iter().filter(|id| !there.lines().any(|line| line == id.as_str())).count();
    if lost > 0 {
        return Err(format!("{lost} of {} requests that were answered are missing", ids.len()).into());
    }
    let rate = vec![ids.len() as f64 / spent];
    Ok(vec![Row::of("requests taken, the server killed midway", Unit::PerSecond, rate, Some(Target::AtLeast(100.0)))])
}

/// Sends a request; gives the id of the ticket. `form` is the token and cookie, fetched where there is none.
fn submit(port: u16, form: &mut Option<(String, String)>, worker: usize, number: usize) -> Outcome<String> {
    if form.is_none() {
        let page = whole(port, "GET /en/new?subject=x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
        let token =
            page.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or("no token")?;
        let cookie = page.split("set-cookie: ").nth(1).and_then(|rest| rest.split(';').next()).ok_or("no cookie")?;
        *form = Some((token.to_owned(), cookie.to_owned()));
    }
    let Some((token, cookie)) = form else { return Err("no form".into()) };
    let body = format!(
        "token={token}&name=Ann+{worker}&email=ann{worker}@x.example&subject=Help&text=Worker+{worker}+number+{number}&website="
    );
    let head = format!(
        "POST /en/new HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = whole(port, &format!("{head}{body}"))?;
    let page =
        answer.split("location: /t/").nth(1).and_then(|rest| rest.split(['?', '\r']).next()).ok_or("not taken")?;
    Ok(page.rsplit_once('-').ok_or("no token")?.0.to_owned())
}

fn whole(port: u16, request: &str) -> Outcome<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(request.as_bytes())?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all)?;
    Ok(String::from_utf8_lossy(&all).into_owned())
}
