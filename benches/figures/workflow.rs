//! What a helpdesk asks all day: what is overdue, how it went, whether anything is to be done, what a policy would change.

use crate::desk::generator::Outcome;
use crate::lab::Lab;
use crate::measure::{Case, Row, in_turns, time};
use crate::reads::catch_up;

/// Against the cheapest thing git can be asked.
pub fn workflow(lab: &Lab) -> Outcome<Vec<Row>> {
    catch_up(lab)?;
    // What there is to do is done first, unless the desk was ticked before: the figure is of nothing to do.
    time(&mut lab.loket(&lab.tree, &["tick", "--quiet"]))?;
    catch_up(lab)?;
    let targets = &lab.targets;
    let asked: [(&[&str], _); 5] = [
        (&["list", "--view", "overdue", "--limit", "50"], targets.overdue),
        (&["report", "summary", "--since", "now-365d", "-o", "json"], targets.summary),
        (&["report", "summary", "--since", "now-365d"], targets.summary),
        (&["tick"], targets.tick),
        (&["sla", "replay", "--policy", "HEAD", "--since", "now-365d"], targets.replay),
    ];
    let mut cases = vec![Case::new("git log -1", || time(&mut lab.git(&lab.tree, &["log", "-1"])))];
    for (args, target) in asked {
        let case = Case::new(&args.join(" "), move || time(&mut lab.loket(&lab.tree, args)));
        cases.push(case.against(0).target(target));
    }
    Ok(in_turns(cases, lab.runs, true))
}
