//! What loket itself says in mail, in the languages it knows.

/// The texts of one language.
pub struct Words {
    /// The subject of an automatic answer, before the ticket's number.
    pub automatic: &'static str,
    pub rejected: &'static str,
    /// Before the link by which a requester follows their ticket.
    pub follow: &'static str,
    /// The links to somebody's tickets: the subject, and what stands before them.
    pub links_subject: &'static str,
    pub links: &'static str,
    /// What an agent is told below a requester's message.
    pub notice: &'static str,
}

const ENGLISH: Words = Words {
    automatic: "Your message to {desk}",
    rejected: "Hello,\n\nYour message about {ticket} has not been taken: that ticket is closed.\nIs there something else? Then please \
               write to us in a new message.\n\nThis mail was sent automatically.\n\n{desk}\n",
    follow: "You can follow it here:",
    links_subject: "Your requests to {desk}",
    links: "Hello,\n\nSomebody, we hope you, asked for the links to your requests to {desk}:",
    notice: "Answer this mail to answer {from}. On the first line, `#note` keeps it inside, `#wait`, `#solve` and `#close` \
             change the status.",
};

const DUTCH: Words = Words {
    automatic: "Uw bericht aan {desk}",
    rejected: "Hallo,\n\nUw bericht over {ticket} is niet aangenomen: dat ticket is gesloten.\nIs er iets anders? Schrijf ons dan \
               een nieuw bericht.\n\nDeze mail is automatisch verstuurd.\n\n{desk}\n",
    follow: "U kunt het hier volgen:",
    links_subject: "Uw aanvragen bij {desk}",
    links: "Hallo,\n\nIemand, hopelijk u, vroeg om de links naar uw aanvragen bij {desk}:",
    notice: "Beantwoord deze mail om {from} te antwoorden. Op de eerste regel houdt `#note` het binnen, en zetten `#wait`, \
             `#solve` en `#close` de status.",
};

/// The texts of a language, or of one it is a variety of; English where loket does not know it.
pub fn words(language: &str) -> &'static Words {
    match language.split('-').next() {
        Some("nl") => &DUTCH,
        _ => &ENGLISH,
    }
}
