//! Pure values and their laws. Uses nothing of ours and does no I/O.

pub mod article;
pub mod clock;
pub mod comment;
pub mod event;
pub mod facts;
pub mod finding;
pub mod fold;
pub mod id;
pub mod life;
#[cfg(test)]
pub mod life_samples;
pub mod links;
pub mod pattern;
pub mod person;
pub mod policy;
pub mod portal;
pub mod process;
pub mod query;
pub mod settings;
pub mod ticket;
pub mod view;
