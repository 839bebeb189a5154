//! What stands over a list: the search box, and the buttons that open everything else.

use domain::Resource;
use domain::filter::FilterBy;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::tools::ToolProps;
use crate::browser::Timeout;
use crate::components::icon::icon;
use crate::keyboard::{Keys, go_to_rows};
use crate::lazy::{Lazy, Scene};

/// How long after the last letter the list is searched, in milliseconds: a burst of keys is one search, but nobody waits.
const TYPING_MS: i32 = 20;

/// See [`SearchBox`].
#[derive(Properties, PartialEq)]
pub struct SearchProps {
    /// What is searched for now, as the address says it.
    pub value: AttrValue,
    /// What is looked through, as a hint.
    pub hint: AttrValue,
    /// Its name for those who do not see it.
    pub label: AttrValue,
    /// Something else is to be searched for.
    pub onsearch: Callback<String>,
}

/// Searches as one types; `/` comes here from anywhere.
pub struct SearchBox {
    input: NodeRef,
    typing: Option<Timeout>,
    /// What this box has asked for: when the address says something else, Back or a link has changed it.
    asked: AttrValue,
    _keys: Keys,
}

/// What [`SearchBox`] is told.
pub enum Typing {
    /// A letter was typed.
    On(String),
    /// Nobody has typed for a moment.
    Rests(String),
}

impl Component for SearchBox {
    type Message = Typing;
    type Properties = SearchProps;

    fn create(_: &Context<Self>) -> Self {
        let input = NodeRef::default();
        let own = input.clone();
        let shortcuts = &[("/", "Go to the search box"), ("ArrowDown", "From it to the first row")];
        let keys = Keys::new("In a list", shortcuts, move |key| {
            let Some(input) = own.cast::<HtmlInputElement>() else { return false };
            if key != "/" {
                return input.matches(":focus").unwrap_or_default() && go_to_rows();
            }
            input.select();
            // A visible input takes the focus.
            input.focus().is_ok()
        });
        Self { input, typing: None, asked: AttrValue::default(), _keys: keys }
    }

    fn update(&mut self, ctx: &Context<Self>, message: Typing) -> bool {
        match message {
            Typing::On(text) => {
                let rests = ctx.link().callback(Typing::Rests);
                self.typing = Some(Timeout::new(TYPING_MS, move || rests.emit(text)));
            }
            Typing::Rests(text) => {
                self.asked = AttrValue::from(text.clone());
                ctx.props().onsearch.emit(text);
            }
        }
        false
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &SearchProps) -> bool {
        if ctx.props().value != before.value {
            self.adopt(&ctx.props().value);
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, is_first: bool) {
        if is_first {
            self.adopt(&ctx.props().value);
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let oninput = ctx.link().callback(|event: InputEvent| {
            Typing::On(event.target_unchecked_into::<HtmlInputElement>().value())
        });
        html! {
            <div class="search">
                { icon("search") }
                <input
                    ref={self.input.clone()}
                    class="input"
                    type="search"
                    placeholder={&ctx.props().hint}
                    aria-label={&ctx.props().label}
                    aria-keyshortcuts="/"
                    autocomplete="off"
                    spellcheck="false"
                    {oninput}
                />
            </div>
        }
    }
}

impl SearchBox {
    /// Shows what the address says, unless it says what was typed here.
    fn adopt(&mut self, value: &AttrValue) {
        if let Some(input) = self.input.cast::<HtmlInputElement>()
            && self.asked != *value
        {
            self.typing = None;
            input.set_value(value);
            self.asked = value.clone();
        }
    }
}

/// What a list opens on demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// A filter: the one by that, or a new one.
    Filter(Option<FilterBy>),
    /// What it is sorted by.
    Sort,
    /// Which columns it has.
    Columns,
    /// How high its rows are.
    Density,
    /// All else.
    More,
}

impl Tool {
    /// The id of what it opens, its drawing and its name.
    #[must_use]
    pub const fn face(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Filter(_) => ("filter", "plus", "Filter"),
            Self::Sort => ("sort", "ascending", "Sort"),
            Self::Columns => ("columns", "columns", "Columns"),
            Self::Density => ("density", "menu", "Density"),
            Self::More => ("more", "more", "More"),
        }
    }
}

/// A button that opens a tool, which is fetched when it first does so. `open` is the one that is open, `onopen` hears of
/// another.
pub fn opener(tool: Tool, open: Option<Tool>, onopen: &Callback<Option<Tool>>, scene: &ToolProps) -> Html {
    let (id, drawing, label) = tool.face();
    let shown = open.filter(|open| open.face().0 == id);
    let ontoggle = {
        let onopen = onopen.clone();
        move |event: Event| {
            let is_open =
                event.target_unchecked_into::<Element>().matches(":popover-open").unwrap_or_default();
            if is_open != shown.is_some() {
                onopen.emit(is_open.then_some(tool));
            }
        }
    };
    html! {
        <>
            <button type="button" class="btn quiet" popovertarget={id}>
                { icon(drawing) }
                <span class={(tool == Tool::More).then_some("sr")}>{ label }</span>
            </button>
            <div {id} class="pop" popover="auto" role="group" aria-label={label} {ontoggle}>
                if let Some(tool) = shown {
                    <Lazy scene={Scene::Tool(ToolProps { tool, ..scene.clone() })} />
                }
            </div>
        </>
    }
}

/// What the search of a list looks through.
#[must_use]
pub fn search_hint(resource: Resource) -> &'static str {
    match resource {
        Resource::BuyerGroup => "Name, id or buyer",
        Resource::Call => "Number or id",
        Resource::Alert => "Message or id",
        _ => "Name, id or own id",
    }
}
