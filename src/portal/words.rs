//! What the pages themselves say, in the languages loket knows.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::format::html::Alerts;

/// Key, English, Dutch. `{}` stands for a number or a name.
const WORDS: [(&str, &str, &str); 97] = [
    ("skip", "Skip to the content", "Naar de inhoud"),
    ("home", "Help center", "Helpcentrum"),
    ("welcome", "How can we help?", "Waarmee kunnen we helpen?"),
    ("search", "Search", "Zoeken"),
    ("search_label", "Search the articles", "Zoek in de artikelen"),
    ("search_hint", "Type a question or a few words", "Typ een vraag of een paar woorden"),
    ("results", "Results for", "Resultaten voor"),
    (
        "no_results",
        "Nothing was found. Try other words, or fewer.",
        "Niets gevonden. Probeer andere woorden, of minder.",
    ),
    (
        "any_words",
        "No article has all of these words; these have some of them.",
        "Geen artikel heeft al deze woorden; deze hebben er enkele.",
    ),
    (
        "needs_script",
        "Searching here needs JavaScript. The categories below work without it.",
        "Hier zoeken vraagt JavaScript. De categorieën werken ook zonder.",
    ),
    ("search_failed", "The search index could not be loaded.", "De zoekindex kon niet worden geladen."),
    ("categories", "Categories", "Categorieën"),
    ("articles", "Articles", "Artikelen"),
    ("more", "All {} articles", "Alle {} artikelen"),
    ("count", "{} articles", "{} artikelen"),
    ("count_one", "1 article", "1 artikel"),
    ("empty", "There are no articles yet.", "Er zijn nog geen artikelen."),
    ("contents", "On this page", "Op deze pagina"),
    ("reviewed", "Last reviewed on {}", "Laatst nagekeken op {}"),
    ("changed", "Changed on {}", "Gewijzigd op {}"),
    ("also_in", "Also in", "Ook in"),
    ("breadcrumb", "You are here", "U bent hier"),
    ("language", "Language", "Taal"),
    ("page", "Page {}", "Pagina {}"),
    ("pages", "Pages", "Pagina's"),
    ("feed", "Changes as a feed", "Wijzigingen als feed"),
    ("moved", "This page has moved", "Deze pagina is verplaatst"),
    ("moved_to", "It is now here:", "U vindt haar hier:"),
    ("unsolved", "Is your answer not here?", "Staat uw antwoord er niet bij?"),
    ("contact", "Write to us", "Schrijf ons"),
    ("new", "New request", "Nieuwe aanvraag"),
    (
        "new_intro",
        "Tell us what is the matter. You get a link by which you can follow it.",
        "Vertel ons wat er aan de hand is. U krijgt een link waarmee u het kunt volgen.",
    ),
    ("my_links", "My requests", "Mijn aanvragen"),
    (
        "my_links_intro",
        "Give your e-mail address, and we send you the links to your requests.",
        "Geef uw e-mailadres, dan sturen we u de links naar uw aanvragen.",
    ),
    (
        "my_links_done",
        "If there are requests from this address, the links to them are on their way to it.",
        "Als er aanvragen van dit adres zijn, dan zijn de links ernaar onderweg.",
    ),
    ("send_links", "Send me my links", "Stuur mij mijn links"),
    ("name", "Your name", "Uw naam"),
    ("email", "Your e-mail address", "Uw e-mailadres"),
    ("subject", "Subject", "Onderwerp"),
    ("text", "Your message", "Uw bericht"),
    ("type", "What is it about?", "Waar gaat het om?"),
    ("choose", "Choose…", "Kies…"),
    ("optional", "optional", "niet verplicht"),
    ("files", "Files", "Bestanden"),
    ("files_hint", "At most {} files, {} in all", "Hoogstens {} bestanden, samen {}"),
    ("send", "Send", "Versturen"),
    ("suggestions", "This may answer it", "Misschien helpt dit al"),
    ("continue", "Continue", "Verder"),
    ("subject_first", "What is it about, in a few words?", "Waar gaat het over, in een paar woorden?"),
    ("unanswered", "Not answered? Then tell us.", "Niet gevonden? Vertel het ons."),
    ("number", "Number {}", "Nummer {}"),
    ("wrong_name", "Please give your name.", "Geef uw naam."),
    (
        "wrong_email",
        "Please give an e-mail address, like you@example.com.",
        "Geef een e-mailadres, zoals u@voorbeeld.nl.",
    ),
    ("wrong_subject", "Please say in a few words what it is about.", "Zeg in een paar woorden waar het over gaat."),
    ("wrong_text", "Please write a message.", "Schrijf een bericht."),
    ("wrong_type", "Please choose one of these.", "Kies er een van."),
    ("wrong_field", "This cannot be used here.", "Dit kan hier niet."),
    (
        "wrong_files",
        "These are too many files, or they are too large together.",
        "Dit zijn te veel bestanden, of ze zijn samen te groot.",
    ),
    ("wrong_score", "Please choose a number from 1 to 5.", "Kies een getal van 1 tot 5."),
    (
        "expired",
        "The form was open for long, or cookies are blocked. Your text is still here: please send it again.",
        "Het formulier stond lang open, of cookies zijn geblokkeerd. Uw tekst staat er nog: verstuur hem opnieuw.",
    ),
    ("too_fast", "That was very quick. Please send it once more.", "Dat was wel heel snel. Verstuur het nog een keer."),
    ("unfit", "That cannot be done any more.", "Dat kan niet meer."),
    (
        "no_answers",
        "This request is closed and takes no more answers. Please make a new one.",
        "Deze aanvraag is gesloten en neemt geen antwoorden meer aan. Maak een nieuwe.",
    ),
    ("leave_empty", "Leave this empty", "Laat dit leeg"),
    ("sent", "Your request has been received", "Uw aanvraag is ontvangen"),
    (
        "sent_intro",
        "Its number is {}. Keep the link below: it is the only way to this page.",
        "Het nummer is {}. Bewaar de link hieronder: alleen daarmee komt u op deze pagina.",
    ),
    ("status", "Status", "Status"),
    ("status_open", "We are on it", "We zijn ermee bezig"),
    ("status_waiting", "We are waiting for your answer", "We wachten op uw antwoord"),
    ("status_solved", "Solved", "Opgelost"),
    ("status_closed", "Closed", "Gesloten"),
    ("created", "Asked on {}", "Gevraagd op {}"),
    ("thread", "Messages", "Berichten"),
    ("you", "You", "U"),
    ("automatic", "automatic message", "automatisch bericht"),
    ("attached", "Attached files", "Bijlagen"),
    ("answer", "Answer", "Antwoorden"),
    ("answer_text", "Your answer", "Uw antwoord"),
    ("close", "Close this request", "Deze aanvraag sluiten"),
    ("close_intro", "Is it settled? Then you can close it.", "Is het opgelost? Dan kunt u de aanvraag sluiten."),
    ("reopen", "Open it again", "Opnieuw openen"),
    (
        "reopen_intro",
        "Is it not settled after all? Then open it again.",
        "Is het toch niet opgelost? Open de aanvraag dan opnieuw.",
    ),
    ("rate", "How did we do?", "Hoe hebben we het gedaan?"),
    ("rate_1", "1, bad", "1, slecht"),
    ("rate_5", "5, good", "5, goed"),
    ("rate_text", "What would you like to say about it?", "Wat wilt u erover zeggen?"),
    ("rate_send", "Send rating", "Beoordeling versturen"),
    ("rated", "You gave {} out of 5. Thank you.", "U gaf {} van de 5. Dank u wel."),
    ("done_answer", "Your answer has been received.", "Uw antwoord is ontvangen."),
    ("done_close", "The request is closed.", "De aanvraag is gesloten."),
    ("done_reopen", "The request is open again.", "De aanvraag is weer open."),
    ("done_rate", "Thank you for your rating.", "Dank u voor uw beoordeling."),
    ("errors", "Please look at this again", "Kijk hier nog eens naar"),
    (
        "error_busy",
        "We cannot take it at this moment. Your text is still here: please send it again in a moment.",
        "We kunnen het op dit moment niet aannemen. Uw tekst staat er nog: verstuur hem zo dadelijk opnieuw.",
    ),
    (
        "error_not_found",
        "This page does not exist, or is not there any more.",
        "Deze pagina bestaat niet, of niet meer.",
    ),
    ("error_wrong", "This request could not be read.", "Dit verzoek kon niet worden gelezen."),
    ("error_many", "That was too often. Please try again later.", "Dat was te vaak. Probeer het later opnieuw."),
];

/// The texts of a language, or of the one it is a variety of; English where loket does not know it.
pub fn words_in(language: &str) -> BTreeMap<&'static str, &'static str> {
    let is_dutch = is_dutch(language);
    WORDS.iter().map(|(key, english, dutch)| (*key, if is_dutch { *dutch } else { *english })).collect()
}

/// What GitHub's kinds of alert are called in a language.
pub fn alerts_in(language: &str) -> Alerts {
    match is_dutch(language) {
        true => ["Opmerking", "Tip", "Belangrijk", "Waarschuwing", "Let op"],
        false => ["Note", "Tip", "Important", "Warning", "Caution"],
    }
}

fn is_dutch(language: &str) -> bool {
    language.split('-').next() == Some("nl")
}

const NAMES: [(&str, &str); 24] = [
    ("ar", "العربية"),
    ("bg", "Български"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("es", "Español"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("hu", "Magyar"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("nb", "Norsk"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sv", "Svenska"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("zh", "中文"),
];

/// What a language calls itself; its tag where loket does not know that.
pub fn language_name(language: &str) -> String {
    let base = language.split('-').next().unwrap_or(language);
    let known = NAMES.iter().find(|(tag, _)| *tag == base).map(|(_, name)| *name);
    match (known, base == language) {
        (Some(name), true) => name.to_owned(),
        (Some(name), false) => format!("{name} ({language})"),
        (None, _) => language.to_owned(),
    }
}

const MONTHS: [(&str, &str); 12] = [
    ("January", "januari"),
    ("February", "februari"),
    ("March", "maart"),
    ("April", "april"),
    ("May", "mei"),
    ("June", "juni"),
    ("July", "juli"),
    ("August", "augustus"),
    ("September", "september"),
    ("October", "oktober"),
    ("November", "november"),
    ("December", "december"),
];

/// A day as it is written in a language; in figures where loket does not know how.
pub fn date_in(language: &str, date: Date) -> String {
    let month = MONTHS.get(usize::from(date.month().unsigned_abs()) - 1).copied().unwrap_or_default();
    match language.split('-').next() {
        Some("en") => format!("{} {} {}", date.day(), month.0, date.year()),
        Some("nl") => format!("{} {} {}", date.day(), month.1, date.year()),
        _ => date.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_once_in_both_languages() {
        let (english, dutch) = (words_in("en-GB"), words_in("nl"));
        assert_eq!(english.len(), WORDS.len(), "a key stands twice");
        for (key, text) in &english {
            assert_eq!(text.matches("{}").count(), dutch[key].matches("{}").count(), "{key}");
        }
    }

    #[test]
    fn days_and_languages() {
        let day = jiff::civil::date(2026, 11, 2);
        assert_eq!((date_in("en", day), date_in("nl-BE", day)), ("2 November 2026".into(), "2 november 2026".into()));
        assert_eq!(date_in("fr", day), "2026-11-02");
        assert_eq!((language_name("nl"), language_name("xx")), ("Nederlands".into(), "xx".into()));
    }
}
