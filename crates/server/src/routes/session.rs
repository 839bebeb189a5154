//! The session of the admin page: begun with the one-time token of a sign-in address (DOMAIN.md, "Sessions").

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::Params;
use serde::Serialize;
use store::{Actor, Company, Session};

use crate::call::blocking;
use crate::error::{CREATED, Challenge, NO_CONTENT, OK, Refusal};
use crate::origin::SESSION_SECONDS;
use crate::state::App;
use crate::{params, secret};

/// The body of the answers.
#[derive(Serialize)]
struct Body<'a> {
    status: u16,
    session: SessionBody<'a>,
}

#[derive(Serialize)]
struct SessionBody<'a> {
    user: UserBody<'a>,
    company: CompanyBody<'a>,
}

#[derive(Serialize)]
struct UserBody<'a> {
    id: domain::Id,
    name: &'a str,
    email: &'a str,
}

#[derive(Serialize)]
struct CompanyBody<'a> {
    id: domain::Id,
    name: &'a str,
    time_zone: &'a str,
    currency: &'a str,
}

/// POST: the token is consumed, and the browser gets its cookie.
pub(crate) async fn create_session(State(app): State<App>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    refuse_foreign_page(&app, &parts.headers)?;
    let members = params::from_body(&parts.headers, params::receive(body, app.body_deadline).await?).await?;
    let members: Params = members.into_iter().collect();
    let token = members.get("token").and_then(|input| input.as_text()).unwrap_or_default().trim();
    if token.is_empty() {
        return Err(Refusal::invalid("token", "Token", "must not be blank"));
    }
    let sign_in = secret::hash(token);
    let cookie = secret::token().map_err(|error| Refusal::Internal(format!("no random numbers: {error}")))?;
    let session_hash = secret::hash(&cookie);
    let (headers, now) = (parts.headers, app.now());
    blocking(move || {
        let started = app.store.write_now(move |writer| {
            let redeemed = writer.redeem_sign_in(&sign_in, now)?;
            let until = now.plus_ms(SESSION_SECONDS * 1000);
            writer.create_session(&redeemed, &session_hash, until, now)?;
            writer.session(&session_hash, now)?.ok_or(store::Error::NotFound)
        });
        let session = match started {
            Err(store::Error::NotFound) => {
                let why = "This sign-in address was used already, or is too old. Ask for a new one.";
                return Err(Refusal::SignedOut(Challenge::Session, why));
            }
            other => other?,
        };
        let mut response = answer(CREATED, &session);
        set_cookie(&mut response, &app.origins.start_session(&headers, &cookie));
        Ok(response)
    })
    .await
}

/// GET: who is signed in.
pub(crate) async fn show_session(State(app): State<App>, headers: HeaderMap) -> Result<Response, Refusal> {
    let signed_out = || Refusal::SignedOut(Challenge::Session, "Nobody is signed in here.");
    let Some(cookie) = app.origins.session_cookie(&headers) else { return Err(signed_out()) };
    let now = app.now();
    let found =
        blocking(move || Ok(app.store.read(|reader| reader.session(&secret::hash(&cookie), now))?)).await?;
    Ok(answer(OK, &found.ok_or_else(signed_out)?))
}

/// DELETE: the session ends, whether there was one or not.
pub(crate) async fn destroy_session(State(app): State<App>, headers: HeaderMap) -> Result<Response, Refusal> {
    refuse_foreign_page(&app, &headers)?;
    let now = app.now();
    blocking(move || {
        if let Some(cookie) = app.origins.session_cookie(&headers) {
            let hash = secret::hash(&cookie);
            app.store.write_now(move |writer| {
                let Some(session) = writer.session(&hash, now)? else { return Ok(()) };
                let actor = Actor { company: session.company.id, user: session.user, key: None };
                writer.end_session(&actor, session.id)
            })?;
        }
        let mut response = NO_CONTENT.into_response();
        set_cookie(&mut response, &app.origins.end_session(&headers));
        Ok(response)
    })
    .await
}

/// A page from elsewhere must neither sign its visitor in nor out.
fn refuse_foreign_page(app: &App, headers: &HeaderMap) -> Result<(), Refusal> {
    match headers.get(header::ORIGIN) {
        Some(origin) if !app.origins.accepts(origin) => Err(Refusal::Forbidden(
            "Only the admin page may sign in and out. Is --public-url set to its address?",
        )),
        _ => Ok(()),
    }
}

fn answer(status: axum::http::StatusCode, session: &Session) -> Response {
    let Session { user: id, user_name: name, user_email: email, company, .. } = session;
    let Company { id: company_id, name: company_name, time_zone, currency, .. } = company;
    let body = Body {
        status: status.as_u16(),
        session: SessionBody {
            user: UserBody { id: *id, name, email },
            company: CompanyBody { id: *company_id, name: company_name, time_zone, currency },
        },
    };
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (status, json, serde_json::to_string(&body).unwrap_or_default()).into_response()
}

fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
}
