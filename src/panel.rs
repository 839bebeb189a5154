//! [`Panel`]: what every page and each of its parts can reach. One context for all of it: each kind of context costs the
//! first load a kilobyte.

use std::rc::Rc;

use yew::prelude::*;

use crate::api::Api;
use crate::components::toasts::Toasts;
use crate::navigation::{Location, Navigator};
use crate::session::UseSession;

/// What every page stands in.
#[derive(Clone, Default, PartialEq)]
pub struct Panel {
    /// Where the visitor is.
    pub location: Location,
    /// Goes to other addresses.
    pub navigator: Navigator,
    /// Tells news.
    pub toasts: Toasts,
    /// The API client.
    pub api: Api,
    /// Who is signed in; `None` on pages that need nobody.
    pub session: Option<UseSession>,
}

impl Panel {
    /// The panel around a component, as it is now.
    pub fn of<C: Component>(ctx: &Context<C>) -> Rc<Self> {
        ctx.link().context(Callback::noop()).map(|(panel, _)| panel).unwrap_or_default()
    }
}

/// The panel around a component, which is drawn anew when it changes.
#[hook]
pub fn use_panel() -> Rc<Panel> {
    use_context().unwrap_or_default()
}
