//! The processes that a command has started, and their end.

use std::{
    collections::HashSet,
    fs,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The variable that marks a command and all that it starts. A child whose parent has ended belongs to
/// `init`, and browsers have process groups of their own: only the environment shows where they come from.
pub const MARK: &str = "XTASK_STARTED_BY";

/// How long processes have to end by themselves, after a request, and after they were killed.
const PATIENCE: [(Option<&str>, Duration); 3] = [
    (None, Duration::from_secs(2)),
    (Some("TERM"), Duration::from_secs(5)),
    (Some("KILL"), Duration::from_secs(5)),
];
const PAUSE: Duration = Duration::from_millis(20);

/// Waits until `xtask` closes the input, and kills what has the mark. Twice, because a process may start another one meanwhile.
const WATCH: &str = r#"cat >/dev/null
for round in 1 2; do
  for process in /proc/[0-9]*; do
    if tr '\0' '\n' <"$process/environ" | grep -qE "^$1(/|$)"; then kill -KILL "${process#/proc/}"; fi
  done
done 2>/dev/null"#;

/// Ends the processes with a mark when `xtask` itself is killed, or is ended from the terminal. Until then it
/// waits for the end of its input, which only `xtask` holds open.
pub struct Guard(Option<Child>);

impl Guard {
    pub fn new(mark: &str) -> Self {
        let mut shell = Command::new("sh");
        // Of marks only the dots mean something to `grep`.
        shell.args(["-c", WATCH, "sh", &format!("{MARK}={}", mark.replace('.', "[.]"))]);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // What the terminal sends to the group of `xtask` must not end it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        Self(shell.spawn().ok())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(shell) = &mut self.0 {
            // Before its input ends: nothing is left to be killed.
            let _ = shell.kill();
            let _ = shell.wait();
        }
    }
}

/// One process of this machine. A process ID is used again; together with the time of the start it is unique.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Process {
    id: u32,
    started: u64,
    name: String,
}

/// Ends every process that carries this mark, and their children. Returns the names of those that had
/// to be told to. Does nothing where there is no `/proc`.
pub fn end_all(mark: &str, at_once: bool) -> Vec<String> {
    let mut family = HashSet::new();
    let mut names = Vec::new();
    for (signal, patience) in &PATIENCE[usize::from(at_once)..] {
        let until = Instant::now() + *patience;
        let mut told = HashSet::new();
        loop {
            let alive = alive(mark, &mut family);
            if alive.is_empty() {
                return names;
            }
            if let Some(signal) = signal {
                let new: Vec<&Process> = alive.iter().filter(|process| !told.contains(*process)).collect();
                send(signal, &new);
                if *signal == "TERM" {
                    names.extend(new.iter().map(|process| process.name.clone()));
                }
                told.extend(new.into_iter().cloned());
            }
            if Instant::now() >= until {
                break;
            }
            thread::sleep(PAUSE);
        }
    }
    names
}

/// The family's members that run: those with the mark, and their descendants. `family` keeps those found
/// before, because a parent that has ended shows no more whose parent it was.
fn alive(mark: &str, family: &mut HashSet<Process>) -> Vec<Process> {
    let running = running();
    for (process, _) in &running {
        if !family.contains(process) && has_mark(process.id, mark) {
            family.insert(process.clone());
        }
    }
    loop {
        let before = family.len();
        let parents: HashSet<u32> = family.iter().map(|process| process.id).collect();
        for (process, parent) in &running {
            if parents.contains(parent) {
                family.insert(process.clone());
            }
        }
        if family.len() == before {
            break;
        }
    }
    running.into_iter().map(|(process, _)| process).filter(|process| family.contains(process)).collect()
}

/// The processes of this machine, but for those that only wait for their parent to take note of their
/// end; each with its parent.
fn running() -> Vec<(Process, u32)> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let ids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    ids.filter_map(|id| parse(id, &fs::read_to_string(format!("/proc/{id}/stat")).ok()?)).collect()
}

/// Reads `/proc/ID/stat`: the ID, the name in parentheses, the state, the parent, and as the 22nd field
/// the start. A name may have parentheses and spaces of its own.
fn parse(id: u32, stat: &str) -> Option<(Process, u32)> {
    let (head, fields) = stat.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let (state, parent, started) =
        (fields.first()?, fields.get(1)?.parse().ok()?, fields.get(19)?.parse().ok()?);
    (!matches!(*state, "Z" | "X")).then_some((Process { id, started, name }, parent))
}

/// Marks are nested: what a marked command starts by a command that is marked, too, has `outer/inner`.
fn has_mark(id: u32, mark: &str) -> bool {
    let Ok(environment) = fs::read(format!("/proc/{id}/environ")) else { return false };
    environment.split(|byte| *byte == 0).any(|entry| {
        let value = entry.strip_prefix(MARK.as_bytes()).and_then(|rest| rest.strip_prefix(b"="));
        let rest = value.and_then(|value| value.strip_prefix(mark.as_bytes()));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    })
}

/// By the shell, which has `kill` on every machine. That a process has ended meanwhile is no failure.
fn send(signal: &str, processes: &[&Process]) {
    if processes.is_empty() {
        return;
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", "for id; do kill -$0 $id 2>/dev/null; done", signal]);
    let _ = shell.args(processes.iter().map(|process| process.id.to_string())).status();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_and_spaces_is_read() {
        let stat = "42 (a) b (c)) S 7 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 9133 2568192 1 1";
        let (process, parent) = parse(42, stat).unwrap();
        assert_eq!((process.name.as_str(), process.started, parent), ("a) b (c)", 9133, 7));
    }

    #[test]
    fn a_process_that_has_ended_is_not_running() {
        let stat = "42 (sh) Z 7 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 9133 2568192 1 1";
        assert!(parse(42, stat).is_none());
    }
}
