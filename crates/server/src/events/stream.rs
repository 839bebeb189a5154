//! One stream of changes: `text/event-stream`, as a body that never ends by itself.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior};

use super::{Batch, Place, event};
use crate::call::Call;
use crate::error::Refusal;

/// How often a stream shows that it is alive, and whether its caller may still read is looked up.
const CHECKED_EVERY: Duration = Duration::from_secs(15);
/// How soon a client may come again after a stream broke off, in milliseconds.
const RETRY_MS: u32 = 2_000;

/// A stream under way.
struct Stream {
    call: Arc<Call>,
    place: Place,
    /// The number up to which the client knows everything.
    seq: i64,
    ready: VecDeque<String>,
    checks: Interval,
}

/// Answers with the changes since a number that the caller knows; without one, with those from now on.
pub(crate) async fn respond(call: Call, since: Option<i64>) -> Result<Response, Refusal> {
    let call = Arc::new(call);
    let company = call.look(|_, visit| Ok(visit.company.id)).await?;
    // The place first: what changes after the look below is told to it.
    let place = Place::take(&call.app, company)?;
    let looked =
        call.look(move |reader, _| Ok(reader.events_since(company, since.unwrap_or(UNKNOWN))?)).await?;
    let (seq, missed) = looked;
    place.app.streams().begin(company, seq);
    // Whoever breaks off after the greeting comes again with the number that it brought.
    let greeting = event(since.unwrap_or(seq), "hello", &format!("{{\"seq\":{seq}}}"));
    let mut ready = VecDeque::from([format!("retry: {RETRY_MS}\n{greeting}")]);
    if let Some(since) = since {
        ready.push_back(Batch::of(since, seq, missed).text);
    }
    let mut checks = tokio::time::interval_at(tokio::time::Instant::now() + CHECKED_EVERY, CHECKED_EVERY);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stream = Stream { call, place, seq, ready, checks };
    let body = stream::unfold(stream, |mut stream| async move {
        let text = stream.next().await?;
        Some((Ok::<_, std::convert::Infallible>(Bytes::from(text)), stream))
    });
    let mut response = Body::from_stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // Proxies that gather answers pass this one on as it comes.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// Waits until the streams are to end.
async fn closed(closing: &mut watch::Receiver<bool>) {
    // An error says that the server is gone, and that is an end too.
    let _ = closing.wait_for(|closing| *closing).await;
}

/// A number that no change bears.
const UNKNOWN: i64 = -1;

impl Stream {
    /// What is sent next; `None`: the stream has ended.
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(text) = self.ready.pop_front() {
                if text.is_empty() {
                    continue;
                }
                return Some(text);
            }
            tokio::select! {
                biased;
                () = closed(&mut self.place.closing) => return None,
                _ = self.checks.tick() => {
                    // Whoever may not read any more, or cannot be asked about, is told nothing more.
                    self.call.look(|_, _| Ok(())).await.ok()?;
                    return Some(":\n\n".to_owned());
                }
                batch = self.place.receiver.recv() => match batch {
                    Ok(batch) => self.take(&batch).await?,
                    Err(RecvError::Lagged(_)) => self.catch_up().await?,
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    /// Takes what all streams of the company are told, unless it was told to this one already.
    async fn take(&mut self, batch: &Batch) -> Option<()> {
        if batch.is_reset && batch.to != self.seq || (batch.from..batch.to).contains(&self.seq) {
            self.ready.push_back(batch.text.clone());
            self.seq = batch.to;
        } else if batch.from > self.seq {
            self.catch_up().await?;
        }
        Some(())
    }

    /// Looks for itself.
    async fn catch_up(&mut self) -> Option<()> {
        let (company, since) = (self.place.company, self.seq);
        let looked = self.call.look(move |reader, _| Ok(reader.events_since(company, since)?)).await;
        let (seq, missed) = looked.ok()?;
        self.ready.push_back(Batch::of(since, seq, missed).text);
        self.seq = seq;
        Some(())
    }
}
