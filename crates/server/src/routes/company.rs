//! The company of the caller: `get_record` serves it too; only its update is its own.

use axum::response::Response;
use domain::{Key, Violation};

use super::records::change;
use crate::call::{Call, Visit};
use crate::error::{OK, Refusal};

/// PUT, PATCH and POST on the company.
pub(crate) async fn update_company(call: Call) -> Result<Response, Refusal> {
    call.write(|reader, visit, mut faults| {
        faults.extend(webhook_fault(visit));
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

/// What this server has against the address of the webhook; an address that is none, the field says of itself.
fn webhook_fault(visit: &Visit<'_>) -> Option<Violation> {
    let field = visit.call.resource.field(Key::WebhookUrl)?;
    let address =
        visit.call.params.get(field.name)?.as_text().and_then(|text| domain::text::address(text).ok())?;
    let fault = visit.call.app.webhooks.check(&address).err()?;
    Some(Violation::new(field.name, field.label, fault))
}
