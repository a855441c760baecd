//! Chromium without a window, driven by chromedriver as the WebDriver protocol says; with a profile that nobody else has.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

use crate::support::program;

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked for.
const STEP: Duration = Duration::from_millis(20);
/// What an element is called in the protocol.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub const TAB: &str = "\u{E004}";
pub const ENTER: &str = "\u{E007}";
pub const ESCAPE: &str = "\u{E00C}";
pub const SPACE: &str = " ";

/// Whose browser it is.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// What it asks for in `Accept-Language`.
    pub languages: &'static str,
    /// Whether pages may run scripts.
    pub scripts: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { languages: "en", scripts: true }
    }
}

/// A browser that ends with its value.
pub struct Browser {
    agent: Agent,
    driver: Child,
    /// The address of the session; empty before there is one.
    session: String,
    /// Every page as it was before something was done to it.
    sources: RefCell<BTreeSet<String>>,
    _folder: TempDir,
}

impl Browser {
    /// Starts one; nothing where Chromium or its driver are not installed, which is said loudly.
    pub fn start(options: Options) -> Option<Browser> {
        let (Some(chromium), Some(chromedriver)) = (program("chromium"), program("chromedriver")) else {
            eprintln!("SKIPPED: chromium or chromedriver is not installed (apt-get install chromium chromium-driver)");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let mut driver = started(&chromedriver, folder.path());
        let port = port_of(&mut driver);
        let config = Agent::config_builder().http_status_as_error(false).proxy(None).timeout_global(Some(PATIENCE * 3));
        let agent = config.build().into();
        let asked = capabilities(&chromium, folder.path(), options);
        let mut browser =
            Browser { agent, driver, session: String::new(), sources: RefCell::default(), _folder: folder };
        let made = browser.send("POST", &format!("http://127.0.0.1:{port}/session"), &asked);
        let made = made.unwrap_or_else(|trouble| panic!("the browser does not start: {trouble}"));
        browser.session = format!("http://127.0.0.1:{port}/session/{}", made["sessionId"].as_str().unwrap());
        browser.size(1200, 900);
        Some(browser)
    }

    /// Sends a command; what it answers, or what went wrong.
    fn send(&self, method: &str, address: &str, body: &Value) -> Result<Value, String> {
        let answer = match method {
            "GET" => self.agent.get(address).call(),
            "DELETE" => self.agent.delete(address).call(),
            _ => self.agent.post(address).content_type("application/json").send(body.to_string()),
        };
        let mut answer = answer.map_err(|trouble| trouble.to_string())?;
        let text = answer.body_mut().with_config().limit(100 << 20).read_to_string();
        let text = text.map_err(|trouble| trouble.to_string())?;
        let value = serde_json::from_str::<Value>(&text).map_err(|trouble| trouble.to_string())?["value"].take();
        if answer.status().is_success() { Ok(value) } else { Err(value.to_string()) }
    }

    fn try_post(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.send("POST", &format!("{}/{path}", self.session), body)
    }

    #[track_caller]
    fn post(&self, path: &str, body: &Value) -> Value {
        self.try_post(path, body).unwrap_or_else(|trouble| panic!("{path} {body}: {trouble}"))
    }

    fn try_get(&self, path: &str) -> Result<Value, String> {
        self.send("GET", &format!("{}/{path}", self.session), &Value::Null)
    }

    #[track_caller]
    fn get(&self, path: &str) -> Value {
        self.try_get(path).unwrap_or_else(|trouble| panic!("{path}: {trouble}"))
    }

    #[track_caller]
    fn get_text(&self, path: &str) -> String {
        self.get(path).as_str().unwrap_or_default().to_owned()
    }

    /// Looks until there is what is wanted.
    #[track_caller]
    pub fn until<T>(&self, wanted: &str, look: impl FnMut() -> Option<T>) -> T {
        self.until_or(wanted, &RefCell::default(), look)
    }

    /// The same, with what went wrong last.
    #[track_caller]
    fn until_or<T>(&self, wanted: &str, trouble: &RefCell<String>, mut look: impl FnMut() -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look() {
                return found;
            }
            let last = trouble.borrow().chars().take(500).collect::<String>();
            assert!(Instant::now() < end, "{wanted} is not to be seen at {}: {last}\n{}", self.url(), self.source());
            std::thread::sleep(STEP);
        }
    }

    #[track_caller]
    pub fn go(&self, address: &str) {
        self.keep();
        self.post("url", &json!({ "url": address }));
    }

    #[track_caller]
    pub fn reload(&self) {
        self.keep();
        self.post("refresh", &json!({}));
    }

    #[track_caller]
    pub fn url(&self) -> String {
        self.get_text("url")
    }

    /// Waits for an address that has this in it.
    #[track_caller]
    pub fn until_at(&self, part: &str) {
        self.until(part, || self.url().contains(part).then_some(()));
    }

    #[track_caller]
    pub fn title(&self) -> String {
        self.get_text("title")
    }

    /// The document as it is now, with what scripts made of it.
    #[track_caller]
    pub fn source(&self) -> String {
        self.get_text("source")
    }

    /// Remembers the document as it is now.
    fn keep(&self) {
        let source = self.try_get("source").ok().and_then(|source| source.as_str().map(str::to_owned));
        self.sources.borrow_mut().extend(source);
    }

    /// Every document that was seen.
    pub fn sources(&self) -> BTreeSet<String> {
        self.keep();
        self.sources.borrow().clone()
    }

    fn try_find(&self, css: &str) -> Result<String, String> {
        let found = self.try_post("element", &json!({ "using": "css selector", "value": css }))?;
        Ok(found[ELEMENT].as_str().unwrap_or_default().to_owned())
    }

    /// Does something with the first element a selector finds, as soon as it can be done.
    #[track_caller]
    fn with<T>(&self, css: &str, act: impl Fn(&str) -> Result<T, String>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.try_find(css).and_then(|id| act(&format!("element/{id}"))) {
                Ok(done) => return done,
                Err(trouble) if Instant::now() > end => panic!("{css} at {}: {trouble}\n{}", self.url(), self.source()),
                Err(_) => std::thread::sleep(STEP),
            }
        }
    }

    /// Waits for an element.
    #[track_caller]
    pub fn find(&self, css: &str) {
        self.with(css, |_| Ok(()));
    }

    pub fn has(&self, css: &str) -> bool {
        self.try_find(css).is_ok()
    }

    #[track_caller]
    fn read(&self, css: &str, what: &str) -> String {
        let read = self.with(css, |element| self.try_get(&format!("{element}/{what}")));
        read.as_str().unwrap_or_default().to_owned()
    }

    /// The text of an element as it is shown.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        self.read(css, "text")
    }

    #[track_caller]
    pub fn attribute(&self, css: &str, name: &str) -> String {
        self.read(css, &format!("attribute/{name}"))
    }

    /// What a field holds.
    #[track_caller]
    pub fn value(&self, css: &str) -> String {
        self.read(css, "property/value")
    }

    /// Waits until an element shows a text.
    #[track_caller]
    pub fn until_text(&self, css: &str, part: &str) {
        let shown = |element: &str| self.try_get(&format!("{element}/text"));
        let look = || self.try_find(css).and_then(|id| shown(&format!("element/{id}"))).ok();
        self.until(&format!("{css} with {part:?}"), || {
            look().filter(|text| text.as_str().is_some_and(|text| text.contains(part)))
        });
    }

    #[track_caller]
    pub fn click(&self, css: &str) {
        self.keep();
        self.with(css, |element| self.try_post(&format!("{element}/click"), &json!({})));
    }

    /// Clicks what leads to another page, and waits for an address with this in it.
    #[track_caller]
    pub fn follow(&self, css: &str, part: &str) {
        self.click(css);
        self.until_at(part);
    }

    /// Types into a field; for a field of files this is a path.
    #[track_caller]
    pub fn fill(&self, css: &str, text: &str) {
        self.with(css, |element| self.try_post(&format!("{element}/value"), &json!({ "text": text })));
    }

    #[track_caller]
    pub fn clear(&self, css: &str) {
        self.with(css, |element| self.try_post(&format!("{element}/clear"), &json!({})));
    }

    /// Presses keys wherever the focus is.
    #[track_caller]
    pub fn keys(&self, keys: &str) {
        self.keep();
        let press = |key: char| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }));
        let actions: Vec<Value> = keys.chars().flat_map(press).collect();
        self.post("actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }));
    }

    /// What a script in the page answers.
    #[track_caller]
    pub fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// What a script passes on, later, to the last of its arguments.
    #[track_caller]
    pub fn run_later(&self, script: &str) -> Value {
        self.post("execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Whether a script finds that something holds.
    #[track_caller]
    pub fn holds(&self, expression: &str) -> bool {
        self.run(&format!("return Boolean({expression})")) == true
    }

    /// Goes into a frame.
    #[track_caller]
    pub fn enter(&self, css: &str) {
        self.find(css);
        let id = self.try_find(css).unwrap();
        self.post("frame", &json!({ "id": { ELEMENT: id } }));
    }

    /// Goes back to the page around all frames.
    #[track_caller]
    pub fn leave(&self) {
        self.keep();
        self.post("frame", &json!({ "id": null }));
    }

    /// A command of Chromium's own protocol.
    #[track_caller]
    fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Makes the window so large.
    #[track_caller]
    pub fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size);
    }

    /// Prefers dark colours, or light ones.
    #[track_caller]
    pub fn scheme(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", features);
    }

    /// What the console was told since it was last asked, apart from what is only for those who debug.
    #[track_caller]
    pub fn console(&self) -> Vec<String> {
        let said = self.post("se/log", &json!({ "type": "browser" }));
        let loud = |entry: &&Value| entry["level"] == "SEVERE" || entry["level"] == "WARNING";
        let entries = said.as_array().unwrap().iter().filter(loud);
        entries.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// A picture of the whole page in the folder `LOKET_SHOTS`, where there is one.
    #[track_caller]
    pub fn shoot(&self, name: &str) {
        let Ok(folder) = std::env::var("LOKET_SHOTS") else { return };
        std::fs::create_dir_all(&folder).unwrap();
        let page = self.run("const page = document.documentElement; return [innerWidth, page.scrollHeight]");
        let clip = json!({ "x": 0, "y": 0, "width": page[0], "height": page[1], "scale": 1 });
        let taken = self.devtools("Page.captureScreenshot", json!({ "captureBeyondViewport": true, "clip": clip }));
        let picture = base64::engine::general_purpose::STANDARD.decode(taken["data"].as_str().unwrap()).unwrap();
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.send("DELETE", &self.session, &Value::Null);
        }
        // Whatever it left goes with it: the driver leads a group of its own.
        #[cfg(unix)]
        if let Some(group) = i32::try_from(self.driver.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The driver on a free port, with a home of its own.
fn started(program: &Path, home: &Path) -> Child {
    let mut command = Command::new(program);
    command.arg("--port=0").env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", home).env("TMPDIR", home).env("LANG", "C.UTF-8");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().unwrap()
}

/// The port a driver says it listens on.
fn port_of(driver: &mut Child) -> u16 {
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let found = lines.by_ref().map_while(Result::ok).find_map(|line| {
        line.trim_end_matches('.').split_once("started successfully on port ").and_then(|(_, port)| port.parse().ok())
    });
    // What else it says has to go somewhere.
    std::thread::spawn(move || lines.for_each(drop));
    found.expect("chromedriver says no port")
}

fn capabilities(chromium: &Path, folder: &Path, options: Options) -> Value {
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    let language = format!("--lang={}", options.languages.split(',').next().unwrap_or_default());
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--no-default-browser-check",
        // What is clicked has to be where it is, at once.
        "--force-prefers-reduced-motion",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-breakpad",
        "--window-size=1200,900",
        &profile,
        &language,
    ];
    let mut preferences = json!({ "intl.accept_languages": options.languages });
    if !options.scripts {
        preferences["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "goog:chromeOptions": { "binary": chromium, "args": arguments, "prefs": preferences },
        "goog:loggingPrefs": { "browser": "ALL" },
    } } })
}
