//! Parts of the panel that are fetched when they are first shown: [`Lazy`] shows a [`Scene`] of one.
//!
//! The build cuts the module where a function says `#[wasm_split(part)]` (`cargo xtask finish`): what only that function
//! reaches goes into a file of its own, which its first call fetches. So what the first page does not need costs it
//! nothing; and a component belongs to a part by being named in that part's function alone.

use std::cell::RefCell;

use domain::{Id, Resource};
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::prelude::*;

use crate::browser::{self, Timeout};
use crate::bulk::bar::{Bulk, BulkProps};
use crate::components::bell::Bell;
use crate::components::key_list::{KeyList, KeyListProps};
use crate::components::leave::{LeaveProps, leave};
use crate::components::named::Named;
use crate::pages::alerts::ReadAlerts;
use crate::pages::call::CallPage;
use crate::pages::caps::CapsPage;
use crate::pages::list::deleted::{DeletedList, DeletedProps};
use crate::pages::list::desk::{Desk, DeskProps};
use crate::pages::list::empty::{EmptyProps, empty};
use crate::pages::list::filters::{Chips, ChipsProps};
use crate::pages::list::inline::{Inline, InlineProps};
use crate::pages::list::row_menu::{RowMenu, RowMenuProps};
use crate::pages::list::tools::{ToolProps, tool};
use crate::pages::not_found::not_found;
use crate::pages::record::{RecordPage, RecordPageProps};
use crate::pages::routing::RoutingPage;
use crate::pages::sign_in::{SignInPage, SignInProps};
use crate::palette::{Palette, PaletteProps};
use crate::route::Query;
use crate::sheet;

/// What a part shows.
#[derive(PartialEq)]
pub enum Scene {
    /// The page of a record.
    Record(RecordPageProps),
    /// The question before something is left that would be lost by it.
    Leave(LeaveProps),
    /// The page before the door.
    SignIn(SignInProps),
    /// The page of an address that is none.
    NotFound,
    /// What can be done to what is selected in a list.
    Bulk(BulkProps),
    /// Pages, records and deeds by a few letters.
    Palette(PaletteProps),
    /// What keys do.
    Keys(KeyListProps),
    /// What a button over a list opens.
    Tool(ToolProps),
    /// The filters of a list that are set.
    Chips(ChipsProps),
    /// What can be done to a record of a list.
    RowMenu(RowMenuProps),
    /// What a list without rows says.
    Empty(EmptyProps),
    /// The records of a list that are deleted.
    Deleted(DeletedProps),
    /// What keeps a list true, and hears its keys.
    Desk(DeskProps),
    /// A value of a list that is edited in place.
    Inline(InlineProps),
    /// Who gets the next call, as the query of the address asks.
    Routing(Query),
    /// The page of a call, by its id or uuid.
    Call(AttrValue),
    /// The name of a record.
    Named(Resource, Id),
    /// How full every cap is.
    Caps(Query),
    /// The number of alerts that nobody has read; new ones are told. It looks again with each visit of a page, which are
    /// numbered.
    Bell(u32),
    /// The button that marks all alerts as read.
    ReadAlerts,
}

impl Scene {
    fn part(&self) -> Part {
        match self {
            Self::Record(_) | Self::Leave(_) => Part::Record,
            Self::SignIn(_) | Self::NotFound | Self::Empty(_) => Part::Door,
            Self::Bulk(_) => Part::Bulk,
            Self::Palette(_) | Self::Keys(_) => Part::Commands,
            Self::Tool(_) | Self::Chips(_) | Self::RowMenu(_) | Self::Deleted(_) => Part::Tools,
            Self::Desk(_) | Self::Inline(_) => Part::Desk,
            Self::Bell(_) | Self::ReadAlerts => Part::Alerts,
            Self::Routing(_) | Self::Call(_) | Self::Named(..) | Self::Caps(_) => Part::Traffic,
        }
    }

    /// Whether nobody asked for it: it comes when it can, without a word.
    fn is_silent(&self) -> bool {
        match self {
            Self::Desk(props) => props.ordered == 0,
            Self::Named(..) | Self::Bell(_) | Self::ReadAlerts => true,
            _ => false,
        }
    }
}

/// Draws the scenes of one part, and nothing for those of another.
type Draw = fn(&Scene) -> Html;

/// A file of the module.
#[derive(Clone, Copy, PartialEq)]
pub enum Part {
    /// The pages of records, with the form and the rules that it checks.
    Record,
    /// What is shown where there is nothing yet: to sign in, an address that is none, an empty list.
    Door,
    /// What a list opens on demand.
    Tools,
    /// What is done to many records at once.
    Bulk,
    /// The palette and the list of keys.
    Commands,
    /// What a list does while it is looked at and worked in.
    Desk,
    /// Calls, who gets the next one, and how full every cap is.
    Traffic,
    /// What is told of alerts, and done about them.
    Alerts,
}

#[wasm_split(record, fallible)]
fn record() -> Result<Draw, SplitLoaderError> {
    sheet::adopt(&[sheet::RECORD]);
    Ok(|scene| match scene {
        Scene::Record(props) => html! { <RecordPage ..props.clone() /> },
        Scene::Leave(props) => leave(props),
        _ => Html::default(),
    })
}

#[wasm_split(door, fallible)]
fn door() -> Result<Draw, SplitLoaderError> {
    sheet::adopt(&[]);
    Ok(|scene| match scene {
        Scene::SignIn(props) => html! { <SignInPage ..props.clone() /> },
        Scene::NotFound => not_found(),
        Scene::Empty(props) => empty(props),
        _ => Html::default(),
    })
}

#[wasm_split(tools, fallible)]
fn tools() -> Result<Draw, SplitLoaderError> {
    sheet::adopt(&[]);
    Ok(|scene| match scene {
        Scene::Tool(props) => tool(props),
        Scene::Chips(props) => html! { <Chips ..props.clone() /> },
        Scene::RowMenu(props) => html! { <RowMenu ..props.clone() /> },
        Scene::Deleted(props) => html! { <DeletedList ..props.clone() /> },
        _ => Html::default(),
    })
}

#[wasm_split(bulk, fallible)]
fn bulk() -> Result<Draw, SplitLoaderError> {
    sheet::adopt(&[sheet::RECORD, sheet::BULK]);
    Ok(|scene| match scene {
        Scene::Bulk(props) => html! { <Bulk ..props.clone() /> },
        _ => Html::default(),
    })
}

#[wasm_split(commands, fallible)]
fn commands() -> Result<Draw, SplitLoaderError> {
    sheet::adopt(&[sheet::COMMANDS]);
    Ok(|scene| match scene {
        Scene::Palette(props) => html! { <Palette ..props.clone() /> },
        Scene::Keys(props) => html! { <KeyList ..props.clone() /> },
        _ => Html::default(),
    })
}

#[wasm_split(desk, fallible)]
fn desk() -> Result<Draw, SplitLoaderError> {
    sheet::adopt(&[sheet::DESK]);
    Ok(|scene| match scene {
        Scene::Desk(props) => html! { <Desk ..props.clone() /> },
        Scene::Inline(props) => html! { <Inline ..props.clone() /> },
        _ => Html::default(),
    })
}

#[wasm_split(traffic, fallible)]
fn traffic() -> Result<Draw, SplitLoaderError> {
    sheet::adopt(&[sheet::RECORD, sheet::TRAFFIC]);
    Ok(|scene| match scene {
        Scene::Routing(query) => html! { <RoutingPage query={query.clone()} /> },
        Scene::Call(id) => html! { <CallPage id={id.clone()} /> },
        Scene::Named(resource, id) => html! { <Named resource={*resource} id={*id} /> },
        Scene::Caps(query) => html! { <CapsPage query={query.clone()} /> },
        _ => Html::default(),
    })
}

#[wasm_split(alerts, fallible)]
fn alerts() -> Result<Draw, SplitLoaderError> {
    sheet::adopt(&[]);
    Ok(|scene| match scene {
        Scene::Bell(visit) => html! { <Bell visit={*visit} /> },
        Scene::ReadAlerts => html! { <ReadAlerts /> },
        _ => Html::default(),
    })
}

thread_local! {
    /// The parts that are here, so that they are drawn at once the next time.
    static HERE: RefCell<Vec<(Part, Draw)>> = const { RefCell::new(Vec::new()) };
}

impl Part {
    fn here(self) -> Option<Draw> {
        HERE.with_borrow(|here| here.iter().find(|(part, _)| *part == self).map(|(_, draw)| *draw))
    }

    /// Fetches the part ahead of its first use, so that this is immediate.
    pub fn expect(self) {
        if self.here().is_none() {
            // Whoever needs it asks again and says what is wrong.
            spawn_local(async move { drop(self.fetch().await) });
        }
    }

    /// Fetches the part unless it is here.
    async fn fetch(self) -> Result<Draw, SplitLoaderError> {
        if let Some(draw) = self.here() {
            return Ok(draw);
        }
        let draw = match self {
            Self::Record => record().await,
            Self::Door => door().await,
            Self::Tools => tools().await,
            Self::Bulk => bulk().await,
            Self::Commands => commands().await,
            Self::Desk => desk().await,
            Self::Traffic => traffic().await,
            Self::Alerts => alerts().await,
        }?;
        HERE.with_borrow_mut(|here| here.push((self, draw)));
        Ok(draw)
    }
}

/// See [`Lazy`].
#[derive(Properties, PartialEq)]
pub struct LazyProps {
    /// What it shows.
    pub scene: Scene,
}

/// Shows a scene as soon as its part is here.
pub struct Lazy {
    draw: Option<Draw>,
    has_failed: bool,
    again: Option<Timeout>,
}

/// How long the bell waits, in milliseconds, so that it takes nothing from the page that is loaded first.
const BELL_MS: i32 = 2_000;
/// How long after a silent scene could not be fetched the next try is made, in milliseconds.
const AGAIN_MS: i32 = 15_000;

/// What [`Lazy`] is told.
pub enum Message {
    /// The part came, or did not.
    Came(Part, Result<Draw, SplitLoaderError>),
    /// Fetch it once more.
    Again,
}

impl Component for Lazy {
    type Message = Message;
    type Properties = LazyProps;

    fn create(ctx: &Context<Self>) -> Self {
        let draw = ctx.props().scene.part().here();
        let mut lazy = Self { draw, has_failed: false, again: None };
        match ctx.props().scene {
            _ if draw.is_some() => {}
            Scene::Bell(_) => lazy.fetch_after(BELL_MS, ctx),
            _ => fetch(ctx),
        }
        lazy
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            // What is shown has changed meanwhile.
            Message::Came(part, _) if part != ctx.props().scene.part() => return false,
            Message::Came(_, Ok(draw)) => self.draw = Some(draw),
            Message::Came(_, Err(_)) => {
                // The server may have a newer panel, without the parts of this one (static/boot.js looks).
                browser::tell("part-missing");
                if ctx.props().scene.is_silent() {
                    self.fetch_after(AGAIN_MS, ctx);
                } else {
                    self.has_failed = true;
                }
            }
            Message::Again => {
                self.has_failed = false;
                fetch(ctx);
            }
        }
        true
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &LazyProps) -> bool {
        let part = ctx.props().scene.part();
        if part != before.scene.part() {
            (self.draw, self.has_failed, self.again) = (part.here(), false, None);
            if self.draw.is_none() {
                fetch(ctx);
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        match self.draw {
            Some(draw) => draw(&ctx.props().scene),
            None if ctx.props().scene.is_silent() => Html::default(),
            None if self.has_failed => html! {
                <div class="state">
                    <p role="alert">{ "This part of the panel could not be loaded. Check the connection." }</p>
                    <button type="button" class="btn" onclick={ctx.link().callback(|_| Message::Again)}>
                        { "Try again" }
                    </button>
                </div>
            },
            None => html! { <p class="state late" role="status">{ "Loading…" }</p> },
        }
    }
}

impl Lazy {
    fn fetch_after(&mut self, ms: i32, ctx: &Context<Self>) {
        let again = ctx.link().callback(|()| Message::Again);
        self.again = Some(Timeout::new(ms, move || again.emit(())));
    }
}

fn fetch(ctx: &Context<Lazy>) {
    let part = ctx.props().scene.part();
    let came = ctx.link().callback(move |draw| Message::Came(part, draw));
    spawn_local(async move { came.emit(part.fetch().await) });
}
