//! Waiting for new mail: IDLE (RFC 2177), or asking every minute.
use super::line::{Line, SMALL, is_news};
use super::{Session, Trouble};
use imap_codec::IdleDoneCodec;
use imap_codec::encode::Encoder;
use imap_codec::imap_types::command::CommandBody;
use imap_codec::imap_types::extensions::idle::IdleDone;
use imap_codec::imap_types::response::{Capability, Response, Status};
use std::time::{Duration, Instant};

/// How long one IDLE lasts. Servers hang up after 29 minutes; less, so that a connection that is dead is noticed.
const RENEW: Duration = Duration::from_secs(9 * 60);
/// How often a server without IDLE is asked.
const POLL: Duration = Duration::from_secs(60);
const DOING: &str = "waiting for new mail";

impl Session {
    /// Waits until the server tells of new mail, or for `timeout`; gives whether something may be new. News that came
    /// since the last fetch began count too, so right after `open` a folder that is not empty is news.
    /// # Errors
    /// When the connection fails.
    pub fn wait(&mut self, timeout: Option<Duration>) -> Result<bool, Trouble> {
        let end = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        loop {
            if std::mem::take(&mut self.line.news) {
                return Ok(true);
            }
            let rest = end.map(|end| end.saturating_duration_since(Instant::now()));
            if rest.is_some_and(|rest| rest.is_zero()) {
                return Ok(false);
            }
            if !self.can.contains(&Capability::Idle) {
                std::thread::sleep(rest.map_or(POLL, |rest| rest.min(POLL)));
                self.line.command(DOING, CommandBody::Noop, SMALL)?.ok(DOING)?;
            } else if !idled(&mut self.line, rest.map_or(RENEW, |rest| rest.min(RENEW)))? {
                self.can.retain(|capability| *capability != Capability::Idle);
            }
        }
    }
}

/// One IDLE, at most this long; gives whether the server took it.
fn idled(line: &mut Line, time: Duration) -> Result<bool, Trouble> {
    let end = Instant::now() + time;
    if line.command(DOING, CommandBody::Idle, SMALL)?.end.is_some() {
        return Ok(false);
    }
    let mut heard = 0;
    loop {
        take_in(line)?;
        let rest = end.saturating_duration_since(Instant::now());
        if line.news || rest.is_zero() || heard > SMALL as usize {
            break;
        }
        heard += line.listen(DOING, rest)?.unwrap_or(0);
    }
    line.exchange(DOING, IdleDoneCodec::new().encode(&IdleDone), SMALL)?.ok(DOING)?;
    Ok(true)
}

/// Looks at what has been read while idle.
fn take_in(line: &mut Line) -> Result<(), Trouble> {
    while let Some(response) = line.next(DOING)? {
        match response {
            Response::Data(data) => line.news |= is_news(&data),
            Response::Status(Status::Tagged(_)) => {
                return Err(Trouble::temporary(format!("{DOING}: the mail server stopped telling")));
            }
            _ => {}
        }
    }
    Ok(())
}
