//! A file system that runs full: what is acknowledged is there, what is not has left no trace.

use std::process::Command;

use crate::support::Desk;

/// A desk on a small file system of its own; `None` where nobody may mount one, which is said.
struct Small(Desk);

impl Small {
    fn make() -> Option<Small> {
        let desk = Desk::empty();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(desk.path()).output();
        if !mounted.is_ok_and(|done| done.status.success()) {
            eprintln!("SKIPPED: no file system can be mounted here (it takes root)");
            return None;
        }
        let small = Small(desk);
        small.0.ok("init");
        Some(small)
    }

    /// Fills the file system up to so many KiB.
    fn fill(&self, free: u64) {
        let place = self.0.path().join(".git/filler");
        let line = format!("head -c 100M /dev/zero > {0} 2>/dev/null; truncate -s -{free}K {0}", place.display());
        Command::new("sh").args(["-c", &line]).status().unwrap();
    }

    fn empty(&self) {
        self.0.remove(".git/filler");
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_loses_nothing_that_was_told_and_believes_nothing_half_written() {
    let Some(small) = Small::make() else { return };
    let desk = &small.0;
    let shared = desk.opened("Shared");
    let place = desk.publish();
    let other = Desk::cloned(&place, "jo", 7);
    let mut acknowledged = vec![shared.clone()];
    let mut refused = 0;
    for (number, free) in [0, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192].into_iter().enumerate() {
        let incoming = other.opened(format!("'Of Sam {number}' -m '{}'", "text ".repeat(2_000)));
        other.ok("sync");
        small.fill(free);
        let text = "word ".repeat(3_000);
        let before = desk.head();
        let done = desk.call(format!("new 'Of Jo {number}' -F -")).input(&text).run();
        match done.code {
            0 => acknowledged.push(done.text().to_owned()),
            _ => {
                refused += 1;
                assert!(done.stderr.starts_with("error: "), "{done}");
                assert_eq!(desk.head(), before, "told as failed, and committed\n{done}");
            }
        }
        let synced = desk.run("sync");
        assert!(matches!(synced.code, 0 | 1 | 75), "{synced}");
        desk.run(format!("note {shared} -m 'Note {number}.'"));
        desk.run("undo");
        small.empty();
        desk.ok("list");
        desk.is_clean();
        desk.ok("sync");
        acknowledged.push(incoming);
        desk.is_clean();
    }
    assert!(refused > 0, "the disk was never full");
    let all = desk.ok("list --view all -o ids").stdout;
    let lost: Vec<&String> = acknowledged.iter().filter(|id| !all.contains(id.as_str())).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(desk.git("fsck --strict --no-dangling").is_empty());
    assert!(desk.ok("check").stdout.is_empty());
}

#[test]
fn a_read_only_desk_says_so_to_every_command_that_writes() {
    let Some(small) = Small::make() else { return };
    let desk = &small.0;
    let id = desk.opened("A");
    desk.publish();
    desk.opened("B");
    desk.ok("list");
    let remount = |how: &str| {
        let done = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(desk.path()).status();
        assert!(done.unwrap().success());
    };
    remount("ro");
    desk.ok("list");
    desk.ok(format!("show {id}"));
    for line in [format!("note {id} -m x"), "undo".into(), "sync".into(), "tidy".into(), "new C".into()] {
        let done = desk.run(&line);
        assert!(matches!(done.code, 1 | 75), "{line}\n{done}");
        assert!(done.stderr.contains("ead-only"), "{line}\n{done}");
    }
    remount("rw");
    desk.ok("sync");
    desk.is_clean();
}
