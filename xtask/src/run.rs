//! Runs commands: says which, how long it took, and what it printed when it fails.

use std::{
    ffi::OsStr,
    io::{self, BufRead, BufReader, ErrorKind},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};

/// How often a command that prints nothing here gives a sign of life.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

/// Runs a command, keeps what it prints, and shows that only if it fails. Returns what it printed,
/// both streams in order.
pub fn quiet(command: &mut Command) -> Result<String> {
    let started = Instant::now();
    println!("  $ {}", describe(command));
    let (reader, writer) = io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().map_err(|error| not_started(command, &error))?;
    // The command holds the pipe's other end; the reader would never see the end of it.
    command.stdout(Stdio::null()).stderr(Stdio::null());

    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                break;
            }
        }
    });
    let mut printed = String::new();
    let mut next_sign = started + SIGN_OF_LIFE;
    loop {
        match lines.recv_timeout(next_sign.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                printed.push_str(&line);
                printed.push('\n');
            }
            Err(RecvTimeoutError::Timeout) => {
                let last = printed.lines().next_back().unwrap_or_default().trim();
                println!("    {} so far: {last}", seconds(started));
                next_sign = Instant::now() + SIGN_OF_LIFE;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait()?;
    if !status.success() {
        eprint!("{printed}");
        return Err(failed(command, status));
    }
    println!("    {}", seconds(started));
    Ok(printed)
}

/// Runs a command whose output is for the reader.
pub fn shown(command: &mut Command) -> Result<()> {
    let status = pass_through(command)?;
    if status.success() { Ok(()) } else { Err(failed(command, status)) }
}

/// Runs a command that takes over the terminal, and returns how it ended.
pub fn pass_through(command: &mut Command) -> Result<ExitStatus> {
    println!("  $ {}", describe(command));
    command.status().map_err(|error| not_started(command, &error))
}

/// Runs a short command in silence and returns what it printed.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(failed(command, output.status)).context(complaint.trim().to_owned());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` did not print UTF-8", describe(command)))
}

/// Whether a command can be run and succeeds; what it prints is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
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
