//! The browser module: the admin page (Yew → WebAssembly).
//!
//! JavaScript starts it by [`start_admin_page`]. Pages stand in `pages`, what they are made of in `components`; every
//! request passes [`api`], every address [`route`].

pub mod actions;
pub mod api;
pub mod app;
pub mod browser;
pub mod bulk;
pub mod components;
pub mod find;
pub mod form;
pub mod format;
pub mod json;
pub mod keyboard;
pub mod lazy;
pub mod navigation;
pub mod pages;
pub mod palette;
pub mod panel;
pub mod query;
pub mod record;
pub mod route;
pub mod session;
pub mod sheet;
pub mod stream;
pub mod validate;

use wasm_bindgen::prelude::wasm_bindgen;

/// Draws the admin page in the element `#app`.
#[wasm_bindgen(js_name = startAdminPage)]
pub fn start_admin_page() {
    if let Some(root) = browser::element("app") {
        root.set_inner_html("");
        yew::Renderer::<navigation::Router>::with_root(root.into()).render();
    }
}
