//! People, customers and organisations.

use std::collections::HashMap;

use super::keys::{self, Kind};
use super::secrets::{self, Whose};
use super::{Checking, each_page, meant, unreadable};
use crate::domain::finding::Finding;
use crate::failure::Result;
use crate::format::frontmatter::{self, FrontMatter};
use crate::format::places::Places;
use crate::format::{customer, layout, person};

/// Addresses seen so far, each with the file that has it and its place there.
type Addresses = HashMap<String, (String, (usize, usize))>;

pub fn check(checking: &Checking<'_>) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    let mut seen = Addresses::new();
    each_page(checking.snapshot, layout::PEOPLE, &mut |path, handle, bytes| {
        let read = person::parse(handle, bytes).and_then(|agent| Ok((agent, frontmatter::parse(bytes)?)));
        let (agent, front) = match read {
            Ok(read) => read,
            Err(fault) => {
                found.push(unreadable(path, &fault));
                return Ok(());
            }
        };
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        let places = Places::of_front_matter(text);
        found.extend(keys::check(Kind::Agent, path, &front));
        found.extend(secrets::check(path, text, Whose::Desk));
        twice(&mut found, &mut seen, path, &front, &agent.emails);
        for (index, absence) in agent.away.iter().enumerate() {
            let Some(substitute) = &absence.substitute else { continue };
            if !checking.world.handles.contains(substitute) {
                let place = places.value(&["away", &index.to_string(), "substitute"]);
                found.push(unknown_agent(checking, path, place, substitute));
            }
        }
        if let Some(calendar) = front.text("calendar").filter(|name| !checking.world.calendars.contains(name)) {
            let said = format!("there is no calendar '{}' in {}", calendar.escape_debug(), layout::CALENDARS);
            let hint = meant(&calendar, checking.world.calendars.iter().map(String::as_str));
            found.push(Finding::new("reference", path, front.position("calendar"), said).maybe_hint(hint));
        }
        Ok(())
    })?;
    customers(checking, &mut found, &mut seen)?;
    each_page(checking.snapshot, layout::ORGS, &mut |path, key, bytes| {
        let read = customer::parse_organisation(key, bytes).and_then(|_| frontmatter::parse(bytes));
        match read {
            Ok(front) => {
                found.extend(keys::check(Kind::Organisation, path, &front));
                found.extend(secrets::check(path, std::str::from_utf8(bytes).unwrap_or_default(), Whose::Desk));
            }
            Err(fault) => found.push(unreadable(path, &fault)),
        }
        Ok(())
    })?;
    Ok(found)
}

fn customers(checking: &Checking<'_>, found: &mut Vec<Finding>, seen: &mut Addresses) -> Result<()> {
    each_page(checking.snapshot, layout::CUSTOMERS, &mut |path, key, bytes| {
        let read = customer::parse(key, bytes).and_then(|customer| Ok((customer, frontmatter::parse(bytes)?)));
        let (customer, front) = match read {
            Ok(read) => read,
            Err(fault) => {
                found.push(unreadable(path, &fault));
                return Ok(());
            }
        };
        found.extend(keys::check(Kind::Customer, path, &front));
        found.extend(secrets::check(path, std::str::from_utf8(bytes).unwrap_or_default(), Whose::Desk));
        twice(found, seen, path, &front, &customer.emails);
        if let Some(org) = customer.organisation.filter(|org| !checking.world.orgs.contains(org)) {
            let said = format!("there is no organisation '{}'", org.escape_debug());
            let hint = meant(&org, checking.world.orgs.iter().map(String::as_str));
            let hint = hint.unwrap_or_else(|| format!("write {}/{org}.md, or take it out here", layout::ORGS));
            found.push(Finding::new("org-unknown", path, front.position("organisation"), said).hint(hint));
        }
        Ok(())
    })
}

/// Tells both of two files with one address.
fn twice(found: &mut Vec<Finding>, seen: &mut Addresses, path: &str, front: &FrontMatter, emails: &[String]) {
    let place = front.position("emails");
    for email in emails {
        let known = seen.get(&email.to_lowercase()).filter(|(other, _)| other != path).cloned();
        let Some((other, there)) = known else {
            seen.insert(email.to_lowercase(), (path.to_owned(), place));
            continue;
        };
        let said = |other: &str| format!("'{}' is the address of {other} too", email.escape_debug());
        let hint = "keep it in one of the two, or make one file of both";
        found.push(Finding {
            about: Some(other.clone()),
            ..Finding::new("email-twice", path, place, said(&other)).hint(hint)
        });
        found.push(Finding {
            about: Some(path.to_owned()),
            ..Finding::new("email-twice", &other, there, said(path)).hint(hint)
        });
    }
}

/// A handle that no file in `people/` has.
pub fn unknown_agent(checking: &Checking<'_>, path: &str, place: (usize, usize), handle: &str) -> Finding {
    let handles = checking.world.handles.iter().map(String::as_str);
    let hint = meant(handle, handles).unwrap_or_else(|| format!("loket people new {}", shell_words::quote(handle)));
    Finding::new("agent-unknown", path, place, format!("there is no agent '{}'", handle.escape_debug())).hint(hint)
}
