//! The server's own news: its stream of events says when records or counters of the company have moved, so that what is
//! looked at is asked for anew at once (`browser::Pulse`) and not only every 15 seconds.
//!
//! The stream is read by fetch, which an `EventSource` is not: it may be ended with the tab hidden, and its refusals are
//! seen. It carries no values: what moved is read where it is shown.

use std::cell::{Cell, RefCell};

use gloo_net::http::RequestBuilder;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, ReadableStreamDefaultReader};

use crate::browser::{self, Listener, Timeout};

/// What is told on the window when something has moved.
pub const MOVED: &str = "records-moved";
/// What is told on the window when alerts are among that.
pub const ALERTED: &str = "alerts-moved";
/// The time until a stream that has ended is asked for again, in milliseconds; twice as long after each failure.
const AGAIN_MS: i32 = 1_000;
/// At most so long, in milliseconds.
const MOST_MS: i32 = 60_000;

/// Why a stream is not asked for again.
const SIGNED_OUT: &str = "signed out";

#[derive(Default)]
struct Stream {
    /// Ends the stream that is read.
    open: RefCell<Option<AbortController>>,
    /// The number of the last event, from which the next stream goes on.
    last: RefCell<String>,
    wait: Cell<i32>,
    again: RefCell<Option<Timeout>>,
    seen: RefCell<Option<Listener>>,
}

thread_local! {
    static STREAM: Stream = Stream::default();
}

/// Listens from now on, as long as the page is seen and somebody is signed in. Once is enough; more often does nothing.
pub fn listen() {
    let (is_new, waits) =
        STREAM.with(|stream| (stream.seen.borrow().is_none(), stream.again.borrow().is_some()));
    if is_new {
        let seen = Listener::new(browser::document(), "visibilitychange", |_| open_or_close());
        STREAM.with(|stream| stream.seen.replace(seen));
    }
    if !waits {
        open_or_close();
    }
}

/// A hidden page needs no news.
fn open_or_close() {
    let is_seen = browser::document().is_some_and(|document| !document.hidden());
    STREAM.with(|stream| {
        stream.again.take();
        match (is_seen, stream.open.take()) {
            (true, None) => {
                if let Ok(control) = AbortController::new() {
                    stream.open.replace(Some(control.clone()));
                    spawn_local(async move { read(control).await });
                }
            }
            (true, open) => drop(stream.open.replace(open)),
            (false, Some(open)) => open.abort(),
            (false, None) => {}
        }
    });
}

/// Reads a stream to its end, and sees to the next one.
async fn read(control: AbortController) {
    let began = js_sys::Date::now();
    // Whatever else ended it, the next one goes on where it stopped.
    let is_refused = follow(&control).await.is_err_and(|error| error == SIGNED_OUT);
    if control.signal().aborted() {
        return;
    }
    if is_refused {
        // Whoever signs in again opens a page, or comes back to this one.
        STREAM.with(|stream| drop(stream.open.take()));
        return;
    }
    STREAM.with(|stream| {
        stream.open.take();
        let lasted = js_sys::Date::now() - began > f64::from(MOST_MS);
        let wait = if lasted { AGAIN_MS } else { (stream.wait.get() * 2).clamp(AGAIN_MS, MOST_MS) };
        stream.wait.set(wait);
        stream.again.replace(Some(Timeout::new(wait, open_or_close)));
    });
}

async fn follow(control: &AbortController) -> Result<(), JsValue> {
    let last = STREAM.with(|stream| stream.last.borrow().clone());
    let address =
        if last.is_empty() { "/api/v1/events".to_owned() } else { format!("/api/v1/events?since={last}") };
    let request = RequestBuilder::new(&address).abort_signal(Some(&control.signal()));
    let response = request.send().await.map_err(|_| JsValue::NULL)?;
    if response.status() == 401 {
        return Err(JsValue::from(SIGNED_OUT));
    }
    let body = response.body().filter(|_| response.ok()).ok_or(JsValue::NULL)?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut lines = Vec::new();
    loop {
        let part = JsFuture::from(reader.read()).await?;
        if Reflect::get(&part, &"done".into())?.is_truthy() {
            return Ok(());
        }
        lines.extend(Uint8Array::new(&Reflect::get(&part, &"value".into())?).to_vec());
        // An event ends with a blank line; what comes after it waits for its own.
        while let Some(end) = lines.windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = lines.drain(..end + 2).collect();
            take(&String::from_utf8_lossy(&event));
        }
    }
}

/// Takes one event in.
fn take(event: &str) {
    let value = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    if let Some(id) = value("id:") {
        STREAM.with(|stream| {
            stream.wait.set(0);
            id.clone_into(&mut stream.last.borrow_mut());
        });
    }
    let event = value("event:");
    if matches!(event, Some("changed" | "reset")) {
        browser::tell(MOVED);
        let names_alerts = value("data:").is_some_and(|data| data.contains("\"alert\""));
        if names_alerts || event == Some("reset") {
            browser::tell(ALERTED);
        }
    }
}
