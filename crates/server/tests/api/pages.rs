//! The admin page, its files, and what stands in the headers of every page.

use super::support::{Answer, Api};

async fn get(api: &Api, path: &str) -> Answer {
    api.call("GET", path, &[("authorization", "")], "").await
}

#[tokio::test]
async fn the_page_is_served_only_where_it_has_something_to_show() {
    let api = Api::new();
    for path in [
        "/",
        "/sign-in",
        "/buyer_groups",
        "/buyer_groups?order=name&page=2",
        "/buyer_groups/new",
        "/buyer_groups/123456",
        "/buyer_groups/123456/edit",
        "/buyers",
        "/buyers/8faae906-0523-46c2-84a7-387520c96665",
        "/offers/new",
        "/settings/company",
    ] {
        let answer = get(&api, path).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-cache"), "{path}");
        assert!(answer.text.contains("<title>Buyer groups</title>"), "{path}");
    }
    for path in [
        "/nothing",
        "/buyer_groups/x",
        "/settings",
        "/index.html",
        "/../Cargo.toml",
        "/buyer_groups/1/x",
        "/call",
    ] {
        let answer = get(&api, path).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (404, "text/html; charset=utf-8"),
            "{path}"
        );
        assert!(answer.text.contains("There is nothing at this address."), "{path}");
    }
}

#[tokio::test]
async fn hashed_files_never_change() {
    let api = Api::new();
    let answer = get(&api, "/app-3961a3115d1af1c7.css").await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "public, max-age=31536000, immutable"));
    assert_eq!(
        (answer.header("content-type"), answer.header("vary")),
        ("text/css; charset=utf-8", "accept-encoding")
    );
}

#[tokio::test]
async fn the_policy_holds_on_every_page() {
    let api = Api::new();
    for path in ["/", "/nothing", "/api/docs/1.0/buyers", "/api/v1/nothing", "/app-3961a3115d1af1c7.css"] {
        let answer = get(&api, path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'self'; script-src 'self' 'wasm-unsafe-eval';"),
            "{path}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
}

#[tokio::test]
async fn the_server_says_how_it_is() {
    let api = Api::new();
    assert_eq!((get(&api, "/healthz").await.status, get(&api, "/readyz").await.text.as_str()), (200, "ok\n"));
}
