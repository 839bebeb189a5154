//! [`icon`]: 16 px drawings, each drawn once in a sheet of symbols.

use yew::prelude::*;

/// The name of a symbol and its one path, in a box of 16 × 16.
const DRAWINGS: &[(&str, &str)] = &[
    ("groups", "M2 4h12M2 8h8M2 12h4"),
    ("buyers", "M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13c1-5 9-5 10 0"),
    ("offers", "M2.5 2.5h5l6 6-5 5-6-6zM5 5h.01"),
    ("routing", "M3 3v4c0 2 1 3 3 3h7M10 7l3 3-3 3M3 13v-1"),
    ("calls", "M4.5 2h7v12h-7zM7 11.5h2"),
    (
        "settings",
        "M2 5h6M12 5h2M2 11h2M8 11h6M10 7a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM6 13a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
    ),
    ("caps", "M3 13V8M8 13V3M13 13V6"),
    ("search", "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5l3 3"),
    ("plus", "M8 3v10M3 8h10"),
    ("x", "m4 4 8 8M12 4l-8 8"),
    ("columns", "M2.5 3h11v10h-11zM6.5 3v10M10 3v10"),
    ("down", "m4 6 4 4 4-4"),
    ("up", "m4 10 4-4 4 4"),
    ("ascending", "M4.5 13V3M2 5.5 4.5 3 7 5.5M9.5 4h2M9.5 8h3.5M9.5 12h5"),
    ("descending", "M4.5 3v10M2 10.5 4.5 13 7 10.5M9.5 4h5M9.5 8h3.5M9.5 12h2"),
    ("menu", "M2.5 4h11M2.5 8h11M2.5 12h11"),
    ("download", "M8 2.5v7.5M5 7l3 3 3-3M3 13.5h10"),
    ("more", "M3.5 8h.01M8 8h.01M12.5 8h.01"),
    ("pause", "M5.5 3.5v9M10.5 3.5v9"),
    ("play", "M5 3.5v9l7-4.5z"),
    ("trash", "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.5 9h6l.5-9"),
    ("warn", "M8 2.5 14 13H2zM8 6.5v3M8 11.3h.01"),
    ("grip", "M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01"),
    ("copy", "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3"),
    ("refresh", "M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5"),
    ("pencil", "M3 13l.5-3L11 2.5 13.5 5 6 12.5z"),
    ("next", "M3 8h10M9 4l4 4-4 4"),
    ("ok", "m3.5 8.5 3 3 6-7"),
];

/// The sheet that [`icon`] draws from; once on the page.
pub fn icon_sheet() -> Html {
    let symbols = DRAWINGS.iter().map(|&(name, path)| {
        html! { <symbol id={id(name)}><path d={path} /></symbol> }
    });
    html! { <svg hidden=true>{ for symbols }</svg> }
}

/// The page's own ids, such as the anchors of sections, are never those of drawings.
fn id(name: &str) -> String {
    ["icon-", name].concat()
}

/// The drawing of that name beside words, which say what it means.
pub fn icon(name: &str) -> Html {
    html! { <svg class="i" aria-hidden="true"><use href={["#", &id(name)].concat()} /></svg> }
}
