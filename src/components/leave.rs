//! [`leave`]: the question before something is left that would be lost by it.

use yew::prelude::*;

use super::confirm::Confirm;

/// What would be lost by leaving.
#[derive(Clone, Debug, PartialEq)]
pub enum Loss {
    /// What was typed and is not saved, as a sentence: "4 changes are not saved."
    Typed(AttrValue),
    /// What is being done to many records, and what becomes of it, as sentences.
    Running(AttrValue),
}

/// See [`leave`].
#[derive(Clone, PartialEq)]
pub struct LeaveProps {
    /// What would be lost.
    pub loss: Loss,
    /// Whether it is left all the same.
    pub answer: Callback<bool>,
}

/// Asks before something is left.
pub fn leave(props: &LeaveProps) -> Html {
    let (title, text) = match &props.loss {
        Loss::Typed(text) => ("Leave without saving?", text),
        Loss::Running(text) => ("Leave before it is done?", text),
    };
    html! {
        <Confirm
            {title}
            confirm="Leave"
            cancel="Stay"
            onconfirm={props.answer.reform(|()| true)}
            oncancel={props.answer.reform(|()| false)}
        >
            <p>{ text }</p>
        </Confirm>
    }
}
