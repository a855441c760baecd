//! Laws: what has an inverse or an oracle, tried with random input.

mod index;
