//! What each figure must reach, for a desk of 10,000 tickets and for a large one.

/// A bound on a figure, or on its ratio to the first thing it is compared with.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    AtMost(f64),
    AtLeast(f64),
    RatioAtMost(f64),
}

/// The targets that hold for one size of desk.
pub struct Targets {
    pub read: Target,
    pub first_read: Target,
    pub write_ratio: Target,
    pub bare_write: Target,
    /// One message from a pipe.
    pub message: Target,
    pub maildir_rate: Target,
    pub index: Target,
    /// Not asked of a small desk.
    pub timeline: Option<Target>,
    pub import_rate: Target,
    pub import_ratio: Target,
    pub memory: Target,
    /// A view by the clocks.
    pub overdue: Target,
    /// A summary of a year.
    pub summary: Target,
    /// With nothing to do.
    pub tick: Target,
    /// Of a year.
    pub replay: Target,
}

/// Above so many tickets, the targets of a large desk hold.
const SMALL: usize = 20_000;

impl Targets {
    pub fn of(tickets: usize) -> Targets {
        let large = tickets > SMALL;
        let sized = |small: f64, big: f64| if large { big } else { small };
        Targets {
            read: Target::AtMost(sized(10.0, 15.0)),
            first_read: Target::AtMost(sized(25.0, 35.0)),
            write_ratio: Target::RatioAtMost(sized(0.6, 0.7)),
            bare_write: Target::AtMost(sized(15.0, 20.0)),
            message: Target::AtMost(40.0),
            maildir_rate: Target::AtLeast(200.0),
            index: Target::AtMost(sized(3_000.0, 30_000.0)),
            timeline: large.then_some(Target::AtMost(90_000.0)),
            import_rate: Target::AtLeast(1_000.0),
            import_ratio: Target::RatioAtMost(1.25),
            memory: Target::AtMost(sized(60.0, 150.0)),
            overdue: Target::AtMost(20.0),
            summary: Target::AtMost(300.0),
            tick: Target::AtMost(50.0),
            replay: Target::AtMost(2_000.0),
        }
    }
}
