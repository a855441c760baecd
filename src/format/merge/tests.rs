use super::*;

/// A stand-in for a merge by lines: clean where one side alone changed the text.
fn lines(versions: Versions<'_>) -> Result<Lines> {
    let Versions { base, ours, theirs } = versions;
    if base == Some(ours) || ours == theirs {
        return Ok(Lines { bytes: theirs.into(), is_clean: true });
    }
    if base == Some(theirs) {
        return Ok(Lines { bytes: ours.into(), is_clean: true });
    }
    Ok(Lines { bytes: [b"<<<<<<<\n", ours, b"=======\n", theirs, b">>>>>>>\n"].concat(), is_clean: false })
}

fn judge(later: &dyn Fn(&str) -> Result<Side>) -> Judge<'_> {
    Judge { lines: &lines, later }
}

fn versions<'a>(base: &'a str, ours: &'a str, theirs: &'a str) -> Versions<'a> {
    Versions { base: Some(base.as_bytes()), ours: ours.as_bytes(), theirs: theirs.as_bytes() }
}

/// The merged text and what was told, `later` being the side with the later change of everything.
fn page(later: Side, base: &str, ours: &str, theirs: &str) -> (String, Vec<Told>) {
    match merge_page(versions(base, ours, theirs), &judge(&move |_| Ok(later))).unwrap() {
        Outcome::Merged { bytes, told } => (String::from_utf8(bytes).unwrap(), told),
        Outcome::Conflict { bytes, .. } => panic!("a conflict: {}", String::from_utf8_lossy(&bytes)),
    }
}

fn policy(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let never = |field: &str| -> Result<Side> { panic!("asked for {field}") };
    match merge_policy(versions(base, ours, theirs), &judge(&never)).unwrap() {
        Outcome::Merged { bytes, .. } => Some(String::from_utf8(bytes).unwrap()),
        Outcome::Conflict { .. } => None,
    }
}

fn ticket(lines: &str) -> String {
    format!("---\ntitle: Cannot log in\nstatus: open\n{lines}created: 2026-11-22T04:20:00Z\n---\nHelp.\n")
}

#[test]
fn different_fields_both_stand() {
    let base = ticket("priority: low # asked\ntype: question\n");
    let ours = ticket("priority: high # asked\ntype: question\n");
    let theirs = ticket("priority: low # asked\ntype: incident # seen\nteam: first-line\n");
    let want = ticket("priority: high # asked\ntype: incident # seen\nteam: first-line\n");
    for (ours, theirs) in [(&ours, &theirs), (&theirs, &ours)] {
        let (text, told) = page(Side::Ours, &base, ours, theirs);
        assert_eq!((text, told), (want.clone(), vec![]));
    }
}

#[test]
fn a_key_that_one_side_removed_is_gone() {
    let (base, without) = (ticket("team: first-line\n"), ticket(""));
    let other = ticket("team: first-line\nline: 2\n");
    assert_eq!(page(Side::Ours, &base, &without, &other).0, ticket("line: 2\n"));
    assert_eq!(page(Side::Ours, &base, &other, &without).0, ticket("line: 2\n"));
}

#[test]
fn of_one_field_the_later_change_stands_and_the_other_is_told() {
    let (base, ours, theirs) = (ticket(""), ticket("priority: low\n"), ticket("priority: urgent\n"));
    let told = |kept: &str, dropped: &str, from| {
        vec![Told { field: "priority".into(), kept: kept.into(), dropped: dropped.into(), from }]
    };
    assert_eq!(page(Side::Ours, &base, &ours, &theirs), (ours.clone(), told("low", "urgent", Side::Ours)));
    assert_eq!(page(Side::Theirs, &base, &ours, &theirs), (theirs.clone(), told("urgent", "low", Side::Theirs)));
}

#[test]
fn lists_are_sets_of_additions_and_removals() {
    let base = ticket("tags: [old, kept]\n");
    let ours = ticket("tags: [old, kept, app]\n");
    let theirs = ticket("tags: [kept, login]\n");
    assert_eq!(page(Side::Ours, &base, &ours, &theirs), (ticket("tags: [kept, app, login]\n"), vec![]));
    let nobody = ticket("");
    assert_eq!(page(Side::Ours, &nobody, &ours, &theirs).0, ticket("tags: [old, kept, app, login]\n"));
    assert_eq!(page(Side::Ours, &base, &nobody, &theirs).0, ticket("tags: [login]\n"));
}

#[test]
fn what_goes_with_a_status_comes_from_the_side_whose_status_stands() {
    let base = ticket("");
    let ours = ticket("remind-at: 2026-11-25T09:00:00Z\n").replace("status: open", "status: waiting");
    let theirs = ticket("close-at: 2026-11-26T09:00:00Z\n").replace("status: open", "status: solved");
    assert_eq!(page(Side::Theirs, &base, &ours, &theirs).0, theirs);
    assert_eq!(page(Side::Ours, &base, &ours, &theirs).0, ours);
}

#[test]
fn custom_fields_are_fields_each() {
    let base = ticket("fields:\n  product: portal\n  floor: 1\n");
    let ours = ticket("fields:\n  product: app\n  floor: 1\n");
    let theirs = ticket("fields:\n  product: portal\n  floor: 2\n");
    let want = ticket("fields:\n  product: app\n  floor: 2\n");
    assert_eq!(page(Side::Ours, &base, &ours, &theirs), (want, vec![]));
    let theirs = ticket("fields:\n  product: web\n  floor: 2\n");
    let (text, told) = page(Side::Theirs, &base, &ours, &theirs);
    assert_eq!(text, theirs);
    assert_eq!(
        told[0],
        Told { field: "field.product".into(), kept: "web".into(), dropped: "app".into(), from: Side::Theirs }
    );
}

#[test]
fn a_score_goes_with_its_comment() {
    let base = ticket("");
    let ours = ticket("satisfaction: {score: 2, comment: Slow}\n");
    let theirs = ticket("satisfaction: {score: 5}\n");
    assert_eq!(page(Side::Theirs, &base, &ours, &theirs).0, theirs);
}

#[test]
fn front_matter_and_text_are_merged_each_by_itself() {
    let base = ticket("");
    let ours = base.replace("Cannot log in", "Cannot sign in");
    let theirs = base.replace("Help.", "Help me.");
    let want = ours.replace("Help.", "Help me.");
    assert_eq!(page(Side::Ours, &base, &ours, &theirs).0, want);
    let both = ours.replace("Help.", "Help us.");
    let outcome = merge_page(versions(&base, &both, &theirs), &judge(&|_| Ok(Side::Ours))).unwrap();
    let Outcome::Conflict { bytes, .. } = outcome else { panic!("merged") };
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("---\ntitle: Cannot sign in\n") && text.contains("Help us.\n=======\nHelp me."), "{text}");
}

#[test]
fn what_is_no_front_matter_is_merged_by_lines() {
    let outcome = merge_page(versions("a\n", "b\n", "a\n"), &judge(&|_| Ok(Side::Ours))).unwrap();
    assert_eq!(outcome, Outcome::Merged { bytes: b"b\n".into(), told: vec![] });
    let outcome = merge_page(versions("a\n", "b\n", "c\n"), &judge(&|_| Ok(Side::Ours))).unwrap();
    assert!(matches!(outcome, Outcome::Conflict { .. }));
}

const RULES: &str = "# What happens by itself.\n\n- name: one\n  on: [created]\n  when: \"tag:one\"\n\n# The second.\n- name: two\n  on: [created]\n  when: \"tag:two\"\n";

#[test]
fn rules_are_merged_by_name() {
    let ours = RULES.replace("tag:one", "tag:uno");
    let theirs = RULES.replace("tag:two", "tag:due");
    let want = ours.replace("tag:two", "tag:due");
    assert_eq!(policy(RULES, &ours, &theirs), Some(want.clone()));
    assert_eq!(policy(RULES, &theirs, &ours), Some(want));
}

#[test]
fn rules_that_both_append_are_both_kept() {
    let ours = format!("{RULES}- name: mine\n  on: [created]\n");
    let theirs = format!("{RULES}- name: theirs\n  on: [solved]\n");
    let merged = policy(RULES, &ours, &theirs).unwrap();
    assert_eq!(merged, format!("{RULES}- name: theirs\n  on: [solved]\n- name: mine\n  on: [created]\n"));
}

#[test]
fn a_rule_is_merged_by_its_keys() {
    let ours = RULES.replace("on: [created]\n  when: \"tag:one\"", "on: [created, solved]\n  when: \"tag:one\"");
    let theirs = RULES.replace("tag:one", "tag:uno");
    let want = ours.replace("tag:one", "tag:uno");
    assert_eq!(policy(RULES, &ours, &theirs), Some(want));
    let theirs = RULES.replace("on: [created]\n  when: \"tag:one\"", "on: [created, reopened]\n  when: \"tag:one\"");
    let want = ours.replace("[created, solved]", "[created, solved, reopened]");
    assert_eq!(policy(RULES, &ours, &theirs), Some(want));
}

#[test]
fn one_value_of_a_policy_changed_by_both_is_a_conflict() {
    let (ours, theirs) = (RULES.replace("tag:one", "tag:uno"), RULES.replace("tag:one", "tag:un"));
    assert_eq!(policy(RULES, &ours, &theirs), None);
    let gone = "- name: two\n  on: [created]\n  when: \"tag:two\"\n";
    assert_eq!(policy(RULES, gone, &theirs), None, "removed here, changed there");
}

#[test]
fn settings_are_merged_by_keys_on_one_line_too() {
    let base = "desk: Acme # ours\nlanguages: [en]\nfields: {product: {type: enum, values: [a]}}\n";
    let ours = base.replace("[en]", "[en, nl]").replace("values: [a]", "values: [a, b]");
    let theirs = base.replace("Acme #", "Acme Support #").replace("{type: enum", "{required: true, type: enum");
    let merged = policy(base, &ours, &theirs).unwrap();
    let value = frontmatter_value(&merged);
    assert_eq!(value["desk"], "Acme Support");
    assert_eq!(value["languages"], serde_json::json!(["en", "nl"]));
    assert_eq!(value["fields"]["product"], serde_json::json!({"type": "enum", "values": ["a", "b"], "required": true}));
    assert!(merged.starts_with("desk: Acme Support # ours\n"), "{merged}");
}

fn frontmatter_value(text: &str) -> serde_json::Value {
    serde_json::to_value(crate::format::frontmatter::parse_yaml(text.as_bytes()).unwrap()).unwrap()
}
