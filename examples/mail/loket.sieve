# The sieve script of the user desk. What is piped stays in the inbox as well: sieve does not offer a message again,
# so a `mail fetch` now and then takes what was missed. It knows what it has.
require ["vnd.dovecot.pipe", "copy"];

pipe :copy "loket-ingest";
