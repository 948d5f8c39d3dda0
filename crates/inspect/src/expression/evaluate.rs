//! Decides the tree, and keeps what was found at each of its conditions.

use serde_json::{Map, Value as Json};

use super::{Advice, Expr, Fixed, Matcher, Place, Spelling, Test, Truth, advice::advice};
use crate::document::Span;

/// Conditions that an explanation lists. The others are decided and counted.
const LISTED: usize = 2_000;

/// The claims of a token. They are not verified.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claims(Map<String, Json>);

impl Claims {
    /// The claims of a token's payload.
    pub(crate) const fn new(claims: Map<String, Json>) -> Self {
        Self(claims)
    }

    /// A claim, or for a name that begins with `/` what the JSON pointer (RFC 6901) finds; `null` is absent there.
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        if let Some(found) = self.0.get(name) {
            return Some(found);
        }
        let mut steps =
            name.strip_prefix('/')?.split('/').map(|step| step.replace("~1", "/").replace("~0", "~"));
        let first = self.0.get(&steps.next()?)?;
        steps.try_fold(first, |found, step| match found {
            Json::Object(members) => members.get(&step),
            Json::Array(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The name by which [`Self::get`] finds a claim of this very name, also of one that would be read as a JSON pointer.
    pub(crate) fn exactly(name: &str) -> String {
        if name.starts_with('/') {
            format!("/{}", name.replace('~', "~0").replace('/', "~1"))
        } else {
            name.to_owned()
        }
    }

    /// The text of a claim that is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// All of them.
    pub(crate) const fn as_map(&self) -> &Map<String, Json> {
        &self.0
    }
}

/// What a part of the tree came to.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// Whether it holds.
    pub(crate) truth: Truth,
    /// Where it stands, if it has a place in the text.
    pub(crate) span: Option<Span>,
    /// What it is.
    pub(crate) kind: OutcomeKind,
}

/// What a part of the tree is.
#[derive(Clone, Debug)]
pub(crate) enum OutcomeKind {
    /// All of them must hold.
    All(Vec<Outcome>),
    /// Any of them must hold.
    Any(Vec<Outcome>),
    /// It must not hold.
    Not(Box<Outcome>),
    /// A part with a name.
    Place {
        /// The name.
        name: String,
        /// The part.
        part: Box<Outcome>,
    },
    /// A condition on a claim.
    Test {
        /// The claim.
        claim: String,
        /// The comparison.
        operator: String,
        /// What was expected, a text each.
        expected: Vec<String>,
        /// What the token has.
        found: Option<Json>,
        /// What to change, if the condition does not hold.
        advice: Vec<Advice>,
    },
    /// What no claim changes.
    Fixed {
        /// What it is about.
        subject: String,
        /// Why it holds or does not.
        because: String,
    },
    /// Parts that were decided and are not listed.
    Omitted(usize),
}

/// Decides `expr` for a token with these claims.
pub(crate) fn evaluate(expr: &Expr, claims: &Claims) -> Outcome {
    Evaluation { claims, listed: 0 }.outcome(expr)
}

struct Evaluation<'c> {
    claims: &'c Claims,
    listed: usize,
}

impl Evaluation<'_> {
    fn outcome(&mut self, expr: &Expr) -> Outcome {
        match expr {
            Expr::All(parts) => {
                let (parts, truth) = self.parts(parts, Truth::all);
                Outcome { truth, span: None, kind: OutcomeKind::All(parts) }
            }
            Expr::Any(parts) => {
                let (parts, truth) = self.parts(parts, Truth::any);
                Outcome { truth, span: None, kind: OutcomeKind::Any(parts) }
            }
            Expr::Not(part) => {
                let part = self.outcome(part);
                Outcome {
                    truth: part.truth.clone().negated(),
                    span: None,
                    kind: OutcomeKind::Not(Box::new(part)),
                }
            }
            Expr::Place(Place { name, span, expr }) => {
                let part = self.outcome(expr);
                Outcome {
                    truth: part.truth.clone(),
                    span: Some(*span),
                    kind: OutcomeKind::Place { name: name.clone(), part: Box::new(part) },
                }
            }
            Expr::Test(test) => self.test(test),
            Expr::Spelling(spelling) => self.spelling(spelling),
            Expr::Fixed(Fixed { subject, truth, because, span }) => {
                self.listed = self.listed.saturating_add(1);
                Outcome {
                    truth: truth.clone(),
                    span: Some(*span),
                    kind: OutcomeKind::Fixed { subject: subject.clone(), because: because.clone() },
                }
            }
        }
    }

    fn parts(&mut self, parts: &[Expr], combine: fn(Vec<Truth>) -> Truth) -> (Vec<Outcome>, Truth) {
        let mut outcomes = Vec::new();
        let mut omitted = 0_usize;
        let mut truths = Vec::with_capacity(parts.len());
        for part in parts {
            let outcome = self.outcome(part);
            truths.push(outcome.truth.clone());
            if self.listed <= LISTED {
                outcomes.push(outcome);
            } else {
                omitted = omitted.saturating_add(1);
            }
        }
        let truth = combine(truths);
        if omitted > 0 {
            outcomes.push(Outcome { truth: truth.clone(), span: None, kind: OutcomeKind::Omitted(omitted) });
        }
        (outcomes, truth)
    }

    fn test(&mut self, test: &Test) -> Outcome {
        self.listed = self.listed.saturating_add(1);
        let found = self.claims.get(&test.claim);
        let truth = match found {
            // It says itself what an absent claim comes to.
            _ if matches!(test.matcher, Matcher::Computed(_)) => {
                test.matcher.matches(&Json::Null, self.claims)
            }
            Some(found) => test.matcher.matches(found, self.claims),
            None => test.absent.clone(),
        };
        // Only what is listed needs words.
        let is_listed = self.listed <= LISTED;
        let advice = if is_listed && truth != Truth::True { advice(test, found) } else { Vec::new() };
        Outcome {
            truth,
            span: Some(test.span),
            kind: OutcomeKind::Test {
                claim: test.claim.clone(),
                operator: test.operator.clone(),
                expected: if is_listed { test.matcher.expected() } else { Vec::new() },
                found: found.cloned(),
                advice,
            },
        }
    }
}

impl Evaluation<'_> {
    fn spelling(&mut self, spelling: &Spelling) -> Outcome {
        self.listed = self.listed.saturating_add(1);
        let lookalike = self.claims.0.iter().find_map(|(name, found)| {
            let meant =
                spelling.names.iter().find(|meant| name != *meant && folded(name).eq(meant.chars()))?;
            Some((name, meant, found))
        });
        let (truth, kind) = match lookalike {
            None => {
                let because = "no claim has the name of a registered one in another case".to_owned();
                (Truth::True, OutcomeKind::Fixed { subject: "names of claims".to_owned(), because })
            }
            Some((name, meant, found)) => (
                Truth::False,
                OutcomeKind::Test {
                    claim: name.clone(),
                    operator: format!("not `{meant}` in another case"),
                    expected: vec!["absent".to_owned()],
                    found: Some(found.clone()),
                    advice: Vec::new(),
                },
            ),
        };
        Outcome { truth, span: Some(spelling.span), kind }
    }
}

/// A name as Go compares it without case.
fn folded(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(char::to_lowercase).map(|character| if character == 'ſ' { 's' } else { character })
}

impl Outcome {
    /// The conditions for which this part does not hold, or for which it is unknown.
    pub(crate) fn deciding(&self) -> Vec<&Self> {
        let mut deciding = Vec::new();
        self.collect(&self.truth, &mut deciding);
        deciding
    }

    fn collect<'o>(&'o self, truth: &Truth, deciding: &mut Vec<&'o Self>) {
        let same = |part: &&'o Self| std::mem::discriminant(&part.truth) == std::mem::discriminant(truth);
        match &self.kind {
            OutcomeKind::All(parts) | OutcomeKind::Any(parts) => {
                for part in parts.iter().filter(same) {
                    part.collect(truth, deciding);
                }
            }
            OutcomeKind::Not(part) => part.collect(&part.truth, deciding),
            OutcomeKind::Place { part, .. } => part.collect(truth, deciding),
            OutcomeKind::Test { .. } | OutcomeKind::Fixed { .. } => deciding.push(self),
            OutcomeKind::Omitted(_) => {}
        }
    }
}
