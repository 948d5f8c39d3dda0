//! Runs commands: says which, how long it took, and what it printed when it fails.

use std::{
    cell::RefCell,
    ffi::OsStr,
    io::{self, ErrorKind},
    path::Path,
    process::{Command, ExitStatus},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};

use crate::supervise::{End, Errors, Event, supervise};

/// How often a command that prints nothing here gives a sign of life.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

/// What the commands of this thread are a part of.
#[derive(Clone, Copy)]
struct Step {
    limit: Duration,
    deadline: Instant,
    /// What their output begins with, where another step prints at the same time.
    label: Option<&'static str>,
}

thread_local! {
    static STEP: RefCell<Option<Step>> = const { RefCell::new(None) };
}

/// Does work whose commands must all end within the limit: one that does not is ended, and fails.
pub fn within<T>(limit: Duration, label: Option<&'static str>, work: impl FnOnce() -> T) -> T {
    STEP.set(Some(Step { limit, deadline: Instant::now() + limit, label }));
    let result = work();
    STEP.set(None);
    result
}

fn step() -> Option<Step> {
    STEP.with_borrow(|step| *step)
}

/// Prints a line.
pub fn say(line: &str) {
    match step().and_then(|step| step.label) {
        Some(label) => println!("{label:<11}| {line}"),
        None => println!("{line}"),
    }
}

/// Runs a command, keeps what it prints, and shows that only if it fails. Returns what it printed,
/// both streams in order.
pub fn quiet(command: &mut Command) -> Result<String> {
    let started = Instant::now();
    say(&format!("  $ {}", describe(command)));
    let mut printed = Vec::new();
    let mut next_sign = started + SIGN_OF_LIFE;
    let result = run(command, Errors::Within, |event| {
        if let Event::Out(line) = event {
            printed.extend_from_slice(line);
        }
        if Instant::now() >= next_sign {
            let text = String::from_utf8_lossy(&printed);
            say(&format!(
                "    {} so far: {}",
                seconds(started),
                text.lines().next_back().unwrap_or_default().trim()
            ));
            next_sign = Instant::now() + SIGN_OF_LIFE;
        }
    });
    let printed = String::from_utf8_lossy(&printed).into_owned();
    if let Err(error) = result {
        printed.lines().for_each(say);
        return Err(error);
    }
    say(&format!("    {}", seconds(started)));
    Ok(printed)
}

/// Runs a command whose output is for the reader.
pub fn shown(command: &mut Command) -> Result<()> {
    say(&format!("  $ {}", describe(command)));
    run(command, Errors::Within, |event| {
        if let Event::Out(line) = event {
            say(String::from_utf8_lossy(line).trim_end_matches(['\r', '\n']));
        }
    })
}

/// Runs a command that takes over the terminal, for as long as it likes, and returns how it ended.
pub fn pass_through(command: &mut Command) -> Result<ExitStatus> {
    say(&format!("  $ {}", describe(command)));
    command.status().map_err(|error| not_started(command, &error))
}

/// Runs a short command in silence and returns what it printed.
pub fn capture(command: &mut Command) -> Result<String> {
    let (mut output, mut complaint) = (Vec::new(), Vec::new());
    let result = run(command, Errors::Apart, |event| match event {
        Event::Out(line) => output.extend_from_slice(line),
        Event::Err(line) => complaint.extend_from_slice(line),
        Event::Silence => {}
    });
    result.with_context(|| String::from_utf8_lossy(&complaint).trim().to_owned())?;
    String::from_utf8(output).with_context(|| format!("`{}` did not print UTF-8", describe(command)))
}

/// Whether a command can be run and succeeds; what it prints is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    run(command, Errors::Within, |_| {}).is_ok()
}

/// Runs a command within the limit of its step. Anything but success is an error.
fn run(command: &mut Command, errors: Errors, on: impl FnMut(Event<'_>)) -> Result<()> {
    let step = step();
    let (end, left) = supervise(command, step.map(|step| step.deadline), errors, on)
        .map_err(|error| not_started(command, &error))?;
    match end {
        End::Late => {
            let limit = step.map_or(0, |step| step.limit.as_secs());
            Err(anyhow!(
                "`{}` did not end within the {limit} s that the step has, and was ended",
                describe(command)
            ))
        }
        End::Exited(status) => {
            if !left.is_empty() {
                say(&format!("    left running, and ended: {}", left.join(", ")));
            }
            if status.success() { Ok(()) } else { Err(failed(command, status)) }
        }
    }
}

/// The time since `started`, for the reader.
pub fn seconds(started: Instant) -> String {
    format!("{:.1} s", started.elapsed().as_secs_f64())
}

/// The command as one could type it at the root of the checkout.
fn describe(command: &Command) -> String {
    let folder = command.get_current_dir();
    let root = folder.and_then(|folder| folder.ancestors().find(|folder| folder.join("xtask").is_dir()));
    let relative = |text: &OsStr| {
        let path = Path::new(text);
        let path = root.and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path);
        quote(&path.to_string_lossy())
    };
    let mut words = Vec::new();
    if let (Some(folder), Some(root)) = (folder, root)
        && folder != root
    {
        words.extend(["cd".to_owned(), relative(folder.as_os_str()), "&&".to_owned()]);
    }
    for (name, value) in command.get_envs() {
        words.extend(
            value.map(|value| format!("{}={}", name.to_string_lossy(), quote(&value.to_string_lossy()))),
        );
    }
    let program = Path::new(command.get_program());
    words.push(program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned());
    words.extend(command.get_args().map(relative));
    words.join(" ")
}

fn quote(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_=./:,@+".contains(letter);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{word}'") }
}

fn failed(command: &Command, status: ExitStatus) -> anyhow::Error {
    let end = status
        .code()
        .map_or_else(|| "was stopped by a signal".to_owned(), |code| format!("failed with exit code {code}"));
    anyhow!("`{}` {end}", describe(command))
}

fn not_started(command: &Command, error: &io::Error) -> anyhow::Error {
    let program = command.get_program().to_string_lossy();
    match error.kind() {
        ErrorKind::NotFound => {
            anyhow!("`{program}` is not installed, or `{}` does not exist", directory(command))
        }
        _ => anyhow!("`{program}` cannot be started: {error}"),
    }
}

fn directory(command: &Command) -> String {
    command.get_current_dir().unwrap_or(Path::new(".")).display().to_string()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    /// Commands that wait, each unique on this machine: other tests may run at the same time.
    fn naps(process: u32) -> [String; 2] {
        [format!("sleep 3101.{process}"), format!("sleep 3102.{process}")]
    }

    fn own_nap(number: u32) -> String {
        format!("sleep 32{number}.{}", std::process::id())
    }

    /// Whether a process runs whose command line is this one.
    fn is_running(wanted: &str) -> bool {
        let ids = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
        ids.filter_map(|path| std::fs::read_to_string(path.join("cmdline")).ok())
            .any(|line| line.replace('\0', " ").trim() == wanted)
    }

    #[test]
    fn a_command_that_hangs_ends_with_its_children_and_shows_its_last_output() {
        // The child ignores the request to end, in a session of its own, as a browser has one.
        let [near, far] = [1, 2].map(own_nap);
        let script =
            format!("setsid sh -c 'trap \"\" TERM; {far}' & trap '' TERM; echo so far; {near}; echo never");
        let mut printed = Vec::new();
        let error = within(Duration::from_secs(1), None, || {
            run(&mut shell(&script), Errors::Within, |event| {
                if let Event::Out(line) = event {
                    printed.extend_from_slice(line);
                }
            })
        });
        let message = error.unwrap_err().to_string();
        assert!(message.contains("did not end within the 1 s that the step has, and was ended"), "{message}");
        assert_eq!(printed, b"so far\n");
        assert!(!is_running(&near) && !is_running(&far));
    }

    #[test]
    fn a_child_that_keeps_the_pipe_open_after_its_parent_is_ended() {
        // Belongs to `init`, and has left the group.
        let nap = own_nap(3);
        let started = Instant::now();
        assert_eq!(quiet(&mut shell(&format!("(setsid {nap} &); echo done"))).unwrap(), "done\n");
        assert!(!is_running(&nap));
        assert!(started.elapsed() < Duration::from_secs(60), "it was not waited for");
    }

    #[test]
    fn a_command_within_a_supervised_one_is_ended_with_it() {
        let nap = own_nap(4);
        let outer = format!("export {0}=\"${0}/inner\"; (setsid {nap} &); exit 3", crate::processes::MARK);
        let message = quiet(&mut shell(&outer)).unwrap_err().to_string();
        assert!(message.ends_with("failed with exit code 3"), "{message}");
        assert!(!is_running(&nap));
    }

    /// What the next test kills.
    #[test]
    #[ignore = "does not end by itself"]
    fn a_command_that_does_not_end() {
        let [one, other] = naps(std::process::id());
        quiet(&mut shell(&format!("setsid {one} & {other}"))).unwrap_err();
    }

    #[test]
    fn what_was_started_ends_also_if_xtask_is_killed() {
        let mut killed = Command::new(std::env::current_exe().unwrap());
        killed.args(["--ignored", "--exact", "run::tests::a_command_that_does_not_end"]);
        let mut killed = killed.stdout(std::process::Stdio::null()).spawn().unwrap();
        let naps = naps(killed.id());
        let until = |is_running_wanted: bool| {
            let late = Instant::now() + Duration::from_secs(60);
            while naps.iter().any(|line| is_running(line) != is_running_wanted) {
                assert!(
                    Instant::now() < late,
                    "they should{} run",
                    if is_running_wanted { "" } else { " not" }
                );
                std::thread::sleep(Duration::from_millis(50));
            }
        };
        until(true);
        killed.kill().unwrap();
        killed.wait().unwrap();
        until(false);
    }

    #[test]
    fn what_is_captured_is_the_output_only_and_a_failure_has_the_complaint() {
        assert_eq!(capture(&mut shell("echo a; echo b >&2; printf c")).unwrap(), "a\nc");
        let error = capture(&mut shell("echo a; echo b >&2; exit 1")).unwrap_err();
        assert_eq!(error.to_string(), "b");
    }

    #[test]
    fn a_command_that_is_not_installed_is_named() {
        let message =
            capture(&mut Command::new("claimgate-no-such-program")).unwrap_err().root_cause().to_string();
        assert!(message.starts_with("`claimgate-no-such-program` is not installed"), "{message}");
    }
}
