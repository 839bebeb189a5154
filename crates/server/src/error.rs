//! [`Refusal`], and every status code that the server answers with: this is the only place that has them.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Violation;
use domain::api::Problem;

/// The record, the list, or the page.
pub(crate) const OK: StatusCode = StatusCode::OK;
/// The record that was made.
pub(crate) const CREATED: StatusCode = StatusCode::CREATED;
/// It is done, and there is nothing to say.
pub(crate) const NO_CONTENT: StatusCode = StatusCode::NO_CONTENT;
/// The copy that the browser has is still right.
pub(crate) const NOT_MODIFIED: StatusCode = StatusCode::NOT_MODIFIED;

/// How soon a caller may try again when the server is busy.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("2");

/// Which challenge a caller without a valid sign-in gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// For machines, and for people at their browser's address bar.
    Basic,
    /// For the admin page, over which no password dialog may open.
    Session,
}

/// Why a request is not carried out. What people read of it stands in [`Refusal::body`].
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    /// The request cannot be read.
    Unreadable(String),
    /// Nobody is signed in, or the sign-in is not valid.
    SignedOut(Challenge, &'static str),
    /// The caller is known and may not do this.
    Forbidden(&'static str),
    /// There is no such address or record.
    NotFound(String),
    /// The address has other methods.
    WrongMethod,
    /// The form that was asked for is not to be had here.
    NotAcceptable(&'static str),
    /// The body took too long to arrive.
    TooSlow,
    /// Another request is in the way; the text is the database's, for the log only.
    Conflict(String),
    /// The record has changed since; further members of the body as JSON: the record now, and what changed.
    Stale(String),
    /// The body is too long.
    TooLarge,
    /// The body is of a kind that cannot be read.
    WrongMediaType(String),
    /// Rules are broken.
    Invalid(Vec<Violation>),
    /// The caller has as many of something open as it may have.
    TooMany(&'static str),
    /// A fault of the server; the text is for its log only.
    Internal(String),
    /// The database is busy or absent; the text is for the log only.
    Unavailable(String),
    /// The disk is full; the text is for the log only.
    Full(String),
}

/// Every status of a refusal, and when it comes, for the description of the API.
pub(crate) const REFUSALS: &[(StatusCode, &str)] = &[
    (StatusCode::BAD_REQUEST, "The request cannot be read: JSON that does not parse, a broken form."),
    (StatusCode::UNAUTHORIZED, "No key, or none that is valid."),
    (StatusCode::FORBIDDEN, "The key is valid but may not do this."),
    (StatusCode::NOT_FOUND, "There is no such record."),
    (StatusCode::METHOD_NOT_ALLOWED, "The address has other methods: see Allow."),
    (StatusCode::NOT_ACCEPTABLE, "CSV was asked where there is none."),
    (StatusCode::REQUEST_TIMEOUT, "The body took too long to arrive: more than 30 seconds."),
    (StatusCode::CONFLICT, "Another request with the same Idempotency-Key is under way."),
    (
        StatusCode::PRECONDITION_FAILED,
        "If-Match names an older revision; the record as it is now comes along.",
    ),
    (StatusCode::PAYLOAD_TOO_LARGE, "The body is longer than 1 MiB."),
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body is neither JSON nor a form."),
    (StatusCode::UNPROCESSABLE_ENTITY, "Rules are broken: `errors` names all of them."),
    (StatusCode::TOO_MANY_REQUESTS, "The company has as many streams open as it may have."),
    (StatusCode::SERVICE_UNAVAILABLE, "The database is busy; try again after Retry-After seconds."),
    (StatusCode::INSUFFICIENT_STORAGE, "The disk is full; nothing was changed."),
];

impl Refusal {
    /// One broken rule on a parameter.
    pub(crate) fn invalid(name: &str, label: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::new(name, label, message)])
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::SignedOut(..) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable(_) => StatusCode::NOT_ACCEPTABLE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Stale(_) => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Full(_) => StatusCode::INSUFFICIENT_STORAGE,
        }
    }

    /// What went wrong, as sentences for people.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Unreadable(text) | Self::NotFound(text) | Self::WrongMediaType(text) => text.clone(),
            Self::Conflict(_) => {
                "Another request was in the way. Wait a moment, then send this one again.".to_owned()
            }
            Self::SignedOut(_, text)
            | Self::Forbidden(text)
            | Self::NotAcceptable(text)
            | Self::TooMany(text) => (*text).to_owned(),
            Self::WrongMethod => "This address has other methods: see the header Allow.".to_owned(),
            Self::TooSlow => "The body took too long to arrive. Send it again.".to_owned(),
            Self::Stale(_) => {
                "The record has changed since you read it. Look at it and try again.".to_owned()
            }
            Self::TooLarge => "The body is longer than 1 MiB. Send less at once.".to_owned(),
            Self::Invalid(violations) => {
                violations.iter().map(Violation::sentence).collect::<Vec<_>>().join(" ")
            }
            Self::Internal(_) => {
                "Something broke on the server. Nothing was changed; the request id names it in the log."
                    .to_owned()
            }
            Self::Unavailable(_) => "The database is busy. Try again in a few seconds.".to_owned(),
            Self::Full(_) => "The server's disk is full. Nothing was changed.".to_owned(),
        }
    }

    /// What the log has to say beyond the status.
    pub(crate) fn cause(&self) -> Option<&str> {
        match self {
            Self::Internal(cause) | Self::Unavailable(cause) | Self::Full(cause) | Self::Conflict(cause) => {
                Some(cause)
            }
            _ => None,
        }
    }

    fn problem(&self, request_id: &str) -> Problem {
        let mut problem = Problem {
            success: false,
            status: self.status().as_u16(),
            error: self.message(),
            request_id: request_id.to_owned(),
            ..Problem::default()
        };
        if let Self::Invalid(violations) = self {
            for violation in violations {
                let messages = problem.errors.entry(violation.field.clone()).or_default();
                messages.push(violation.message.clone());
            }
        }
        problem
    }

    /// The body: a [`Problem`].
    pub(crate) fn body(&self, request_id: &str) -> String {
        let mut body = serde_json::to_string(&self.problem(request_id)).unwrap_or_default();
        if let Self::Stale(members) = self
            && body.pop().is_some()
        {
            body.push(',');
            body.push_str(members);
            body.push('}');
        }
        body
    }

    fn headers(&self, headers: &mut HeaderMap) {
        match self {
            Self::SignedOut(Challenge::Basic, _) => {
                let basic = HeaderValue::from_static("Basic realm=\"Buyer groups API\", charset=\"UTF-8\"");
                headers.insert(header::WWW_AUTHENTICATE, basic);
            }
            Self::SignedOut(Challenge::Session, _) => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Session"));
            }
            Self::Unavailable(_) | Self::TooMany(_) => {
                headers.insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS);
            }
            _ => {}
        }
    }
}

impl IntoResponse for Refusal {
    /// Without a body: [`finish`](crate::finish) writes it, since it knows the request id.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        self.headers(response.headers_mut());
        response.extensions_mut().insert(self);
        response
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound => Self::NotFound("There is no such record.".to_owned()),
            store::Error::Stale => Self::Stale(String::new()),
            store::Error::Violations(violations) => Self::Invalid(violations),
            store::Error::Conflict(text) => Self::Conflict(text),
            store::Error::Unavailable(cause) => Self::Unavailable(cause),
            store::Error::Full(cause) => Self::Full(cause),
            store::Error::Internal(cause) => Self::Internal(cause),
        }
    }
}

impl From<getrandom::Error> for Refusal {
    fn from(error: getrandom::Error) -> Self {
        Self::Internal(format!("the machine has no random numbers to give: {error}"))
    }
}

impl From<Vec<Violation>> for Refusal {
    fn from(violations: Vec<Violation>) -> Self {
        Self::Invalid(violations)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_database_says_of_a_conflict_stays_in_the_log() {
        let error = store::Error::Conflict("UNIQUE constraint failed: idempotent_answers.key_id".to_owned());
        let refusal = Refusal::from(error);
        assert_eq!(refusal.status(), StatusCode::CONFLICT);
        let body = refusal.body("5f0c");
        assert!(body.contains("Another request was in the way.") && !body.contains("UNIQUE"), "{body}");
        assert!(refusal.cause().is_some_and(|cause| cause.contains("UNIQUE")));
    }
}
