//! Globs against their definition: a line with the pattern, and behind it the text.

use claimgate::test_exports::glob_matches;

pub fn check(data: &[u8]) {
    let data = String::from_utf8_lossy(data);
    let (pattern, text) = data.split_once('\n').unwrap_or((&data, ""));
    let expected = (!pattern.contains("***")).then(|| matches(pattern, text));
    assert_eq!(glob_matches(pattern, text), expected, "{pattern:?} {text:?}");
}

/// From the ends of both towards their beginnings: whether what is left of the text matches what is left
/// of the pattern.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let mut behind = vec![vec![false; text.len() + 1]; pattern.len() + 1];
    behind[pattern.len()][text.len()] = true;
    for p in (0..pattern.len()).rev() {
        for t in (0..=text.len()).rev() {
            let next = text.get(t).copied();
            behind[p][t] = match &pattern[p..] {
                [b'*', b'*', ..] => behind[p + 2][t] || next.is_some() && behind[p][t + 1],
                [b'*', ..] => {
                    let crosses = matches!(next, None | Some(b'/' | b':'));
                    behind[p + 1][t] || !crosses && behind[p][t + 1]
                }
                literal => next == literal.first().copied() && behind[p + 1][t + 1],
            };
        }
    }
    behind[0][0]
}
