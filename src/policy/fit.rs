//! Conditions that no token can meet: they are mistakes. In `deny` they would deny no job, in `allow` they would
//! allow none.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    condition::{ClaimCondition, Condition},
    language::Language,
    path::{Path, PolicyError},
    pattern::Pattern,
    subject::{self, Implied},
    workflow,
};
use crate::{
    claims::{Claim, ClaimName, Form, PULL_REQUEST_EVENTS},
    error::{Listed, Quoted},
    json, suggest,
};

/// Patterns of two conditions that are compared with each other. A rule with lists so long that this is not enough
/// is not checked for contradictions: the work is in proportion to the policy.
const COMPARED: usize = 1000;

/// The pattern, unless no value of the claim matches it.
pub(super) fn checked(path: &Path<'_>, claim: &ClaimName, pattern: Pattern) -> Result<Pattern, PolicyError> {
    check(path, claim, &pattern).map(|()| pattern)
}

fn check(path: &Path<'_>, claim: &ClaimName, pattern: &Pattern) -> Result<(), PolicyError> {
    let text = pattern.as_str();
    let form = claim.form();
    if text.is_empty() && !Language::exact("").meets(form) {
        return Err(path.value(&format!(
            "no token has an empty {}: GitHub sends empty text only for `ref`, `head_ref` and `base_ref`",
            Quoted(&claim.to_string())
        )));
    }
    let Some(language) = Language::of(pattern) else {
        return Ok(());
    };
    if *claim == ClaimName::Subject {
        return subject::unmeetable(language).map_or(Ok(()), |(found, value)| {
            let whole = Quoted(text);
            let message = if found == ClaimName::Subject {
                format!("no token matches {whole}: `sub` is made of segments such as `repo:OWNER/REPO:environment:NAME`")
            } else {
                format!(
                    "no token matches {whole}: in it {} is {}, but must be {}{}",
                    Quoted(&found.to_string()),
                    Quoted(value),
                    description(found.form()),
                    reason(found.form(), value)
                )
            };
            Err(path.value(&message))
        });
    }
    if language.meets(form) {
        return Ok(());
    }
    let message = format!(
        "no token matches {}: {} must be {}{}",
        Quoted(text),
        Quoted(&claim.to_string()),
        description(form),
        reason(form, text)
    );
    Err(path.value(&message).suggesting(suggestion(form, language).as_deref()))
}

/// What the values of a claim look like, for people.
fn description(form: Form) -> String {
    match form {
        Form::Words(words) => {
            let quoted: Vec<_> = words.iter().map(|word| Quoted(word)).collect();
            format!("one of {}", Listed { items: &quoted, omitted: 0 })
        }
        Form::Digits => "a number in digits, such as `74`".into(),
        Form::Commit => "a whole commit hash, 40 or 64 hexadecimal digits in lower case".into(),
        Form::Login => "a login, such as `octocat` or `dependabot[bot]`".into(),
        Form::Owner => "the name of an account, such as `octo-org`".into(),
        Form::Repository => "`OWNER/REPO`, without address and `.git`".into(),
        Form::Ref => {
            "a full Git ref, `refs/heads/BRANCH`, `refs/tags/TAG` or `refs/pull/NUMBER/merge`".into()
        }
        Form::Branch => "the short name of a branch, such as `main`".into(),
        Form::WorkflowRef | Form::WorkflowPath | Form::WorkflowVersion => {
            "`OWNER/REPO/.github/workflows/FILE@REF`, where `REF` is a full Git ref or a whole commit hash"
                .into()
        }
        Form::Text => "text that is not empty".into(),
    }
}

/// A character that Git allows in no ref, as people know it from other pattern languages.
fn reason(form: Form, text: &str) -> String {
    let name = match form {
        Form::Ref | Form::Branch => text,
        Form::WorkflowRef => workflow::split(text).map_or("", |(_, version)| version),
        _ => return String::new(),
    };
    match name.chars().find(|character| matches!(character, ' ' | '?' | '[' | '^' | '~' | ':' | '\\')) {
        Some(character) => format!(
            "; Git allows no ref with {}, and only `*` and `**` are wildcards here",
            Quoted(character.encode_utf8(&mut [0; 4]))
        ),
        None => String::new(),
    }
}

/// What was probably meant, as it is written in a policy.
fn suggestion(form: Form, language: Language<'_>) -> Option<String> {
    let meant = |candidate: &String| {
        let is_glob = language.is_glob || candidate.contains('*');
        candidate != language.text && Language { text: candidate, is_glob }.meets(form)
    };
    let found = candidates(form, language.text).into_iter().find(meant)?;
    if language.is_glob || !found.contains('*') {
        return Some(found);
    }
    let mut glob = "{ \"glob\": ".to_string();
    json::write_string(&found, &mut glob);
    glob.push_str(" }");
    Some(glob)
}

fn candidates(form: Form, text: &str) -> Vec<String> {
    let bare = text.trim().trim_start_matches('^').trim_end_matches('$');
    // Without the address of a website.
    let path =
        bare.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or(bare, |(_, path)| path);
    let path = path.trim_matches('/').trim_start_matches('@');
    match form {
        Form::Words(words) => {
            suggest::did_you_mean(bare, words.iter().copied()).map(ToString::to_string).into_iter().collect()
        }
        Form::Digits | Form::Text => [bare.to_string()].into(),
        Form::Commit => [bare.to_ascii_lowercase()].into(),
        Form::Login | Form::Owner => [path.to_string()].into(),
        Form::Repository => {
            let path = path.strip_suffix(".git").unwrap_or(path);
            [path.to_string(), [path.trim_end_matches('*'), "/*"].concat()].into()
        }
        // A star that stays within a segment is a mistake in itself.
        Form::Ref | Form::WorkflowVersion => {
            [bare.replace('*', "**")].into_iter().chain(refs(bare)).collect()
        }
        Form::Branch => [without_wildcards_of_others(bare)].into(),
        Form::WorkflowRef | Form::WorkflowPath => match workflow::split(path) {
            Some((file, version)) => {
                refs(version).iter().map(|version| [file, "@", version].concat()).collect()
            }
            None if path.contains('/') => {
                ["@refs/heads/main", "@**"].map(|version| [path, version].concat()).into()
            }
            None => [["OWNER/REPO/.github/workflows/", path, "@refs/heads/main"].concat()].into(),
        },
    }
}

/// The refs that a short or misspelt one may stand for.
fn refs(text: &str) -> Vec<String> {
    let text = without_wildcards_of_others(text);
    let text = text.strip_prefix("refs/").unwrap_or(&text);
    let is_version = text.trim_start_matches('v').starts_with(|first: char| first.is_ascii_digit());
    let kinds = if is_version { ["refs/tags/", "refs/heads/"] } else { ["refs/heads/", "refs/tags/"] };
    let short = text.strip_prefix("head/").map(|name| ["refs/heads/", name]);
    let short = short.or_else(|| text.strip_prefix("tag/").map(|name| ["refs/tags/", name]));
    short
        .into_iter()
        .chain([["refs/", text]])
        .chain(kinds.map(|kind| [kind, text]))
        .map(|parts| parts.concat())
        .collect()
}

/// With `*` for `?` and `[…]`, which other languages have.
fn without_wildcards_of_others(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut is_within = false;
    for character in text.chars() {
        match character {
            '[' => is_within = true,
            ']' if is_within => {
                is_within = false;
                plain.push('*');
            }
            _ if is_within => {}
            '?' => plain.push('*'),
            other => plain.push(other),
        }
    }
    plain
}

/// Refuses a rule of which two conditions cannot be met by one token, as the claims depend on each other.
pub(super) fn check_rule(path: &Path<'_>, conditions: &[Condition]) -> Result<(), PolicyError> {
    let on_claims = || {
        conditions.iter().filter_map(|condition| match condition {
            Condition::Claim(condition) => Some(condition),
            _ => None,
        })
    };
    let mut left = COMPARED;
    for source in on_claims().filter(|source| implies(&source.claim)) {
        // As they are compared, so that what `deny` compares without case is compared so here.
        let patterns = source.patterns.compared().iter();
        let says =
            patterns.map(|pattern| Language::of(pattern).map(|text| (text, implied(&source.claim, text))));
        let Some(says) = says.collect::<Option<Vec<_>>>() else { continue };
        for target in on_claims().filter(|target| target.claim != source.claim) {
            let ClaimName::Github(claim) = *target.claim else { continue };
            if says.iter().all(|(text, implied)| excludes(source, *text, implied, target, claim, &mut left)) {
                let name = target.claim.to_string();
                return Err(path.member(&name).value(&format!(
                    "no token meets this rule: {} contradicts {}",
                    Quoted(&name),
                    Quoted(&source.claim.to_string())
                )));
            }
        }
    }
    Ok(())
}

/// Whether a claim says something of others.
const fn implies(claim: &ClaimName) -> bool {
    matches!(
        claim,
        ClaimName::Subject
            | ClaimName::Github(Claim::Repository | Claim::Ref | Claim::HeadRef | Claim::BaseRef)
    )
}

/// Whether what a pattern of `source` says of `claim` is matched by no pattern of `target`.
fn excludes(
    source: &ClaimCondition,
    pattern: Language<'_>,
    implied: &[Implied],
    target: &ClaimCondition,
    claim: Claim,
    left: &mut usize,
) -> bool {
    // What is said of one claim twice must hold twice.
    implied.iter().filter(|implied| implied.claim == claim).any(|implied| {
        !implied.texts.iter().any(|text| {
            target.patterns.compared().iter().any(|other| {
                *left = left.saturating_sub(1);
                *left == 0 || can_both(source, pattern.with_text(text), other)
            })
        })
    })
}

fn can_both(source: &ClaimCondition, implied: Language<'_>, pattern: &Pattern) -> bool {
    let Some(language) = Language::of(pattern) else { return true };
    let mut text = Cow::Borrowed(language.text);
    if source.patterns.ignores_case() {
        text = text.chars().flat_map(char::to_lowercase).collect();
    }
    if *source.claim == ClaimName::Subject {
        text = text.replace(':', "%3A").into();
    }
    implied.intersects(language.with_text(&text))
}

fn implied(claim: &ClaimName, pattern: Language<'_>) -> Vec<Implied> {
    let text = pattern.text;
    let one = |claim, texts: &[&str]| -> Vec<Implied> {
        [Implied { claim, texts: texts.iter().map(|text| (*text).to_string()).collect() }].into()
    };
    match claim {
        ClaimName::Subject => subject::implied(pattern),
        ClaimName::Github(Claim::Repository) => match text.split_once('/') {
            Some((owner, _)) if !owner.contains("**") => one(Claim::RepositoryOwner, &[owner]),
            _ => Vec::new(),
        },
        ClaimName::Github(Claim::Ref) if text.starts_with("refs/heads/") => one(Claim::RefType, &["branch"]),
        ClaimName::Github(Claim::Ref) if text.starts_with("refs/tags/") => one(Claim::RefType, &["tag"]),
        ClaimName::Github(Claim::HeadRef | Claim::BaseRef) if !pattern.intersects(Language::exact("")) => {
            one(Claim::EventName, &PULL_REQUEST_EVENTS)
        }
        _ => Vec::new(),
    }
}
