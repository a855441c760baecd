//! The words of the desk: a small stock in English and Dutch, some common, some rare.

use fastrand::Rng;

/// A word in three of four tickets.
pub const COMMON: &str = "login";

/// Words one ticket in [`RARITY`] has, each; no other text holds them.
pub const RARE: [&str; 8] =
    ["marmalade", "quicksilver", "pomegranate", "zeppelin", "hurdygurdy", "kaleidoscope", "windmolen", "stroopwafel"];

/// A rare word is in one ticket of so many.
pub const RARITY: usize = 10_000;

/// One language's words, the common ones first.
pub struct Words {
    glue: &'static str,
    things: &'static str,
    doings: &'static str,
    titles: [&'static str; 5],
    pub greeting: &'static str,
    pub closing: &'static str,
}

pub const ENGLISH: Words = Words {
    glue: "the to a of and is in it we on for not that with this when after our from have as at but has can be you my \
           are was all no if by an or still only since again before now because every there also until then while \
           already never always sometimes without some two first last new same other more",
    things: "login account invoice password update order portal app printer page screen error mail payment report \
             customer link file browser button laptop phone server licence contract address calendar folder message \
             profile delivery refund setting network price colleague manager session certificate backup database \
             export import form field table chart label token webhook proxy router monitor keyboard scanner drawer \
             warehouse voucher discount subscription newsletter mailbox attachment signature holiday timesheet \
             passport badge projector headset microphone firmware driver plugin template dashboard widget archive",
    doings: "works fails opens shows stops needs sends closes starts changes loads prints hangs returns asks appears \
             disappears arrives crashes saves blocks expires refuses repeats connects syncs freezes resets uploads \
             renews moves copies deletes matches overlaps flickers restarts rejects ignores duplicates",
    titles: [
        "Cannot use the # after the #",
        "The # #",
        "Question about # and #",
        "# #, please help",
        "New # for the #",
    ],
    greeting: "Hello,",
    closing: "Kind regards",
};

pub const DUTCH: Words = Words {
    glue: "de het een van en is in we op voor niet dat met dit als na onze uit hebben zo maar kan ik zijn was alle \
           geen of door nog alleen sinds weer voor nu omdat elke er ook tot dan terwijl al nooit altijd soms zonder",
    things: "login factuur wachtwoord rekening update bestelling portaal app printer pagina scherm fout mail betaling \
             rapport klant link bestand browser knop laptop telefoon server licentie contract adres agenda map \
             bericht profiel levering terugbetaling instelling netwerk prijs collega sessie certificaat reservekopie \
             formulier veld tabel grafiek sleutel toetsenbord magazijn kortingscode abonnement nieuwsbrief postvak \
             bijlage handtekening vakantie urenstaat toegangspas koptelefoon sjabloon overzicht archief",
    doings: "werkt faalt opent toont stopt vraagt stuurt sluit begint verandert laadt print hangt verschijnt \
             verdwijnt komt crasht bewaart blokkeert verloopt weigert herhaalt verbindt bevriest verwijdert kopieert",
    titles: ["Kan de # niet gebruiken na #", "De # #", "Vraag over # en #", "# #, graag hulp", "Nieuwe # voor #"],
    greeting: "Hallo,",
    closing: "Met vriendelijke groet",
};

/// A [`Words`] split up, ready to draw from.
pub struct Vocabulary {
    glue: Vec<&'static str>,
    things: Vec<&'static str>,
    doings: Vec<&'static str>,
    pub words: &'static Words,
}

impl Vocabulary {
    pub fn new(words: &'static Words) -> Self {
        let split = |text: &'static str| text.split_whitespace().collect();
        Vocabulary { glue: split(words.glue), things: split(words.things), doings: split(words.doings), words }
    }

    /// A title that needs no quotes in YAML.
    pub fn title(&self, rng: &mut Rng) -> String {
        let form = self.words.titles[rng.usize(..self.words.titles.len())];
        let verb_second = form.contains("# #");
        let mut title = String::with_capacity(48);
        for (place, part) in form.split('#').enumerate() {
            if place > 0 {
                title.push_str(draw(if verb_second && place == 2 { &self.doings } else { &self.things }, rng));
            }
            title.push_str(part);
        }
        capitalise(&mut title, 0);
        title
    }

    /// So many sentences, as one line of text each paragraph.
    pub fn text(&self, sentences: usize, rng: &mut Rng, out: &mut String) {
        for sentence in 0..sentences {
            if sentence > 0 {
                out.push_str(if sentence % 3 == 0 { "\n\n" } else { " " });
            }
            self.sentence(rng, out);
        }
        if rng.u8(..10) == 0 {
            out.push_str(&format!(" ({} {})", draw(&self.things, rng), rng.u32(10_000..1_000_000)));
        }
        out.push('\n');
    }

    fn sentence(&self, rng: &mut Rng, out: &mut String) {
        let start = out.len();
        for place in 0..rng.usize(5..14) {
            let stock = match (place % 4, rng.u8(..8)) {
                (1, _) | (_, 0) => &self.things,
                (2, 0..6) => &self.doings,
                _ => &self.glue,
            };
            if place > 0 {
                out.push(' ');
            }
            out.push_str(draw(stock, rng));
        }
        capitalise(out, start);
        out.push('.');
    }
}

/// The earlier a word stands in its stock, the likelier it is.
fn draw(stock: &[&'static str], rng: &mut Rng) -> &'static str {
    let chance = rng.f64();
    stock[((stock.len() as f64) * chance * chance) as usize]
}

fn capitalise(text: &mut str, start: usize) {
    if let Some(first) = text.get_mut(start..start + 1) {
        first.make_ascii_uppercase();
    }
}

/// A tail of Crockford's base 32.
pub fn tail(length: usize, rng: &mut Rng) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    (0..length).map(|_| ALPHABET[rng.usize(..32)] as char).collect()
}
