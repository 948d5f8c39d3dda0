//! What people paste: the token in it is found again in itself, and a text that is parsed as a token is never taken for something else.

use claimgate::{InputKind, Untrusted, token_in};

pub fn check(data: &[u8]) {
    let token = token_in(data);
    // With NUL in it, it could be UTF-16 once more.
    assert!(token.contains('\0') || token_in(token.as_bytes()) == token);
    let kind = InputKind::of(data);
    if Untrusted::parse(data).is_ok() {
        // A secret of the runner is parsed, too.
        let kind = kind.unwrap();
        assert!(kind == InputKind::Token || kind.is_secret(), "{kind}");
        assert_eq!(token.as_bytes(), data);
    }
}
