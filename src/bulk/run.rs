//! Sending the tasks of a job, a few at a time.

use std::cell::RefCell;
use std::rc::Rc;

use domain::Resource;
use js_sys::Promise;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::Callback;

use super::job::Job;
use crate::api::Api;
use crate::browser;

/// So many requests are under way at once; more would only wait in the browser.
const LANES: usize = 6;
/// How long after a failed connection the next try is made, in milliseconds.
const RETRY_MS: i32 = 3_000;

/// A job that several senders and the page look at.
pub type Shared = Rc<RefCell<Job>>;

/// Sends what is open of a job. `ended` hears when nothing more is to be sent, for whatever reason.
pub fn start(job: &Shared, api: &Api, resource: Resource, ended: &Callback<()>) {
    for _ in 0..LANES {
        job.borrow_mut().enter();
        let (job, api, ended) = (job.clone(), api.clone(), ended.clone());
        spawn_local(async move {
            loop {
                let task = job.borrow_mut().take();
                let Some((number, id, write, revision)) = task else { break };
                let answer = api.write(resource, id, &write, revision).await;
                let is_answered = job.borrow_mut().settle(number, answer);
                if !is_answered {
                    pause(RETRY_MS).await;
                }
            }
            let is_last = job.borrow_mut().leave();
            if is_last {
                ended.emit(());
            }
        });
    }
}

/// Waits so many milliseconds.
async fn pause(ms: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = browser::window() {
            // It fails only where there are no timers at all.
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
        }
    });
    // A timer never refuses.
    let _ = JsFuture::from(promise).await;
}
