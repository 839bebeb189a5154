//! How the editor looks: the choice of what is compared, then how, and with what.

use domain::Kind;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::super::chooser::SECTIONS;
use super::super::filters::{Subject, name_of};
use super::how::{How, choices, is_ticked, offered};
use super::{FilterEditor, HOW, Message, SEARCH, VALUE};
use crate::components::icon::icon;

/// The length of 2026-01-31.
const DAY: usize = 10;

impl FilterEditor {
    pub(super) fn subject_list(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let oninput = link.callback(|event: InputEvent| {
            Message::Find(event.target_unchecked_into::<HtmlInputElement>().value())
        });
        let is_found = |subject: &&Subject| {
            subject.label.to_ascii_lowercase().contains(&self.wanted)
                || name_of(subject.by).contains(&self.wanted)
        };
        let found: Vec<&Subject> = self.subjects.iter().filter(is_found).collect();
        let choice = |subject: &&Subject| {
            let own = Subject::clone(subject);
            html! {
                <button
                    key={name_of(subject.by)}
                    type="button"
                    class="btn quiet"
                    onclick={link.callback(move |_| Message::Choose(own.clone()))}
                >
                    { subject.label }
                </button>
            }
        };
        let sections = [None].into_iter().chain(SECTIONS.map(Some)).filter_map(|section| {
            let own: Vec<Html> = found.iter().filter(|subject| subject.section == section).map(choice).collect();
            let heading = section.map(|section| section.label());
            (!own.is_empty()).then(|| {
                html! {
                    <div key={heading.unwrap_or_default()} role="group" class="picks" aria-label={heading.unwrap_or("Most used")}>
                        if let Some(heading) = heading {
                            <p class="cap">{ heading }</p>
                        }
                        { for own }
                    </div>
                }
            })
        });
        html! {
            <>
                <div class="search">
                    { icon("search") }
                    <input
                        id={SEARCH}
                        autofocus=true
                        class="input"
                        type="search"
                        placeholder="Filter by"
                        aria-label="Filter by"
                        {oninput}
                    />
                </div>
                <>{ for sections }</>
                if found.is_empty() {
                    <p class="muted">{ "Nothing is called so." }</p>
                }
            </>
        }
    }

    pub(super) fn form(&self, ctx: &Context<Self>, subject: &Subject) -> Html {
        let link = ctx.link();
        let offered = offered(subject);
        let onhow = link.batch_callback(|event: Event| {
            let label = event.target_unchecked_into::<HtmlSelectElement>().value();
            How::ALL.into_iter().find(|how| how.label() == label).map(Message::Compare)
        });
        let option = |how: &How| {
            html! { <option value={how.label()} selected={*how == self.how}>{ how.label() }</option> }
        };
        let onsubmit = link.callback(|event: SubmitEvent| {
            event.prevent_default();
            Message::Apply
        });
        html! {
            <form class="filter" novalidate=true autocomplete="off" {onsubmit}>
                <header>
                    <h2>{ subject.label }</h2>
                    <button type="button" class="link" onclick={link.callback(|_| Message::Back)}>
                        { "Filter by something else" }
                    </button>
                </header>
                if offered.len() > 1 {
                    <select id={HOW} class="input" autofocus=true aria-label="How it is compared" onchange={onhow}>
                        { for offered.iter().map(option) }
                    </select>
                }
                { self.values(ctx, subject) }
                if let Some(problem) = &self.problem {
                    <p class="err" role="alert">{ problem }</p>
                }
                <button type="submit" class="btn primary">{ "Apply" }</button>
            </form>
        }
    }

    fn values(&self, ctx: &Context<Self>, subject: &Subject) -> Html {
        let Some(filter) = subject.filter(self.how.test()) else { return Html::default() };
        let kind = filter.kind;
        match self.how {
            How::Blank | How::Filled => Html::default(),
            How::Contains => self.text(ctx, 0, "Text", kind),
            How::Between => html! {
                <div class="row2">
                    { self.text(ctx, 0, if subject.is_time() { "Since" } else { "From" }, kind) }
                    { self.text(ctx, 1, if subject.is_time() { "Until" } else { "To" }, kind) }
                </div>
            },
            How::Is if subject.by.member().is_some() => self.members(ctx),
            How::Is => {
                let choices = choices(subject, &ctx.props().tiers, &self.chosen);
                if !is_ticked(subject) {
                    return html! {
                        <>
                            { self.text(ctx, 0, "Value", kind) }
                            <p class="help">{ "Several with commas between them." }</p>
                        </>
                    };
                }
                html! { <div role="group" aria-label={subject.label}>{ for choices.into_iter().enumerate().map(|(at, choice)| self.check(ctx, at, choice)) }</div> }
            }
        }
    }

    fn text(&self, ctx: &Context<Self>, at: usize, label: &'static str, kind: Kind) -> Html {
        let id = if at == 0 { VALUE } else { "filter-value-2" };
        let oninput = ctx.link().callback(move |event: InputEvent| {
            Message::Type(at, event.target_unchecked_into::<HtmlInputElement>().value())
        });
        let is_time = kind == Kind::Instant;
        let value = match self.texts[at].get(..DAY) {
            Some(day) if is_time => day.to_owned(),
            _ => self.texts[at].clone(),
        };
        html! {
            <div class="field">
                <label for={id}>{ label }</label>
                <input
                    {id}
                    autofocus={at == 0}
                    class={classes!("input", kind.is_number().then_some("num"))}
                    type={if is_time { "date" } else { "text" }}
                    inputmode={kind.is_number().then_some("decimal")}
                    aria-invalid={self.problem.is_some().then_some("true")}
                    {value}
                    {oninput}
                />
            </div>
        }
    }

    fn check(&self, ctx: &Context<Self>, at: usize, (value, label): (String, String)) -> Html {
        let checked = self.chosen.contains(&value);
        let onchange = {
            let value = value.clone();
            ctx.link().callback(move |_: Event| Message::Toggle(value.clone()))
        };
        html! {
            <label key={value} class="check">
                <input id={(at == 0).then_some(VALUE)} type="checkbox" {checked} {onchange} />
                { label }
            </label>
        }
    }

    fn members(&self, ctx: &Context<Self>) -> Html {
        let oninput = ctx.link().callback(|event: InputEvent| {
            Message::Search(event.target_unchecked_into::<HtmlInputElement>().value())
        });
        let name = |id: &String| {
            let known = self.named.iter().find(|(own, _)| own == id);
            (id.clone(), known.map_or(id, |(_, name)| name).clone())
        };
        let others = self.found.iter().filter(|(id, _)| !self.chosen.contains(id)).cloned();
        let offered = self.chosen.iter().map(name).chain(others);
        // The search box is where one starts.
        let offered = offered.map(|choice| self.check(ctx, usize::MAX, choice));
        html! {
            <>
                <div class="search">
                    { icon("search") }
                    <input
                        id={VALUE}
                        class="input"
                        type="search"
                        placeholder="Name, id or own id"
                        aria-label="Find by name, id or own id"
                        {oninput}
                    />
                </div>
                <div role="group" aria-label="Found">{ for offered }</div>
            </>
        }
    }
}
