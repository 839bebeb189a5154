//! [`Wait`]: a request under way, which tells when it takes long.

use std::cell::Cell;
use std::rc::Rc;

use yew::Callback;

use crate::browser::Timeout;

/// An answer that takes longer than this, in milliseconds, is told of.
const SLOW_MS: i32 = 4_000;

/// What a request has to tell besides its answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum News {
    /// Nobody is signed in, or no longer.
    SignedOut,
    /// The answer takes long.
    Slow,
    /// What took long is over.
    Over,
}

/// A request under way: it tells once it takes long, and then that it is over.
pub(super) struct Wait {
    news: Callback<News>,
    is_slow: Rc<Cell<bool>>,
    _slow: Timeout,
}

impl Wait {
    /// It begins.
    pub(super) fn new(news: &Callback<News>) -> Self {
        let (slow, is_slow) = (news.clone(), Rc::new(Cell::new(false)));
        let told = is_slow.clone();
        let timeout = Timeout::new(SLOW_MS, move || {
            told.set(true);
            slow.emit(News::Slow);
        });
        Self { news: news.clone(), is_slow, _slow: timeout }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if self.is_slow.get() {
            self.news.emit(News::Over);
        }
    }
}
