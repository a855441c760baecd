//! `report`

use crate::support::Desk;

#[test]
fn uses_of_patterns_are_counted_and_how_often_their_text_was_changed() {
    let desk = Desk::acme();
    let first = desk.opened("'I forgot my password' -m Help. --from ann@example.com");
    let second = desk.opened("'My invoice' -m Help. --from bob@example.com");
    desk.ok(format!("reply {first} --pattern password-reset --no-edit"));
    desk.ok(format!("reply {first} --pattern password-reset -m 'Look at your telephone.'"));
    desk.ok(format!("reply {second} --pattern password-reset --no-edit"));
    desk.ok(format!("reply {second} --pattern complaint --no-edit"));
    let of = |report: &serde_json::Value, slug: &str| {
        let row = report["rows"].as_array().unwrap().iter().find(|row| row["key"] == slug).unwrap().clone();
        let count = |what: &str| (row[what]["events"].as_u64().unwrap(), row[what]["tickets"].as_u64().unwrap());
        (count("uses"), count("deviations"), row["deviation_rate"].as_f64())
    };
    let report = desk.json("report patterns");
    assert_eq!(of(&report, "password-reset"), ((3, 2), (1, 1), Some(1.0 / 3.0)));
    assert_eq!(of(&report, "complaint"), ((1, 1), (0, 0), Some(0.0)));
    assert_eq!(of(&report, "technical-problem"), ((0, 0), (0, 0), None));
    assert_eq!(report["commit"].as_str().unwrap().len(), 40);
    // Nothing was answered before the desk's day.
    let before = desk.json("report patterns --until 2026-11-01");
    assert_eq!(of(&before, "password-reset"), ((0, 0), (0, 0), None));
    assert!(desk.ok("report patterns").text().contains("password-reset"));
    assert_eq!(desk.json("list has:pattern").as_array().unwrap().len(), 2);
    desk.remove("patterns/complaint.md");
    desk.commit("gone");
    assert_eq!(desk.json("report patterns")["rows"][1]["title"], serde_json::Value::Null);
    desk.refused("report patterns --since soon", 2);
    desk.refused("report nothing", 2);
}
