//! The company of the caller: `get_record` serves it too; only its update is its own.

use axum::response::Response;
use domain::Key;

use super::records::change;
use crate::call::Call;
use crate::error::{OK, Refusal};

/// PUT, PATCH and POST on the company.
pub(crate) async fn update_company(call: Call) -> Result<Response, Refusal> {
    call.write(|reader, visit, faults| {
        let name = visit.company.id.into();
        let (change, shown) = change(reader, visit, Some(&name), faults)?;
        let (actor, now, if_match) = (visit.caller.actor, visit.now, visit.call.if_match());
        Ok(Box::new(move |writer| {
            let revision = if_match.required(|| {
                let found = writer.company_record(actor.company, &[Key::Revision]);
                found.ok().map(|found| found.revision)
            });
            writer.update_company(&actor, &change, revision, now)?;
            let found = writer.company_record(actor.company, &shown.columns)?;
            Ok(shown.answer(&found, OK.as_u16()))
        }))
    })
    .await
}
