//! What mailing lists and helpdesks add to a mail: below a rule, a few lines on how to get no more of them.

use super::lines::Kind;

/// How long such a line is at most, in bytes.
const LONGEST: usize = 400;
/// How many lines stand between the rule and that line at most, and how many below it.
const NEAR: usize = 4;

/// What is said in it, in lower case.
const LEAVE: &[&str] = &[
    "unsubscribe",
    "manage your subscription",
    "abmelden",
    "abbestellen",
    "austragen",
    "uitschrijven",
    "afmelden",
    "désabonner",
    "désinscrire",
    "darse de baja",
    "darte de baja",
    "cancelar la suscripción",
    "cancelar a inscrição",
    "cancelar a subscrição",
    "disiscriver",
    "disiscrizione",
    "annullare l'iscrizione",
    "donar-se de baixa",
    "avregistrera",
    "avprenumerera",
    "afmelde",
    "avmelde",
    "peruuta tilaus",
    "wypisać",
    "zrezygnować z subskrypcji",
    "odhlásit",
    "odhlásiť",
    "leiratkoz",
    "dezabona",
    "aboneliğinizi iptal",
    "отписаться",
    "відписатися",
    "退订",
    "取消訂閱",
    "配信停止",
    "수신 거부",
];

/// Makes footers of the lines that a list added, with the rule above them.
pub(super) fn footers(lines: &[&str], kinds: &mut [Kind]) {
    for at in 0..kinds.len() {
        if kinds[at] != Kind::Text || !says_how_to_leave(lines[at]) {
            continue;
        }
        let above = (at.saturating_sub(NEAR)..at).rev();
        let rule = above.take_while(|at| kinds[*at] != Kind::Blank).find(|at| is_rule(kinds[*at]));
        if let Some(rule) = rule {
            let below = kinds[at..].iter().take(NEAR).take_while(|kind| **kind == Kind::Text).count();
            kinds[rule..at + below].fill(Kind::Footer);
        }
    }
}

/// Whether a line is drawn, one way or another.
fn is_rule(kind: Kind) -> bool {
    matches!(kind, Kind::Rule | Kind::Dashes | Kind::Signature)
}

/// Whether a line says how to leave a list.
fn says_how_to_leave(line: &str) -> bool {
    line.len() <= LONGEST && {
        let line = line.to_lowercase();
        LEAVE.iter().any(|phrase| line.contains(phrase))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_list_stand_below_a_rule() {
        let lines = [
            "Hello",
            "",
            "-----",
            "Lamps, a list",
            "To unsubscribe, mail to a@b.example",
            "Help: c@b.example",
            "",
            "Bye",
        ];
        let mut kinds =
            [Kind::Text, Kind::Blank, Kind::Rule, Kind::Text, Kind::Text, Kind::Text, Kind::Blank, Kind::Text];
        let expected = [vec![Kind::Text, Kind::Blank], vec![Kind::Footer; 4], vec![Kind::Blank, Kind::Text]].concat();
        footers(&lines, &mut kinds);
        assert_eq!(kinds[..], expected);
    }

    #[test]
    fn who_asks_how_to_leave_is_heard() {
        let mut kinds = [Kind::Text, Kind::Text];
        footers(&["Hello,", "how do I unsubscribe?"], &mut kinds);
        assert_eq!(kinds, [Kind::Text; 2]);
    }
}
