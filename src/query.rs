//! [`use_query`] and [`use_mutation`]: reading from the server and writing to it, from a component.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api::{Answer, Api, ApiError};
use crate::browser::{self, Listener, Pulse, Timeout};
use crate::session::use_api;

/// A request under way. Boxed, so that the hooks exist once in the module and not once for each request.
pub type Request<T> = Pin<Box<dyn Future<Output = Answer<T>>>>;

/// Another try, once the server may be there again: in a few seconds, or as soon as the browser is online.
pub struct Retry {
    _soon: Timeout,
    _online: Option<Listener>,
}

impl Retry {
    /// Tries again by `again`, once or twice, until it is dropped.
    #[must_use]
    pub fn new(again: Callback<()>) -> Self {
        const MS: i32 = 3_000;
        let soon = again.clone();
        Self {
            _soon: Timeout::new(MS, move || soon.emit(())),
            _online: Listener::new(browser::window(), "online", move |_| again.emit(())),
        }
    }
}

/// Tells every query that records were changed past the page that shows them.
const CHANGED: &str = "records-changed";

/// Asks anew for everything that is shown, after a change that was made past the page.
pub fn ask_again() {
    browser::tell(CHANGED);
}

/// What is known of what was asked for. What was there before stays while it is asked for anew.
#[derive(Debug, PartialEq)]
pub enum Load<T: ?Sized> {
    /// An answer is awaited.
    Loading(Option<Rc<T>>),
    /// It came.
    Ready(Rc<T>),
    /// It failed.
    Failed(ApiError, Option<Rc<T>>),
}

impl<T: ?Sized> Clone for Load<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Loading(data) => Self::Loading(data.clone()),
            Self::Ready(data) => Self::Ready(data.clone()),
            Self::Failed(error, data) => Self::Failed(error.clone(), data.clone()),
        }
    }
}

impl<T: ?Sized> Load<T> {
    /// The last answer that came, if any did.
    #[must_use]
    pub fn data(&self) -> Option<&Rc<T>> {
        match self {
            Self::Ready(data) => Some(data),
            Self::Loading(data) | Self::Failed(_, data) => data.as_ref(),
        }
    }

    /// Why the last request failed.
    #[must_use]
    pub fn error(&self) -> Option<&ApiError> {
        if let Self::Failed(error, _) = self { Some(error) } else { None }
    }

    /// Whether an answer is awaited.
    #[must_use]
    pub fn is_loading(&self) -> bool {
        matches!(self, Self::Loading(_))
    }
}

/// The course of requests for one thing: an answer counts only if it belongs to the latest of them.
struct Course<T: ?Sized> {
    load: Load<T>,
    /// The number of the latest request.
    latest: u32,
    /// How often it was asked for anew.
    asked: u32,
}

/// What happens to a [`Course`].
enum Turn<T: ?Sized> {
    /// It is asked for anew.
    Again,
    /// A request was sent, numbered upwards.
    Sent(u32),
    /// The request with that number was answered.
    Came(u32, Answer<Rc<T>>),
    /// What is shown was changed here, ahead of the server.
    Set(Rc<T>),
}

impl<T: ?Sized> Course<T> {
    fn new() -> Self {
        Self { load: Load::Loading(None), latest: 0, asked: 0 }
    }

    fn after(&self, turn: Turn<T>) -> Self {
        let mut next = Self { load: self.load.clone(), ..*self };
        match turn {
            Turn::Again => next.asked += 1,
            Turn::Sent(number) => {
                next.latest = number;
                // A retry is silent: the sentence about the failure stays until there is news.
                if self.load.error() != Some(&ApiError::Offline) {
                    next.load = Load::Loading(self.load.data().cloned());
                }
            }
            Turn::Came(number, _) if number != self.latest => {}
            Turn::Came(_, Ok(data)) => next.load = Load::Ready(data),
            Turn::Came(_, Err(error)) => next.load = Load::Failed(error, self.load.data().cloned()),
            Turn::Set(data) => next.load = Load::Ready(data),
        }
        next
    }
}

/// What is asked for, whatever it is: the hook exists once in the module and not once for each kind of answer.
type Anything = Course<dyn Any>;

impl Reducible for Anything {
    type Action = Turn<dyn Any>;

    fn reduce(self: Rc<Self>, turn: Turn<dyn Any>) -> Rc<Self> {
        Rc::new(self.after(turn))
    }
}

/// A key of any kind, for telling whether it is still the same.
struct AnyKey {
    key: Rc<dyn Any>,
    is_same: fn(&dyn Any, &dyn Any) -> bool,
}

impl AnyKey {
    fn new<K: PartialEq + 'static>(key: Rc<K>) -> Self {
        let is_same = |one: &dyn Any, two: &dyn Any| matches!((one.downcast_ref::<K>(), two.downcast_ref::<K>()), (Some(one), Some(two)) if one == two);
        Self { key, is_same }
    }
}

impl PartialEq for AnyKey {
    fn eq(&self, other: &Self) -> bool {
        (self.is_same)(&*self.key, &*other.key)
    }
}

/// See [`use_query`].
pub struct UseQuery<T: 'static> {
    /// What is known.
    pub load: Load<T>,
    /// Asks again.
    pub reload: Callback<()>,
    /// Shows something else at once, until the next answer.
    pub set: Callback<Rc<dyn Any>>,
}

/// Asks for something when the component appears, whenever `key` changes, and on `reload`.
///
/// While the server cannot be reached it tries again by itself, every few seconds and when the browser is online.
#[hook]
pub fn use_query<K, T>(key: K, request: impl Fn(Api, &K) -> Request<T> + 'static) -> UseQuery<T>
where
    K: PartialEq + 'static,
    T: 'static,
{
    let key = Rc::new(key);
    let same = AnyKey::new(key.clone());
    let send = move |api| -> Request<Rc<dyn Any>> {
        let request = request(api, &key);
        Box::pin(async move { request.await.map(|data| Rc::new(data) as Rc<dyn Any>) })
    };
    let any = use_anything(same, Box::new(send));
    let of_kind = |data: &Rc<dyn Any>| data.clone().downcast::<T>().ok();
    let data = any.load.data().and_then(of_kind);
    let load = match (&any.load, data) {
        (Load::Ready(_), Some(data)) => Load::Ready(data),
        (Load::Failed(error, _), data) => Load::Failed(error.clone(), data),
        (_, data) => Load::Loading(data),
    };
    UseQuery { load, reload: any.reload, set: any.set }
}

struct UseAnything {
    load: Load<dyn Any>,
    reload: Callback<()>,
    set: Callback<Rc<dyn Any>>,
}

#[hook]
fn use_anything(key: AnyKey, send: Box<dyn FnOnce(Api) -> Request<Rc<dyn Any>>>) -> UseAnything {
    let api = use_api();
    let course = use_reducer(Anything::new);
    let counter = use_mut_ref(|| 0_u32);
    {
        let dispatcher = course.dispatcher();
        use_effect_with((key, course.asked, api.clone()), move |_| {
            let number = {
                let mut counter = counter.borrow_mut();
                *counter += 1;
                *counter
            };
            dispatcher.dispatch(Turn::Sent(number));
            let request = send(api);
            spawn_local(async move {
                let answer = request.await;
                dispatcher.dispatch(Turn::Came(number, answer));
            });
        });
    }
    let reload = use_callback(course.dispatcher(), |(), dispatcher| dispatcher.dispatch(Turn::Again));
    let set = use_callback(course.dispatcher(), |data, dispatcher| dispatcher.dispatch(Turn::Set(data)));
    let is_offline = course.load.error() == Some(&ApiError::Offline);
    {
        let (reload, now) = (reload.clone(), course.latest);
        use_effect_with((is_offline, now), move |(is_offline, _)| {
            let retry = is_offline.then(|| Retry::new(reload));
            move || drop(retry)
        });
    }
    {
        let reload = reload.clone();
        use_effect_with((), move |()| {
            let changed = Listener::new(browser::window(), CHANGED, move |_| reload.emit(()));
            move || drop(changed)
        });
    }
    UseAnything { load: course.load.clone(), reload, set }
}

/// Runs something every 15 seconds while the page is seen.
#[hook]
pub fn use_pulse(beat: &Callback<()>) {
    use_effect_with(beat.clone(), |beat| {
        let beat = beat.clone();
        let pulse = Pulse::new(move || beat.emit(()));
        move || drop(pulse)
    });
}

/// See [`use_mutation`].
pub struct UseMutation<A> {
    /// Sends it, unless the one before is still under way.
    pub run: Callback<A>,
    /// Whether one is under way.
    pub is_running: bool,
}

/// Writes to the server: `request` says how, `done` hears what came of it.
#[hook]
pub fn use_mutation<A, T>(
    request: impl Fn(Api, A) -> Request<T> + 'static,
    done: impl Fn(Answer<T>) + 'static,
) -> UseMutation<A>
where
    A: 'static,
    T: 'static,
{
    let api = use_api();
    let running = use_state(|| false);
    let is_running = *running;
    let done = Rc::new(done);
    let run = Callback::from(move |argument| {
        if is_running {
            return;
        }
        running.set(true);
        let (request, running, done) = (request(api.clone(), argument), running.clone(), done.clone());
        spawn_local(async move {
            let answer = request.await;
            running.set(false);
            done(answer);
        });
    });
    UseMutation { run, is_running }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(turns: Vec<Turn<u8>>) -> Course<u8> {
        turns.into_iter().fold(Course::new(), |course, turn| course.after(turn))
    }

    #[test]
    fn late_answers_are_dropped() {
        let course = course(vec![
            Turn::Sent(1),
            Turn::Sent(2),
            Turn::Came(2, Ok(Rc::new(22))),
            Turn::Came(1, Ok(Rc::new(11))),
        ]);
        assert_eq!(course.load, Load::Ready(Rc::new(22)));
    }

    #[test]
    fn what_was_there_stays_while_it_is_asked_for_anew() {
        let turns = vec![Turn::Sent(1), Turn::Came(1, Ok(Rc::new(11))), Turn::Sent(2)];
        assert_eq!(course(turns).load, Load::Loading(Some(Rc::new(11))));

        let failed = Turn::Came(2, Err(ApiError::NotFound));
        let turns = vec![Turn::Sent(1), Turn::Came(1, Ok(Rc::new(11))), Turn::Sent(2), failed];
        assert_eq!(course(turns).load, Load::Failed(ApiError::NotFound, Some(Rc::new(11))));
    }

    #[test]
    fn a_try_to_connect_again_does_not_hide_that_there_is_no_connection() {
        let course = course(vec![Turn::Sent(1), Turn::Came(1, Err(ApiError::Offline)), Turn::Sent(2)]);
        assert_eq!(course.load.error(), Some(&ApiError::Offline));
        assert_eq!(course.after(Turn::Came(2, Ok(Rc::new(1)))).load, Load::Ready(Rc::new(1)));
    }

    #[test]
    fn what_is_set_here_shows_at_once() {
        let course = course(vec![Turn::Sent(1), Turn::Came(1, Ok(Rc::new(11))), Turn::Set(Rc::new(12))]);
        assert_eq!(course.load, Load::Ready(Rc::new(12)));
    }
}
