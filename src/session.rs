//! Who is signed in: [`Doorman`] finds out, lets the page appear, and says so calmly when the session ends.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api::{Answer, Api, ApiError, News, Session};
use crate::app;
use crate::browser::{self, Listener};
use crate::components::shell::Shell;
use crate::components::toasts::Toasts;
use crate::lazy::{Lazy, Scene};
use crate::navigation::{Location, Navigator};
use crate::pages::sign_in::SignInProps;
use crate::panel::{Panel, use_panel};
use crate::query::Retry;
use crate::route::Route;

/// The session, and what can be done about it.
#[derive(Clone, PartialEq)]
pub struct UseSession {
    /// Who is signed in, and where.
    pub session: Rc<Session>,
    /// Reads it again, after the company was changed.
    pub refresh: Callback<()>,
    /// Signs out.
    pub sign_out: Callback<()>,
}

/// The API client.
#[hook]
pub fn use_api() -> Api {
    use_panel().api.clone()
}

/// The session; `None` on pages that need none.
#[hook]
pub fn use_session() -> Option<UseSession> {
    use_panel().session.clone()
}

enum State {
    /// Not known yet.
    Unknown,
    /// Not known, since the server cannot be asked.
    Unreachable { error: ApiError, _again: Option<Retry> },
    /// Somebody is.
    In(Rc<Session>),
    /// Somebody was; the page stays as it is, so that nothing is lost.
    Expired(Rc<Session>),
    /// Nobody is.
    Out,
}

/// What the doorman is told.
pub enum Message {
    /// Ask the server who is signed in.
    Ask,
    /// Ask unless all is well: then every answer tells when it is no longer.
    AskIfInDoubt,
    /// The server's answer.
    Answered(Answer<Rc<Session>>),
    /// How a request fares.
    Heard(News),
    /// Sign out.
    SignOut,
    /// Signed out, or not.
    Left(Answer<()>),
}

/// See [`Doorman`].
#[derive(Properties, Clone, PartialEq)]
pub struct DoormanProps {
    /// Where the visitor is.
    pub location: Location,
    /// Goes to other addresses.
    pub navigator: Navigator,
    /// Tells news.
    pub toasts: Toasts,
}

/// Shows the page to those who are signed in, and the sign-in page to all others.
pub struct Doorman {
    state: State,
    api: Api,
    /// How many answers are awaited for long.
    slow: u32,
    refresh: Callback<()>,
    leave: Callback<()>,
    _focus: Option<Listener>,
}

impl Component for Doorman {
    type Message = Message;
    type Properties = DoormanProps;

    fn create(ctx: &Context<Self>) -> Self {
        let ask = ctx.link().callback(|()| Message::AskIfInDoubt);
        // Signing in happens in another tab: coming back from it is the moment to look again.
        let focus = Listener::new(browser::window(), "focus", move |_| ask.emit(()));
        let api = Api::new(ctx.link().callback(Message::Heard));
        // A sign-in page says what to do whoever is signed in; asking would only draw a refusal.
        let state = if ctx.props().location.route == Route::SignIn { State::Out } else { State::Unknown };
        let refresh = ctx.link().callback(|()| Message::Ask);
        let leave = ctx.link().callback(|()| Message::SignOut);
        let doorman = Self { state, api, slow: 0, refresh, leave, _focus: focus };
        if matches!(doorman.state, State::Unknown) {
            doorman.ask(ctx);
        }
        doorman
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Ask => {
                self.ask(ctx);
                return false;
            }
            Message::AskIfInDoubt => {
                if matches!(self.state, State::Expired(_) | State::Unreachable { .. }) {
                    self.ask(ctx);
                }
                return false;
            }
            Message::Answered(Ok(session)) => {
                if matches!(self.state, State::Expired(_)) {
                    // What was refused in between is asked for again.
                    self.api = self.api.renewed();
                }
                self.state = State::In(session);
            }
            Message::Answered(Err(ApiError::SignedOut)) => self.expire(),
            Message::Answered(Err(error)) => {
                if !matches!(self.state, State::Unknown | State::Unreachable { .. }) {
                    return false;
                }
                let ask = ctx.link().callback(|()| Message::Ask);
                let again = (error == ApiError::Offline).then(|| Retry::new(ask));
                self.state = State::Unreachable { error, _again: again };
            }
            Message::Heard(News::SignedOut) => self.expire(),
            Message::Heard(News::Slow) => self.slow += 1,
            Message::Heard(News::Over) => self.slow -= 1,
            Message::SignOut => {
                let (api, left) = (self.api.clone(), ctx.link().callback(Message::Left));
                spawn_local(async move { left.emit(api.sign_out().await) });
                return false;
            }
            Message::Left(answer) => {
                if answer.is_ok() {
                    self.state = State::Out;
                }
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let is_sign_in = ctx.props().location.route == Route::SignIn || matches!(self.state, State::Out);
        let page = match &self.state {
            _ if is_sign_in => {
                let props = SignInProps { onsignin: link.callback(|session| Message::Answered(Ok(session))) };
                html! { <Lazy scene={Scene::SignIn(props)} /> }
            }
            State::Unknown | State::Out => Html::default(),
            State::Unreachable { error, .. } => html! {
                <main class="alone">
                    <h1>{ "The server cannot be asked who you are" }</h1>
                    <p role="alert">{ error.sentence() }</p>
                    <button type="button" class="btn" onclick={link.callback(|_| Message::Ask)}>{ "Try again" }</button>
                </main>
            },
            State::In(_) | State::Expired(_) => html! {
                <>
                    if matches!(self.state, State::Expired(_)) {
                        <div class="banner" role="alert">
                            <p>{ ApiError::SignedOut.sentence() }</p>
                            <a class="link" href={Route::SignIn.to_string()} target="_blank">{ "How to sign in" }</a>
                            <button type="button" class="btn" onclick={link.callback(|_| Message::Ask)}>
                                { "I have signed in" }
                            </button>
                        </div>
                    }
                    <Shell>{ app::page(&ctx.props().location.route) }</Shell>
                </>
            },
        };
        let DoormanProps { location, navigator, toasts } = ctx.props().clone();
        let session = match &self.state {
            State::In(session) | State::Expired(session) => Some(UseSession {
                session: session.clone(),
                refresh: self.refresh.clone(),
                sign_out: self.leave.clone(),
            }),
            _ => None,
        };
        let panel = Rc::new(Panel { location, navigator, toasts, api: self.api.clone(), session });
        html! {
            <ContextProvider<Rc<Panel>> context={panel}>
                { page }
                <div key="slow" role="status">
                    if self.slow > 0 {
                        <p class="flag">{ "The server takes long to answer. Still waiting." }</p>
                    }
                </div>
            </ContextProvider<Rc<Panel>>>
        }
    }
}

impl Doorman {
    fn ask(&self, ctx: &Context<Self>) {
        let (api, answered) = (self.api.clone(), ctx.link().callback(Message::Answered));
        spawn_local(async move { answered.emit(api.session().await) });
    }

    fn expire(&mut self) {
        self.state = match &self.state {
            State::In(session) | State::Expired(session) => State::Expired(session.clone()),
            _ => State::Out,
        };
    }
}
