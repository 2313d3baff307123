//! A browser for tests: chromium, driven through chromedriver by the WebDriver protocol.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

/// The Escape key, as the protocol writes it.
pub(crate) const ESCAPE: &str = "\u{E00C}";
/// The Enter key.
pub(crate) const ENTER: &str = "\u{E007}";

/// A session in a browser of its own, ended when it is dropped.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts a browser whose window has this size; one that is narrower than a window can be is a phone's. `None`, with a message, where there is none: contributors need not have
    /// one. On a machine for continuous integration (`CI` is set) there must be one.
    pub(crate) fn start(width: u32, height: u32) -> Option<Self> {
        let driver = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut driver = match driver {
            Ok(driver) => driver,
            Err(error) => return skip(&format!("chromedriver: {error}")),
        };
        let port = port(&mut driver);
        let mut browser = Self { driver, port, session: String::new() };
        let size = format!("--window-size={width},{height}");
        let mut options = json!({ "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", size] });
        if width < 500 {
            options["mobileEmulation"] =
                json!({ "deviceMetrics": { "width": width, "height": height, "pixelRatio": 2, "touch": true } });
        }
        let wanted = json!({
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "unhandledPromptBehavior": "ignore",
        });
        let (status, session) = browser.exchange("POST", "/session", &json!({ "capabilities": { "alwaysMatch": wanted } }));
        if status != 200 {
            return skip(&session["message"].to_string());
        }
        browser.session = format!("/session/{}", session["sessionId"].as_str().expect("a session has a name"));
        Some(browser)
    }

    /// Opens a file.
    pub(crate) fn open(&self, file: &Path) {
        self.post("/url", json!({ "url": format!("file://{}", file.display()) }));
    }

    /// What a script gives back: the body of a function.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", json!({ "script": script, "args": [] }))
    }

    /// Waits until there is an element that a CSS selector finds; a second is long for a script.
    pub(crate) fn wait_for(&self, selector: &str) {
        let find = format!("return document.querySelector({selector:?}) !== null");
        let found = (0..100).any(|_| {
            self.run(&find) == json!(true) || {
                sleep(Duration::from_millis(50));
                false
            }
        });
        assert!(found, "{selector}");
    }

    /// Clicks on the element that a CSS selector finds, as a pointer would: it must be seen, and nothing may lie over it.
    pub(crate) fn click(&self, selector: &str) {
        let found = self.post("/element", json!({ "using": "css selector", "value": selector }));
        let id = found.as_object().and_then(|found| found.values().next()?.as_str()).expect("an element has a name");
        self.post(&format!("/element/{id}/click"), json!({}));
    }

    /// Presses keys, one after another, wherever the focus is.
    pub(crate) fn press(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| ["keyDown", "keyUp"].map(|stroke| json!({ "type": stroke, "value": key })));
        let strokes: Vec<Value> = strokes.collect();
        self.post("/actions", json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] }));
    }

    /// What the console said since it was last asked.
    pub(crate) fn console(&self) -> Vec<String> {
        let log = self.post("/se/log", json!({ "type": "browser" }));
        log.as_array().expect("a log is a list").iter().map(|entry| entry["message"].to_string()).collect()
    }

    /// The addresses that were asked for since this was last asked.
    pub(crate) fn requests(&self) -> Vec<String> {
        let log = self.post("/se/log", json!({ "type": "performance" }));
        let messages = log.as_array().expect("a log is a list").iter().map(|entry| {
            let message = entry["message"].as_str().expect("a message is text");
            serde_json::from_str::<Value>(message).expect("a message of this log is JSON")["message"].clone()
        });
        let sent = messages.filter(|message| message["method"] == "Network.requestWillBeSent");
        sent.map(|message| message["params"]["request"]["url"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Whether a dialog of the browser is open, as `alert` opens it.
    pub(crate) fn has_alert(&self) -> bool {
        self.exchange("GET", &format!("{}/alert/text", self.session), &Value::Null).0 == 200
    }

    fn post(&self, path: &str, body: Value) -> Value {
        self.send("POST", &format!("{}{path}", self.session), body)
    }

    fn send(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.exchange(method, path, &body);
        assert_eq!(status, 200, "{method} {path} {body}: {answer}");
        answer
    }

    /// One request, and the status and value of the answer.
    fn exchange(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("chromedriver listens");
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("a timeout can be set");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).expect("chromedriver reads");
        read_answer(BufReader::new(stream))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser ends with its session; without one there is only the driver to end.
        if !self.session.is_empty() && TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            self.exchange("DELETE", &self.session, &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Says that there is no browser, past the test harness, which would keep it to itself.
fn skip(why: &str) -> Option<Browser> {
    assert!(env::var_os("CI").is_none(), "there is no browser, and CI is set: {why}");
    let advice = "to test reports, install chromium and chromedriver (Debian: apt-get install chromium chromium-driver)";
    let _ = writeln!(std::io::stderr(), "skipped, for there is no browser ({why}); {advice}");
    None
}

/// The port that a driver that has just been started listens on.
fn port(driver: &mut Child) -> u16 {
    let lines = BufReader::new(driver.stdout.take().expect("it is piped")).lines();
    let said = lines
        .map_while(Result::ok)
        .find_map(|line| line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok());
    said.expect("chromedriver says its port")
}

fn read_answer(mut stream: impl BufRead) -> (u16, Value) {
    let mut line = String::new();
    stream.read_line(&mut line).expect("chromedriver answers");
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("an answer has a status");
    let mut length = 0;
    while line.trim_end() != "" {
        line.clear();
        stream.read_line(&mut line).expect("an answer has a head");
        if let Some((name, value)) = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
            length = value.trim().parse().unwrap_or_else(|_| panic!("{name}: {value}"));
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("an answer is whole");
    let answer: Value = serde_json::from_slice(&body).expect("an answer is JSON");
    (status, answer["value"].clone())
}
