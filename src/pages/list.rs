//! The list of a resource.

use domain::Resource;
use yew::prelude::*;

use crate::components::page::Page;
use crate::query::use_query;
use crate::route::Query;

/// See [`ListPage`].
#[derive(Properties, PartialEq)]
pub struct ListProps {
    /// Of which records.
    pub resource: Resource,
    /// How it is narrowed and sorted.
    pub query: Query,
}

/// The list of a resource.
#[component]
pub fn ListPage(props: &ListProps) -> Html {
    let resource = props.resource;
    let page = use_query((resource, props.query.clone()), |api, (resource, query)| {
        let (resource, query) = (*resource, query.clone());
        Box::pin(async move { api.list(resource, &query).await })
    });
    html! {
        <Page title={resource.heading()}>
            <ul>
                { for page.load.data().into_iter().flat_map(|page| &page.records).map(|record| html! { <li>{ record.name() }</li> }) }
            </ul>
        </Page>
    }
}
