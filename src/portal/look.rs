//! How pages look: the templates and assets that come with loket, and those the desk puts in their place.

use std::collections::BTreeMap;

use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, Value};
use sha2::{Digest, Sha256};

use super::assets;
use crate::domain::portal::PortalSettings;

/// The steps a page may take; a listing of a hundred articles takes some ten thousand.
const FUEL: u64 = 2_000_000;

/// A template by the name of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    Listing,
    Article,
    Search,
    Redirect,
    Error,
    New,
    Ticket,
    Mine,
}

impl Template {
    pub fn file(self) -> &'static str {
        match self {
            Template::Listing => "listing.html",
            Template::Article => "article.html",
            Template::Search => "search.html",
            Template::Redirect => "redirect.html",
            Template::Error => "error.html",
            Template::New => "new.html",
            Template::Ticket => "ticket.html",
            Template::Mine => "mine.html",
        }
    }
}

/// The templates that come with loket.
const TEMPLATES: [(&str, &str); 10] = [
    ("base.html", include_str!("templates/base.html")),
    ("macros.html", include_str!("templates/macros.html")),
    ("listing.html", include_str!("templates/listing.html")),
    ("article.html", include_str!("templates/article.html")),
    ("search.html", include_str!("templates/search.html")),
    ("redirect.html", include_str!("templates/redirect.html")),
    ("error.html", include_str!("templates/error.html")),
    ("new.html", include_str!("templates/new.html")),
    ("ticket.html", include_str!("templates/ticket.html")),
    ("mine.html", include_str!("templates/mine.html")),
];

/// What a desk puts in place of what comes with loket: `portal/templates` and `portal/assets`, by name.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    pub templates: BTreeMap<String, String>,
    pub assets: BTreeMap<String, Vec<u8>>,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFault {
    pub template: String,
    pub line: usize,
    pub message: String,
}

/// Templates and assets, ready to be used.
pub struct Look {
    environment: Environment<'static>,
    /// The assets by their file on the site.
    pub assets: BTreeMap<String, Vec<u8>>,
    pub style: String,
    pub script: String,
    pub logo: Option<String>,
    /// What browsers show beside the title.
    pub icon: String,
    /// Stands for all of it: another look has another.
    pub digest: String,
}

impl Look {
    pub fn new(settings: &PortalSettings, overrides: Overrides) -> Result<Look, TemplateFault> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Lenient);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_formatter(escaped);
        environment.set_fuel(Some(FUEL));
        let mut digest = Sha256::new();
        digest.update(env!("CARGO_PKG_VERSION"));
        for (name, own) in TEMPLATES {
            let text = overrides.templates.get(name).map_or(own, String::as_str).to_owned();
            digest.update(format!("{name}\0{}\0{text}", text.len()));
            add(&mut environment, name.to_owned(), text)?;
        }
        for (name, text) in overrides.templates {
            if !TEMPLATES.iter().any(|(own, _)| *own == name) {
                digest.update(format!("{name}\0{}\0{text}", text.len()));
                add(&mut environment, name, text)?;
            }
        }
        let mut look = Look {
            environment,
            assets: BTreeMap::new(),
            style: String::new(),
            script: String::new(),
            logo: settings.logo.as_ref().map(|name| format!("assets/{name}")),
            icon: String::new(),
            digest: String::new(),
        };
        let mut own = overrides.assets;
        let style = own.remove("portal.css").unwrap_or_else(|| assets::style(settings.color).into_bytes());
        let script = own.remove("portal.js").unwrap_or_else(|| assets::SCRIPT.as_bytes().to_vec());
        look.style = look.add_asset("portal", "css", style);
        look.script = look.add_asset("portal", "js", script);
        let icon = own.remove("icon.svg").unwrap_or_else(|| assets::icon(settings.color).into_bytes());
        look.icon = look.add_asset("icon", "svg", icon);
        look.assets.extend(own.into_iter().map(|(name, content)| (format!("assets/{name}"), content)));
        look.assets.keys().for_each(|name| digest.update(name));
        digest.update(format!("{:?}", (&look.logo, &settings.title)));
        look.digest = hex(&digest.finalize());
        Ok(look)
    }

    /// Adds an asset under a name that changes with what is in it, so that browsers may keep it for good.
    fn add_asset(&mut self, name: &str, ending: &str, content: Vec<u8>) -> String {
        let file = format!("assets/{name}-{}.{ending}", &hex(&Sha256::digest(&content))[..8]);
        self.assets.insert(file.clone(), content);
        file
    }

    pub fn render(&self, template: Template, context: Value) -> Result<String, TemplateFault> {
        let name = template.file();
        let found = self.environment.get_template(name).map_err(|error| fault(name, &error))?;
        found.render(context).map_err(|error| fault(name, &error))
    }
}

/// Writes a value into a page: what has a meaning in HTML is escaped, the `/` of addresses stays as it is.
fn escaped(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    let Some(text) = value.as_str().filter(|_| !value.is_safe()) else {
        return minijinja::escape_formatter(out, state, value);
    };
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        out.write_str(&rest[..at])?;
        out.write_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = &rest[at + 1..];
    }
    out.write_str(rest)?;
    Ok(())
}

fn add(environment: &mut Environment<'static>, name: String, text: String) -> Result<(), TemplateFault> {
    environment.add_template_owned(name.clone(), text).map_err(|error| fault(&name, &error))
}

fn fault(name: &str, error: &minijinja::Error) -> TemplateFault {
    let detail =
        error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
    TemplateFault {
        template: error.name().unwrap_or(name).to_owned(),
        line: error.line().unwrap_or(1),
        message: detail,
    }
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_at_its_place() {
        let mut overrides = Overrides::default();
        overrides.templates.insert("error.html".into(), "one\n{% if %}\n".into());
        let fault = Look::new(&PortalSettings::default(), overrides).err().unwrap();
        assert_eq!((fault.template.as_str(), fault.line), ("error.html", 2), "{fault:?}");
    }

    #[test]
    fn a_template_cannot_run_for_ever() {
        let mut overrides = Overrides::default();
        let text = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        overrides.templates.insert("error.html".into(), text.into());
        let look = Look::new(&PortalSettings::default(), overrides).unwrap();
        assert!(look.render(Template::Error, Value::UNDEFINED).is_err());
    }
}
