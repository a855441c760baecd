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
        if layout::key_in(layout::CUSTOMERS, path).is_some() {
            add_customer(orgs, path, &snapshot.read(oid)?);
        }
        Ok(())
    })
}

/// Adds the addresses of one customer, where the file can be read and names an organisation.
pub fn add_customer(orgs: &mut Orgs, path: &str, bytes: &[u8]) {
    let Some(key) = layout::key_in(layout::CUSTOMERS, path) else { return };
    let Ok(customer) = customer::parse(key, bytes) else { return };
    let Some(org) = customer.organisation else { return };
    orgs.by_email.extend(customer.emails.into_iter().map(|email| (email.to_lowercase(), org.to_lowercase())));
}
