//! What the value of a claim is compared with.

use alloc::{borrow::Cow, boxed::Box, string::String, sync::Arc, vec::Vec};
use core::fmt;

use super::{glob::Glob, workflow};
use crate::{
    claims::{ClaimName, Form},
    error::Quoted,
};

/// What the value of a claim is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pattern {
    /// The value must be this text, byte for byte.
    Exact(Arc<str>),
    /// The value must match this glob.
    Glob(Glob),
    /// The value is a list joined by commas, and this text must be one of its elements.
    Has(Arc<str>),
}

impl Pattern {
    pub(crate) fn matches(&self, value: &str) -> bool {
        match self {
            Self::Exact(text) => **text == *value,
            Self::Glob(glob) => glob.matches(value),
            Self::Has(element) => value.split(',').any(|found| *found == **element),
        }
    }

    /// The text of the pattern.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Exact(text) | Self::Has(text) => text,
            Self::Glob(glob) => glob.as_str(),
        }
    }

    /// What every match begins with, if that is known.
    pub(crate) fn literal(&self) -> Option<&Arc<str>> {
        match self {
            Self::Exact(text) => Some(text),
            Self::Glob(glob) => Some(glob.literal_prefix()),
            Self::Has(_) => None,
        }
    }

    pub(crate) const fn is_exact(&self) -> bool {
        matches!(self, Self::Exact(_))
    }

    /// The same kind of pattern with its text rewritten. A glob whose new text is not one stays as it is.
    pub(crate) fn rewritten(&self, rewrite: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Exact(text) => Self::Exact(rewrite(text).into()),
            Self::Glob(glob) => {
                Self::Glob(glob.with_text(&rewrite(glob.as_str())).unwrap_or_else(|| glob.clone()))
            }
            Self::Has(element) => Self::Has(rewrite(element).into()),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(text) => write!(f, "{}", Quoted(text)),
            Self::Glob(glob) => write!(f, "a match of {}", Quoted(glob.as_str())),
            Self::Has(element) => write!(f, "a list with {}", Quoted(element)),
        }
    }
}

/// From so many patterns on, the exact ones are found by halves.
const MANY: usize = 16;

/// At least one pattern, any of which may match. Most conditions have one, which needs no list.
#[derive(Clone, Debug)]
pub(crate) enum Patterns {
    One(Pattern),
    Few(Box<[Pattern]>),
    Many(Box<Many>),
    Folded(Box<Folded>),
}

#[derive(Clone, Debug)]
pub(crate) struct Many {
    patterns: Box<[Pattern]>,
    /// The positions of the exact ones, in the order of their texts, then those of the others.
    order: Box<[u32]>,
    exact: usize,
}

/// Patterns that are compared without case.
#[derive(Clone, Debug)]
pub(crate) struct Folded {
    written: Box<[Pattern]>,
    compared: Patterns,
}

impl Patterns {
    pub(crate) fn new(mut patterns: Vec<Pattern>) -> Self {
        if patterns.len() == 1
            && let Some(one) = patterns.pop()
        {
            return Self::One(one);
        }
        if patterns.len() < MANY {
            return Self::Few(patterns.into());
        }
        let (mut texts, others): (Vec<_>, Vec<_>) =
            (0_u32..).zip(&patterns).partition(|(_, pattern)| pattern.is_exact());
        texts.sort_by_key(|(_, pattern)| pattern.as_str());
        let order = texts.iter().chain(&others).map(|(position, _)| *position).collect();
        let exact = texts.len();
        Self::Many(Box::new(Many { patterns: patterns.into(), order, exact }))
    }

    /// Patterns that are compared without case: `compared` are the written ones as [`fold`] makes them.
    pub(crate) fn folded(written: Vec<Pattern>, compared: Vec<Pattern>) -> Self {
        Self::Folded(Box::new(Folded { written: written.into(), compared: Self::new(compared) }))
    }

    /// The patterns as the policy has them.
    pub(crate) const fn as_slice(&self) -> &[Pattern] {
        match self {
            Self::One(pattern) => core::slice::from_ref(pattern),
            Self::Few(patterns) => patterns,
            Self::Many(many) => &many.patterns,
            Self::Folded(folded) => &folded.written,
        }
    }

    /// The patterns that the [`value`](Self::value) of a claim is compared with.
    pub(crate) const fn compared(&self) -> &[Pattern] {
        match self {
            Self::Folded(folded) => folded.compared.as_slice(),
            _ => self.as_slice(),
        }
    }

    /// How many patterns a value is compared with one after the other: those that are not texts.
    pub(crate) fn scanned(&self) -> usize {
        match self {
            Self::One(pattern) => usize::from(!pattern.is_exact()),
            Self::Few(patterns) => patterns.iter().filter(|pattern| !pattern.is_exact()).count(),
            Self::Many(many) => many.patterns.len().saturating_sub(many.exact),
            Self::Folded(folded) => folded.compared.scanned(),
        }
    }

    pub(crate) const fn ignores_case(&self) -> bool {
        matches!(self, Self::Folded(_))
    }

    pub(crate) fn matches(&self, claim: &ClaimName, value: &str) -> bool {
        match self {
            Self::One(pattern) => pattern.matches(value),
            Self::Few(patterns) => patterns.iter().any(|pattern| pattern.matches(value)),
            Self::Many(many) => many.matches(value),
            Self::Folded(folded) => folded.compared.matches(claim, &fold(claim, value)),
        }
    }
}

impl Many {
    fn matches(&self, value: &str) -> bool {
        let pattern = |position: &u32| self.patterns.get(*position as usize);
        let (exact, others) = self.order.split_at_checked(self.exact).unwrap_or_default();
        let found =
            exact.binary_search_by(|position| pattern(position).map_or("", Pattern::as_str).cmp(value));
        found.is_ok() || others.iter().filter_map(pattern).any(|pattern| pattern.matches(value))
    }
}

/// A value, or a pattern, of a claim without case. Of a workflow only its path: Git's refs have case.
pub(crate) fn fold<'v>(claim: &ClaimName, value: &'v str) -> Cow<'v, str> {
    let split = if claim.form() == Form::WorkflowRef { workflow::split(value) } else { None };
    let (names, rest) = split.and_then(|(path, _)| value.split_at_checked(path.len())).unwrap_or((value, ""));
    if names.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(value);
    }
    let mut folded: String = names.chars().flat_map(char::to_lowercase).collect();
    folded.push_str(rest);
    Cow::Owned(folded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Claim;
    use alloc::{format, string::ToString};

    /// A million of them are the size of a policy.
    #[test]
    #[cfg(target_pointer_width = "64")]
    fn patterns_are_small() {
        assert_eq!((size_of::<Pattern>(), size_of::<Patterns>()), (24, 24));
    }

    #[test]
    fn an_element_is_found_whole() {
        let has = Pattern::Has("us-east-1".into());
        let found = ["us-east-1", "eu-west-1,us-east-1", "us-east-10,eu-west-1", "", "us-east-1 ,x"];
        assert_eq!(found.map(|value| has.matches(value)), [true, true, false, false, false]);
        assert_eq!(has.to_string(), "a list with `us-east-1`");
    }

    #[test]
    fn long_lists_match_as_short_ones_do() {
        let texts: Vec<_> = (0..100).map(|number| format!("name-{}", number * 7 % 100)).collect();
        let mut patterns: Vec<_> = texts.iter().map(|text| Pattern::Exact(text.as_str().into())).collect();
        patterns.insert(50, Pattern::Glob(Glob::parse("glob-*", false).unwrap()));
        let long = Patterns::new(patterns.clone());
        assert_eq!(long.as_slice(), patterns);
        for value in texts.iter().map(String::as_str).chain(["glob-x", "name", "name-100", ""]) {
            let any = patterns.iter().any(|pattern| pattern.matches(value));
            assert_eq!(long.matches(&ClaimName::Subject, value), any, "{value}");
        }
    }

    #[test]
    fn names_fold_and_refs_do_not() {
        let workflow = ClaimName::Github(Claim::WorkflowRef);
        assert_eq!(fold(&workflow, "Octo/R/x.yml@refs/heads/Main"), "octo/r/x.yml@refs/heads/Main");
        let environment = ClaimName::Github(Claim::Environment);
        assert_eq!(fold(&environment, "GRÜN"), "grün");
        assert!(matches!(fold(&environment, "prod"), Cow::Borrowed("prod")));
    }
}
