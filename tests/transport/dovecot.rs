//! A Dovecot of one's own on loopback, in a temporary folder, with a mailbox as Maildir. It ends with its value.
use crate::support::{await_port, free_port, program};
use loket::transport::imap::{Credentials, Place, Session, Trouble, Trust};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

pub const USER: &str = "support@example.org";
pub const PASSWORD: &str = "pä\"ss wörd";

pub struct Server {
    folder: tempfile::TempDir,
    child: Child,
    plain: u16,
    tls: u16,
}

impl Server {
    /// Starts one, nothing when Dovecot or OpenSSL are not installed, which is said loudly.
    pub fn start() -> Option<Self> {
        Self::start_with("")
    }

    /// Starts one with more settings.
    pub fn start_with(settings: &str) -> Option<Self> {
        let Some(dovecot) = program("dovecot").filter(|_| program("openssl").is_some()) else {
            eprintln!("SKIPPED: dovecot or openssl is not installed (apt-get install dovecot-imapd openssl)");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let (plain, tls) = (free_port(), free_port());
        certificate(folder.path());
        std::fs::write(folder.path().join("users"), format!("{USER}:{{PLAIN}}{PASSWORD}::::::\n")).unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
        given(&folder.path().join("home"));
        let config = folder.path().join("dovecot.conf");
        std::fs::write(&config, configuration(folder.path(), plain, tls, settings)).unwrap();
        let child = Command::new(dovecot).arg("-F").arg("-c").arg(&config).stdin(Stdio::null()).spawn().unwrap();
        let mut server = Self { folder, child, plain, tls };
        let log = server.folder.path().join("log");
        await_port(&mut server.child, plain, &log);
        Some(server)
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    pub fn place(&self, folder: &str) -> Place {
        Place::parse(&format!("imap://127.0.0.1:{}/{folder}", self.plain)).unwrap()
    }

    pub fn starttls(&self) -> Place {
        Place::parse(&format!("imap://localhost:{}/?tls=starttls", self.plain)).unwrap()
    }

    pub fn imaps(&self) -> Place {
        Place::parse(&format!("imaps://localhost:{}", self.tls)).unwrap()
    }

    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    pub fn trust(&self) -> Trust {
        Trust::File(self.certificate())
    }

    pub fn session(&self, folder: &str) -> Session {
        let opened: Result<Session, Trouble> = Session::open(&self.place(folder), &credentials());
        opened.unwrap_or_else(|trouble| panic!("{trouble}\n{}", self.log()))
    }

    /// Delivers a message into a folder of the Maildir, as an MTA does.
    pub fn deliver(&self, folder: &str, name: &str, message: &[u8]) {
        let maildir = self.maildir(folder);
        let above = [self.maildir("").parent().unwrap().to_path_buf(), self.maildir(""), maildir.clone()];
        above.iter().for_each(|folder| given(folder));
        ["tmp", "new", "cur"].iter().for_each(|part| given(&maildir.join(part)));
        std::fs::write(maildir.join("tmp").join(name), message).unwrap();
        chown(maildir.join("tmp").join(name), owner().map(|id| id.0), owner().map(|id| id.1)).unwrap();
        std::fs::rename(maildir.join("tmp").join(name), maildir.join("new").join(name)).unwrap();
    }

    /// How many messages are in a folder of the Maildir.
    pub fn count(&self, folder: &str) -> usize {
        let entries = |part: &str| std::fs::read_dir(self.maildir(folder).join(part)).map_or(0, |all| all.count());
        entries("new") + entries("cur")
    }

    /// Marks as deleted what is seen, as another client does that does not expunge yet.
    pub fn mark_deleted(&self, folder: &str) {
        for entry in std::fs::read_dir(self.maildir(folder).join("cur")).unwrap() {
            let file = entry.unwrap().path();
            let mut name = file.clone().into_os_string();
            name.push("T");
            std::fs::rename(file, name).unwrap();
        }
    }

    fn maildir(&self, folder: &str) -> PathBuf {
        let maildir = self.folder.path().join("home").join(USER).join("Maildir");
        if folder.is_empty() { maildir } else { maildir.join(format!(".{folder}")) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _sent = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ended = self.child.wait();
    }
}

pub fn credentials() -> Credentials {
    Credentials { user: USER.into(), password: PASSWORD.into() }
}

/// Whose the mail is when root runs the test: Dovecot gives root no mail.
const SOMEBODY: (u32, u32) = (61_234, 61_234);

/// Who is given the mail, if somebody else.
fn owner() -> Option<(u32, u32)> {
    let probe = tempfile::tempfile().unwrap();
    (probe.metadata().unwrap().uid() == 0).then_some(SOMEBODY)
}

/// Makes a folder that belongs to who reads the mail.
fn given(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    chown(folder, owner().map(|id| id.0), owner().map(|id| id.1)).unwrap();
}

/// A certificate for localhost, signed by itself.
fn certificate(folder: &Path) {
    let config = "[req]\ndistinguished_name=n\nx509_extensions=x\nprompt=no\n[n]\nCN=localhost\n\
        [x]\nsubjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n";
    std::fs::write(folder.join("openssl.cnf"), config).unwrap();
    let made = Command::new("openssl")
        .current_dir(folder)
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
        .args(["-config", "openssl.cnf", "-keyout", "key.pem", "-out", "cert.pem"])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// The configuration: everything in the folder, everything as who runs the test.
fn configuration(folder: &Path, plain: u16, tls: u16, settings: &str) -> String {
    let owner = std::fs::metadata(folder).unwrap();
    let (uid, gid) = self::owner().unwrap_or((owner.uid(), owner.gid()));
    let id = |what: &str| String::from_utf8(Command::new("id").arg(what).output().unwrap().stdout).unwrap();
    let (name, group) = (id("-un").trim().to_string(), id("-gn").trim().to_string());
    // Root keeps Dovecot's own users, anybody else is all of them.
    let users = if owner.uid() == 0 {
        String::new()
    } else {
        format!(
            "default_internal_user = {name}\ndefault_internal_group = {group}\ndefault_login_user = {name}\nservice anvil {{\n chroot =\n}}\nservice stats {{\n chroot =\n}}\n"
        )
    };
    let folder = folder.display();
    format!(
        "base_dir = {folder}/run\nstate_dir = {folder}/state\nlog_path = {folder}/log\nprotocols = imap\n\
         listen = 127.0.0.1\nssl = yes\nssl_cert = <{folder}/cert.pem\nssl_key = <{folder}/key.pem\n\
         disable_plaintext_auth = no\nauth_mechanisms = plain\nauth_failure_delay = 0\nfirst_valid_uid = 0\nfirst_valid_gid = 0\n\
         mail_location = maildir:~/Maildir\nmailbox_idle_check_interval = 1 secs\n\
         service anvil {{\n unix_listener anvil-auth-penalty {{\n  mode = 0\n }}\n}}\n\
         passdb {{\n driver = passwd-file\n args = {folder}/users\n}}\n\
         userdb {{\n driver = static\n args = uid={uid} gid={gid} home={folder}/home/%u\n}}\n\
         service imap-login {{\n chroot =\n inet_listener imap {{\n  port = {plain}\n }}\n \
         inet_listener imaps {{\n  port = {tls}\n  ssl = yes\n }}\n}}\n{users}{settings}\n"
    )
}
