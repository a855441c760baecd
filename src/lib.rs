pub mod domain;
pub mod failure;
