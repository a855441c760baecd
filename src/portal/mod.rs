//! The pages customers see: the public articles as a site, and the forms around it. Pure: what is read comes in as
//! values that hold nothing internal, what is made goes out as text.

pub mod address;
pub mod assets;
mod feed;
mod finding;
mod forms;
mod look;
mod pages;
mod site;
mod words;

pub use feed::{atom, robots, sitemap};
pub use finding::{Finding, Shard, differing, entries, length};
pub use forms::{Filled, Message, TicketPage};
pub use look::{Look, Overrides, Template, TemplateFault, hex};
pub use pages::{Entry, Mode, Pages, shortened, whole_address};
pub use site::{Category, PublicArticle, Redirect, Site, Source};
pub use words::{alerts_in, date_in, language_name, words_in};
