//! [`Bell`]: how many alerts nobody has read yet; a new one is told wherever in the panel one is.

use domain::{Id, Key, Resource};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api::{Answer, Page};
use crate::browser::{self, Listener};
use crate::format;
use crate::lazy::Part;
use crate::panel::Panel;
use crate::route::Query;
use crate::stream;

/// So many new alerts are told one by one; of more, that there are.
const MOST: usize = 3;

/// See [`Bell`].
#[derive(Properties, PartialEq)]
pub struct BellProps {
    /// Counts the visits of pages.
    pub visit: u32,
}

/// What the bell is told.
pub enum Message {
    /// Look again.
    Ask,
    /// The answer to the request of that number.
    Came(u32, Answer<Page>),
}

/// The number of unread alerts, blank without any.
pub struct Bell {
    /// The number of the latest request.
    latest: u32,
    unread: u64,
    /// The newest alert that is known; `None` before the first answer.
    newest: Option<i64>,
    _alerted: Option<Listener>,
}

impl Component for Bell {
    type Message = Message;
    type Properties = BellProps;

    fn create(ctx: &Context<Self>) -> Self {
        let ask = ctx.link().callback(|_| Message::Ask);
        let alerted = Listener::new(browser::window(), stream::ALERTED, move |event| ask.emit(event));
        let mut bell = Self { latest: 0, unread: 0, newest: None, _alerted: alerted };
        bell.ask(ctx);
        // What works in a list is here before a connection may be lost.
        Part::Desk.expect();
        bell
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &BellProps) -> bool {
        if ctx.props() != before {
            self.ask(ctx);
        }
        false
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Ask => self.ask(ctx),
            Message::Came(number, Ok(page)) if number == self.latest => {
                let id = |at: usize| page.records.get(at).and_then(|alert| alert.id()).map_or(0, Id::get);
                if let Some(newest) = self.newest {
                    let new = (0..page.records.len()).take_while(|at| id(*at) > newest).count();
                    tell(ctx, &page, new);
                }
                self.newest = self.newest.max(Some(id(0)));
                return std::mem::replace(&mut self.unread, page.metadata.total_count) != self.unread;
            }
            // Without an answer the number stays: the page itself says that the server is away.
            Message::Came(..) => {}
        }
        false
    }

    fn view(&self, _: &Context<Self>) -> Html {
        html! {
            if self.unread > 0 {
                { format::count(self.unread) }
                <span class="sr">{ " unread" }</span>
            }
        }
    }
}

impl Bell {
    fn ask(&mut self, ctx: &Context<Self>) {
        stream::listen();
        self.latest += 1;
        let number = self.latest;
        let api = Panel::of(ctx).api.clone();
        let query = Query::default()
            .with(&Key::Read.name(), "false")
            .with("columns", &[Key::Id.name(), Key::Message.name()].join(","))
            .with("order", &Key::Id.name())
            .with("order_dir", "desc")
            .with("per_page", &(MOST + 1).to_string());
        let came = ctx.link().callback(move |answer| Message::Came(number, answer));
        spawn_local(async move { came.emit(api.list(Resource::Alert, &query).await) });
    }
}

/// Tells the first of a page, the newest last.
fn tell(ctx: &Context<Bell>, page: &Page, new: usize) {
    let toasts = &Panel::of(ctx).toasts;
    if new > MOST {
        toasts.show(format!("More than {MOST} alerts were raised at once: see Alerts."));
        return;
    }
    for alert in page.records[..new].iter().rev() {
        toasts.show(alert.get(Key::Message).as_text().unwrap_or_default().to_owned());
    }
}
