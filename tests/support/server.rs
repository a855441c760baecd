//! Real git servers on loopback: git's own daemon, and a web server with a password before git's HTTP backend.

#![expect(clippy::disallowed_methods, reason = "tests write what an administrator would")]

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::desk::search_path;

pub const PASSWORD: &str = "open-sesame";

/// A server that ends with its value.
pub struct Server {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Server {
    /// `git daemon` over the folder of a bare repository, which may be pushed to.
    pub fn daemon(root: &Path) -> Server {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let base = format!("--base-path={}", root.display());
        let mut command = Command::new("git");
        command.args([
            "daemon",
            "--listen=127.0.0.1",
            &format!("--port={port}"),
            "--export-all",
            "--enable=receive-pack",
        ]);
        command.args(["--reuseaddr", "--informative-errors", &base]).arg(root);
        Server::start(command, port, folder, root)
    }

    /// lighttpd before `git http-backend`, for agents with a password; `None` where it is not installed.
    pub fn http(root: &Path, users: &[&str]) -> Option<Server> {
        let Some(program) = program("lighttpd") else {
            eprintln!("SKIPPED: lighttpd is not installed (apt-get install lighttpd)");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let lines: String = users.iter().map(|user| format!("{user}:{PASSWORD}\n")).collect();
        std::fs::write(folder.path().join("users"), lines).unwrap();
        let config = folder.path().join("lighttpd.conf");
        std::fs::write(&config, configuration(folder.path(), root, port)).unwrap();
        let mut command = Command::new(program);
        command.arg("-D").arg("-f").arg(&config);
        Some(Server::start(command, port, folder, root))
    }

    fn start(mut command: Command, port: u16, folder: tempfile::TempDir, root: &Path) -> Server {
        let log = folder.path().join("log");
        let file = std::fs::File::create(&log).unwrap();
        let child = command
            .env_clear()
            .env("PATH", search_path())
            .env("HOME", root)
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        let mut server = Server { child, port, _folder: folder };
        await_port(&mut server.child, port, &log);
        server
    }

    /// The address of a repository for a scheme and, where one is needed, a user with a password.
    pub fn url(&self, scheme: &str, login: &str, name: &str) -> String {
        let at = if login.is_empty() { String::new() } else { format!("{login}@") };
        format!("{scheme}://{at}127.0.0.1:{}/{name}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn configuration(folder: &Path, root: &Path, port: u16) -> String {
    let exec = Command::new("git").arg("--exec-path").output().unwrap().stdout;
    let backend = format!("{}/git-http-backend", String::from_utf8_lossy(&exec).trim());
    format!(
        r#"server.document-root = "{folder}"
server.bind = "127.0.0.1"
server.port = {port}
server.upload-dirs = ("{folder}")
server.modules = ("mod_auth", "mod_authn_file", "mod_alias", "mod_setenv", "mod_cgi")
auth.backend = "plain"
auth.backend.plain.userfile = "{folder}/users"
auth.require = ("/" => ("method" => "basic", "realm" => "desk", "require" => "valid-user"))
alias.url = ("/git" => "{backend}")
cgi.assign = ("" => "")
setenv.add-environment = ("GIT_PROJECT_ROOT" => "{root}", "GIT_HTTP_EXPORT_ALL" => "1", "PATH" => "{path}", "HOME" => "{root}")
"#,
        folder = folder.display(),
        root = root.display(),
        path = search_path(),
    )
}

/// Waits until a server answers; what it has said is told where it does not.
pub fn await_port(child: &mut Child, port: u16, log: &Path) {
    let end = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let ended = child.try_wait().unwrap();
        let said = || std::fs::read_to_string(log).unwrap_or_default();
        assert!(ended.is_none() && Instant::now() < end, "the server does not start: {ended:?}\n{}", said());
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// A program on the path, or where an administrator's lie.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders.map(|folder| folder.join(name)).find(|file| file.is_file())
}
