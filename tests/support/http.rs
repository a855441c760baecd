//! The portal's server on a port of its own, and a browser without a window: a cookie, forms, no redirects by itself.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Child;
use std::time::Duration;

use super::Desk;

/// A server that ends with its value.
pub struct Portal {
    child: Child,
    pub port: u16,
    cookie: RefCell<Option<String>>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }

    /// The same, where there may be none.
    pub fn token_or_empty(&self) -> String {
        if self.text().contains("name=\"token\"") { self.token() } else { "name=\"token\"".to_owned() }
    }

    /// The signed token of the form on the page.
    pub fn token(&self) -> String {
        let text = self.text();
        let (_, rest) = text.split_once("name=\"token\" value=\"").unwrap_or_else(|| panic!("no form: {text}"));
        rest.split('"').next().unwrap().to_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text()))
    }
}

impl Portal {
    /// Starts the server of a desk.
    pub fn of(desk: &Desk) -> Portal {
        Portal::start(desk, "serve --listen 127.0.0.1:0")
    }

    pub fn start(desk: &Desk, line: &str) -> Portal {
        Portal::with(desk, line, &[])
    }

    /// The same with more of an environment.
    pub fn with(desk: &Desk, line: &str, variables: &[(&str, &str)]) -> Portal {
        let call = variables.iter().fold(desk.call(line), |call, (name, value)| call.env(name, value));
        let mut child = call.spawn();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let port = loop {
            let mut line = String::new();
            assert!(lines.read_line(&mut line).unwrap() > 0, "the server did not start: {said}");
            said += &line;
            if let Some((_, port)) = line.trim().split_once("listening on http://127.0.0.1:") {
                break port.parse().unwrap();
            }
        };
        // What else it says has to go somewhere.
        std::thread::spawn(move || drop(std::io::copy(&mut lines, &mut std::io::sink())));
        Portal { child, port, cookie: RefCell::new(None) }
    }

    /// Ends it at once, as a power cut does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and waits until it has.
    #[cfg(unix)]
    pub fn end(mut self) -> std::process::ExitStatus {
        std::process::Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        self.child.wait().unwrap()
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    /// Sends a form of plain fields.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        self.ask("POST", path, &[kind], form.finish().as_bytes())
    }

    /// Sends a form with files.
    pub fn upload(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--xxBOUNDARYxx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        for (name, content) in files {
            body.extend(
                format!(
                    "--xxBOUNDARYxx\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
                     Content-Type: text/html\r\n\r\n"
                )
                .bytes(),
            );
            body.extend(*content);
            body.extend(b"\r\n");
        }
        body.extend(b"--xxBOUNDARYxx--\r\n");
        self.ask("POST", path, &[("Content-Type", "multipart/form-data; boundary=xxBOUNDARYxx")], &body)
    }

    /// Calls the API.
    pub fn call(&self, path: &str, token: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let mut all = vec![("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        all.extend(headers);
        self.ask("POST", path, &all, body.as_bytes())
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let cookie = self.cookie.borrow().clone();
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n", self.port);
        head += &cookie.map_or_else(String::new, |cookie| format!("Cookie: {cookie}\r\n"));
        headers.iter().for_each(|(name, value)| head += &format!("{name}: {value}\r\n"));
        head += &format!("Content-Length: {}\r\n\r\n", body.len());
        let answer = self.raw(&[head.as_bytes(), body].concat());
        if let Some(cookie) = answer.header("set-cookie") {
            *self.cookie.borrow_mut() = Some(cookie.split(';').next().unwrap().to_owned());
        }
        answer
    }

    /// Sends bytes as they are, and reads what comes.
    pub fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // Who refuses may do so before all is sent.
        let _ = stream.write_all(request);
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        let end = all.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(all.len());
        let head = String::from_utf8_lossy(&all[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Answer { status, body: all[(end + 4).min(all.len())..].to_vec(), head }
    }

    pub fn forget_cookie(&self) {
        *self.cookie.borrow_mut() = None;
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
