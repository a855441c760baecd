//! Decides which lines go below the fold.

use super::lines::Kind;

/// How many lines, blanks not counted, a signature has at most.
const SIGNATURE: usize = 20;
/// The same where the mark above it is not the proper `-- `.
const DOUBTFUL_SIGNATURE: usize = 8;

/// Whether each line goes below the fold. None does when none of the sender's own words would stay.
pub(super) fn folded(kinds: &[Kind]) -> Vec<bool> {
    let whole = vec![false; kinds.len()];
    let Some(limit) = older_mail(kinds) else { return whole };
    let end = tail(kinds, limit);
    let start = head(&kinds[..limit]);
    let folded: Vec<bool> =
        kinds.iter().enumerate().map(|(at, kind)| at < start || at >= end || *kind == Kind::Attribution).collect();
    let left = kinds.iter().zip(&folded).any(|(kind, folded)| *kind == Kind::Text && !folded);
    if left { folded } else { whole }
}

/// Where an older mail begins that goes on to the end; the number of lines when there is none, nothing when no
/// word of the sender's own stands above it. An attribution above a quote begins none: the quote says where it ends.
fn older_mail(kinds: &[Kind]) -> Option<usize> {
    let above_quote = above_quote(kinds);
    let mut text = false;
    for (at, kind) in kinds.iter().enumerate() {
        match kind {
            Kind::Text => text = true,
            Kind::Embedded => return text.then_some(at),
            Kind::Attribution if text && !above_quote[at] => return Some(at),
            _ => {}
        }
    }
    Some(kinds.len())
}

/// Whether the next line that is neither blank nor an attribution is a quote.
fn above_quote(kinds: &[Kind]) -> Vec<bool> {
    let mut above = vec![false; kinds.len()];
    let mut quote = false;
    for (at, kind) in kinds.iter().enumerate().rev() {
        above[at] = quote;
        if !matches!(kind, Kind::Blank | Kind::Attribution | Kind::Introduction) {
            quote = *kind == Kind::Quote;
        }
    }
    above
}

/// Where the sender's own words end: what is taken off, again and again, is quotes, footers and signatures.
fn tail(kinds: &[Kind], limit: usize) -> usize {
    let mut end = limit;
    loop {
        end = without_rest(kinds, end);
        match signature(&kinds[..end]) {
            Some(start) => end = start,
            None => return end,
        }
    }
}

/// The end of the lines before `end` without the quotes, footers and rules they end with.
fn without_rest(kinds: &[Kind], mut end: usize) -> usize {
    let mut cut = end < kinds.len();
    while let Some(kind) = end.checked_sub(1).map(|last| kinds[last]) {
        match kind {
            Kind::Blank => {}
            Kind::Quote | Kind::Attribution | Kind::Introduction | Kind::Footer => cut = true,
            Kind::Rule if cut => {}
            _ => break,
        }
        end -= 1;
    }
    end
}

/// Where the signature begins that these lines end with.
fn signature(kinds: &[Kind]) -> Option<usize> {
    let mut lines = 0;
    for (at, kind) in kinds.iter().enumerate().rev() {
        match kind {
            Kind::Signature => return Some(at),
            Kind::Dashes if lines <= DOUBTFUL_SIGNATURE => return Some(at),
            Kind::Quote | Kind::Attribution => return None,
            Kind::Blank => {}
            _ if lines == SIGNATURE => return None,
            _ => lines += 1,
        }
    }
    None
}

/// How many lines at the top are one quote with an attribution, below which the sender wrote all he had to say. With
/// more quotes than that one, his answers stand between them, and all of them are needed.
fn head(kinds: &[Kind]) -> usize {
    let start = kinds.iter().position(|kind| matches!(kind, Kind::Text | Kind::Signature | Kind::Dashes)).unwrap_or(0);
    let first = kinds[..start].iter().find(|kind| **kind != Kind::Blank);
    let attributed = matches!(first, Some(Kind::Attribution | Kind::Introduction));
    if attributed && kinds[..start].contains(&Kind::Quote) && !kinds[start..].contains(&Kind::Quote) {
        start
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::Kind::{Attribution, Blank, Dashes, Embedded, Footer, Introduction, Quote, Rule, Signature, Text};
    use super::*;

    /// The kinds of the lines that stay in sight.
    fn seen(kinds: &[Kind]) -> Vec<Kind> {
        let folded = folded(kinds);
        kinds.iter().zip(folded).filter(|(_, folded)| !folded).map(|(kind, _)| *kind).collect()
    }

    #[test]
    fn an_older_mail_goes_on_to_the_end() {
        assert_eq!(seen(&[Text, Attribution, Text]), [Text]);
        assert_eq!(seen(&[Text, Blank, Rule, Embedded, Text, Text]), [Text]);
    }

    #[test]
    fn answers_between_quotes_keep_them() {
        let kinds = [Attribution, Quote, Text, Quote, Text, Quote];
        assert_eq!(seen(&kinds), [Quote, Text, Quote, Text]);
    }

    #[test]
    fn an_answer_below_its_quote_stands_alone() {
        assert_eq!(seen(&[Attribution, Quote, Blank, Text]), [Text]);
        assert_eq!(seen(&[Introduction, Quote, Text, Signature, Text]), [Text]);
        assert_eq!(seen(&[Quote, Blank, Text]), [Quote, Blank, Text]);
    }

    #[test]
    fn nothing_is_cut_where_nothing_would_be_left() {
        for kinds in [vec![Quote], vec![Attribution, Quote], vec![Footer, Embedded, Text], vec![Signature, Text]] {
            assert_eq!(seen(&kinds), kinds);
        }
    }

    #[test]
    fn footers_and_signatures_go_one_after_the_other() {
        assert_eq!(seen(&[Text, Footer, Blank, Dashes, Text, Rule, Quote, Signature, Text]), [Text]);
    }

    #[test]
    fn long_text_is_no_signature() {
        let kinds = [vec![Text, Dashes], vec![Text; DOUBTFUL_SIGNATURE + 1]].concat();
        assert_eq!(seen(&kinds), kinds);
    }
}
