//! Mail servers: a real IMAP server, and servers that mean harm.

pub mod dovecot;
mod imap;
mod imap_hostile;
