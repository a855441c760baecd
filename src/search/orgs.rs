//! Who belongs to which organisation, as the files say.

use crate::domain::person::Orgs;
use crate::failure::Result;
use crate::format::{customer, layout};
use crate::store::Snapshot;

/// Adds the domains that the organisations' files name.
pub fn add_domains(orgs: &mut Orgs, snapshot: &Snapshot<'_>) -> Result<()> {
    for entry in snapshot.folder(layout::ORGS)?.iter().filter(|entry| !entry.is_folder) {
        let Some(key) = entry.name.strip_suffix(".md") else { continue };
        let Ok(organisation) = customer::parse_organisation(key, &snapshot.read(entry.oid)?) else { continue };
        orgs.by_domain.extend(organisation.domains.iter().map(|domain| (domain.to_lowercase(), key.to_lowercase())));
    }
    Ok(())
}

/// Adds the addresses of the customers whose files name an organisation.
pub fn add_customers(orgs: &mut Orgs, snapshot: &Snapshot<'_>) -> Result<()> {
    snapshot.each_file(layout::CUSTOMERS, &mut |path, oid| {
        let Some(key) = layout::key_in(layout::CUSTOMERS, path) else { return Ok(()) };
        let Ok(customer) = customer::parse(key, &snapshot.read(oid)?) else { return Ok(()) };
        let Some(org) = customer.organisation else { return Ok(()) };
        orgs.by_email.extend(customer.emails.into_iter().map(|email| (email.to_lowercase(), org.to_lowercase())));
        Ok(())
    })
}
