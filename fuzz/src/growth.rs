//! No input makes work grow faster than its size: a text that holds a part many times is read, and one
//! that holds it four times as often may take nine times as long, and as many bytes of memory. What
//! grows with the square takes sixteen.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    hint::black_box,
    sync::LazyLock,
    time::Duration,
};

use claimgate::{
    InputKind, Issuer, KeySet, Policy, Subject, Untrusted, limits,
    signature::ring,
    test_exports::{decode_base64url, glob_matches, parse_json, skip_json},
    token_in,
};

use crate::support::encode;

/// Between the four of what grows with its size, and the sixteen of what grows with its square.
const FACTOR: u32 = 9;
/// What is too little to be measured.
const SLACK: (Duration, usize) = (Duration::from_micros(200), 64 * 1024);
/// What each page of memory may take besides: a large piece of it is new each time, and the system makes
/// its pages one by one.
const PAGE: (Duration, usize) = (Duration::from_micros(10), 4096);
/// Others use the processor's caches, too: the shortest of so many times counts.
const TRIES: usize = 20;
/// What takes so long does so not by chance.
const LONG: Duration = Duration::from_secs(1);
/// Where in a part its number stands, ascending, and descending.
const NUMBER: [u8; 2] = [0xfe, 0xfd];
/// Between the beginning of a text, its part and its end.
const SEPARATOR: u8 = 0xff;

type Reader = (usize, fn(&[u8]));

/// How long a text may be, and what reads it.
const READERS: [Reader; 9] = [
    (limits::TOKEN_BYTES, |text| drop(black_box(Untrusted::parse(text)))),
    (limits::TOKEN_BYTES * 3 / 4 - 100, |text| decide(text)),
    (256 * 1024, |text| drop(black_box(parse_json(text, 16)))),
    (256 * 1024, |text| drop(black_box(skip_json(text, 16)))),
    (limits::KEY_SET_BYTES, |text| drop(black_box(KeySet::parse(&Issuer::github(), text, ring::ALL)))),
    (256 * 1024, |text| drop(black_box(Policy::parse(text)))),
    (limits::TOKEN_BYTES, |text| {
        let text = String::from_utf8_lossy(text);
        for pattern in ["repo:*/*:**", "**a**b**:*", "*-*-*", "**@refs/*"] {
            black_box(glob_matches(pattern, &text));
        }
    }),
    (256 * 1024, |text| drop(black_box(decode_base64url(text)))),
    (120 * 1024, |text| drop(black_box((InputKind::of(text), token_in(text))))),
];

/// What a verified payload goes through, to the explanation of a denial.
fn decide(payload: &[u8]) {
    static POLICY: LazyLock<Policy> =
        LazyLock::new(|| Policy::parse(include_str!("../../examples/deploy-gate/policy.json")).unwrap());
    let token = format!("eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.{}.", encode(payload));
    let Ok(claims) = Untrusted::parse(&token).unwrap().github_claims_unverified() else { return };
    for issuer in [Issuer::github(), Issuer::ghes("a.example").unwrap()] {
        let _ = black_box(Subject::check(&claims, &issuer).map_err(|error| error.to_string()));
    }
    let explanation = POLICY.explain_unverified("deploy-production", &claims).unwrap();
    explanation.nearest().map(ToString::to_string);
}

/// A byte that chooses the reader, then the beginning, the part and the end.
pub fn check(data: &[u8]) {
    let Some((choice, data)) = data.split_first() else { return };
    let mut parts = data.splitn(3, |byte| *byte == SEPARATOR);
    let (Some(start), Some(part), Some(end)) = (parts.next(), parts.next(), parts.next()) else { return };
    let (longest, read) = READERS[usize::from(*choice) % READERS.len()];
    let size = part.iter().map(|byte| if NUMBER.contains(byte) { 6 } else { 1 }).sum::<usize>();
    let Some(count) = longest.saturating_sub(start.len() + end.len()).checked_div(size) else { return };
    if count < 64 {
        return;
    }
    let [few, many] = [count / 4, count].map(|count| repeat(start, part, end, count));
    let mut shortest = [Duration::MAX; 2];
    for _ in 0..TRIES {
        let measured = [&few, &many].map(|text| measure(read, text));
        let [few, many] = measured.map(|(_, bytes)| bytes);
        assert!(many <= few * FACTOR as usize + SLACK.1, "{few} bytes, then {many}");
        let pages = u32::try_from(many / PAGE.1).unwrap();
        for (shortest, (time, _)) in shortest.iter_mut().zip(measured) {
            *shortest = time.min(*shortest);
        }
        if shortest[1] <= shortest[0] * FACTOR + SLACK.0 + PAGE.0 * pages {
            return;
        }
        if shortest[1] > LONG {
            break;
        }
    }
    panic!("{shortest:?} for {} and {} bytes", few.len(), many.len());
}

fn repeat(start: &[u8], part: &[u8], end: &[u8], count: usize) -> Vec<u8> {
    let mut text = start.to_vec();
    for number in 0..count {
        for byte in part {
            match NUMBER.iter().position(|place| place == byte) {
                None => text.push(*byte),
                Some(0) => text.extend(format!("{number:06}").bytes()),
                Some(_) => text.extend(format!("{:06}", count - number).bytes()),
            }
        }
    }
    text.extend(end);
    text
}

/// How long it takes, and how many bytes it allocates.
fn measure(read: fn(&[u8]), text: &[u8]) -> (Duration, usize) {
    let (began, before) = (time(), ALLOCATED.get());
    read(text);
    (time() - began, ALLOCATED.get() - before)
}

/// How long this thread has been running.
#[cfg(unix)]
fn time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: there is a place for what is written.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(failed, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The best there is elsewhere.
#[cfg(not(unix))]
fn time() -> Duration {
    static BEGAN: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
    BEGAN.elapsed()
}

thread_local! {
    /// Bytes that were allocated so far, whether they are free again or not.
    static ALLOCATED: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: it is the system's allocator, but for the count.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // There is none while a thread ends.
        let _ = ALLOCATED.try_with(|bytes| bytes.set(bytes.get() + layout.size()));
        // SAFETY: the caller holds to what this asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: the same.
        unsafe { System.dealloc(place, layout) }
    }
}
