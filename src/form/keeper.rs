//! [`Keeper`]: keeps the draft of one form in the browser's storage.
//!
//! A browser without storage, or with a full one, only loses what a crash would lose.

use std::cell::RefCell;
use std::rc::Rc;

use super::draft::Draft;
use crate::browser;

/// Keeps the draft of one form. Cheap to clone: a page that is closed has no time for messages, so who hears of that
/// keeps the draft by itself.
#[derive(Clone)]
pub struct Keeper(Rc<RefCell<Kept>>);

struct Kept {
    /// Under which name.
    name: String,
    /// What we wrote or found there. Another tab may have written since: its draft is not ours to delete.
    own: Option<String>,
    /// What is to be kept next.
    next: Option<Draft>,
    /// Whether what was to be kept last is.
    holds: bool,
}

impl Keeper {
    /// The keeper of a form, and the draft that was left in it.
    #[must_use]
    pub fn new(name: String) -> (Self, Option<Draft>) {
        let storage = browser::storage();
        let own = storage.as_ref().and_then(|storage| storage.get_item(&name).ok().flatten());
        let left = own.as_deref().and_then(Draft::decode);
        let kept = Kept { name, own, next: None, holds: storage.is_some() };
        (Self(Rc::new(RefCell::new(kept))), left)
    }

    /// Takes a draft that is to be kept soon; one without a field means that none is.
    pub fn plan(&self, draft: Draft) {
        self.0.borrow_mut().next = Some(draft);
    }

    /// Keeps what was planned, now.
    pub fn flush(&self) {
        let mut kept = self.0.borrow_mut();
        match kept.next.take() {
            Some(draft) if draft.fields.is_empty() => kept.forget(),
            Some(draft) => kept.write(draft.encode()),
            None => {}
        }
    }

    /// Whether nothing would be lost by leaving the page.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.0.borrow().holds
    }
}

impl Kept {
    fn write(&mut self, text: String) {
        self.holds = browser::storage().is_some_and(|storage| storage.set_item(&self.name, &text).is_ok());
        if self.holds {
            self.own = Some(text);
        }
    }

    fn forget(&mut self) {
        let Some(own) = self.own.take() else { return };
        let Some(storage) = browser::storage() else { return };
        if storage.get_item(&self.name).ok().flatten().as_ref() == Some(&own) {
            // What cannot be deleted is what is saved already: offered again, it changes nothing.
            let _ = storage.remove_item(&self.name);
        }
    }
}
