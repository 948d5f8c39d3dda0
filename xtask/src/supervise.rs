//! Commands that end: within a limit of time, and with everything that they have started.

use std::{
    env,
    io::{self, BufRead, BufReader, PipeReader},
    process::{self, Command, ExitStatus, Stdio},
    sync::{
        atomic::{AtomicU32, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use crate::processes::{self, Guard, MARK};

/// How often it is looked whether the command has ended.
const POLL: Duration = Duration::from_millis(20);
/// How long output is read that an ended command has left in its pipe.
const REST: Duration = Duration::from_secs(1);

/// What a command does while it runs.
pub enum Event<'a> {
    /// A line with its end, of the standard output or of both streams.
    Out(&'a [u8]),
    /// A line of the standard error, where that is apart.
    Err(&'a [u8]),
    /// Nothing for a moment.
    Silence,
}

/// How a command ended.
pub enum End {
    Exited(ExitStatus),
    /// The deadline passed, and the command was ended.
    Late,
}

/// Where the standard error goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Errors {
    /// Into the output, so that the lines of both are in order.
    Within,
    Apart,
}

/// Runs a command without input, until it ends or until the deadline. Then ends whatever it has started
/// and left running, so that nothing of it is waited for: neither a process, nor the pipe that one holds.
/// Returns also the names of what had to be ended.
pub fn supervise(
    command: &mut Command,
    deadline: Option<Instant>,
    errors: Errors,
    mut on: impl FnMut(Event<'_>),
) -> io::Result<(End, Vec<String>)> {
    let mark = new_mark();
    let _guard = Guard::new(&mark);
    let (sender, lines) = mpsc::channel();
    let (output, writer) = io::pipe()?;
    command.env(MARK, &mark).stdin(Stdio::null());
    if errors == Errors::Apart {
        let (output, writer) = io::pipe()?;
        command.stderr(writer);
        forward(output, true, sender.clone());
    } else {
        command.stderr(writer.try_clone()?);
    }
    command.stdout(writer);
    let spawned = command.spawn();
    // The command holds the pipes' other ends; the readers would never see the end of them.
    command.stdout(Stdio::null()).stderr(Stdio::null()).env_remove(MARK);
    let mut child = spawned?;
    forward(output, false, sender);

    let end = loop {
        let is_open = hear(&lines, POLL, &mut on);
        if let Some(status) = child.try_wait()? {
            break End::Exited(status);
        }
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            break End::Late;
        }
        if !is_open {
            thread::sleep(POLL);
        }
    };
    let left = processes::end_all(&mark, matches!(end, End::Late));
    // Where processes cannot be found it is the command alone that is ended.
    let _ = child.kill();
    child.wait()?;
    let until = Instant::now() + REST;
    while Instant::now() < until && hear(&lines, REST, &mut on) {}
    Ok((end, left))
}

/// Waits for a line. Returns false if there will be no more.
fn hear(lines: &Receiver<(bool, Vec<u8>)>, patience: Duration, on: &mut impl FnMut(Event<'_>)) -> bool {
    match lines.recv_timeout(patience) {
        Ok((false, line)) => on(Event::Out(&line)),
        Ok((true, line)) => on(Event::Err(&line)),
        Err(RecvTimeoutError::Timeout) => on(Event::Silence),
        Err(RecvTimeoutError::Disconnected) => {
            on(Event::Silence);
            return false;
        }
    }
    true
}

/// Sends the lines of a pipe, in a thread that ends with the pipe.
fn forward(pipe: PipeReader, is_error: bool, sender: Sender<(bool, Vec<u8>)>) {
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            if sender.send((is_error, std::mem::take(&mut line))).is_err() {
                break;
            }
        }
    });
}

/// Unique on this machine, and within the mark of this process, if it has one.
fn new_mark() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let own = format!("{}.{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    env::var(MARK).map_or(own.clone(), |outer| format!("{outer}/{own}"))
}
