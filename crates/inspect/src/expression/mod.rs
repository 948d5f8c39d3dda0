//! One tree for every policy language. Front ends build it, [`evaluate`] decides it.

mod advice;
mod bound;
mod computed;
mod evaluate;
mod flexible;
mod matcher;
mod octo_sts;
mod pattern;
mod shape;
mod truth;
mod workflow;

pub use self::{
    advice::{Advice, Side},
    truth::Reason,
};
pub(crate) use self::{
    bound::Bound,
    computed::Computed,
    evaluate::{Claims, Outcome, OutcomeKind, evaluate},
    matcher::{Coercion, Matcher},
    pattern::{Pattern, Syntax},
    shape::Shape,
    truth::Truth,
    workflow::WorkflowPart,
};
use crate::document::Span;

/// A condition on a token's claims.
#[derive(Clone, Debug)]
pub(crate) enum Expr {
    /// All of them hold. Of none: true.
    All(Vec<Self>),
    /// Any of them holds. Of none: false.
    Any(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// A part of the policy with a name.
    Place(Place),
    /// A condition on one claim.
    Test(Test),
    /// What no claim changes.
    Fixed(Fixed),
    /// No claim has a name that differs from one of these in case only.
    Spelling(Spelling),
}

/// A part of the policy with a name, such as `Statement[0]`.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The name, as people of that policy language write it.
    pub(crate) name: String,
    /// Where it stands.
    pub(crate) span: Span,
    /// The part.
    pub(crate) expr: Box<Expr>,
}

/// A condition on one claim.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    /// The claim, or for a claim within another one its JSON pointer.
    pub(crate) claim: String,
    /// What the language calls the comparison, such as `StringLike`.
    pub(crate) operator: String,
    /// How the value is compared.
    pub(crate) matcher: Matcher,
    /// The result if the token has no such claim.
    pub(crate) absent: Truth,
    /// Where the condition stands.
    pub(crate) span: Span,
}

/// A part of the policy that is decided without the token.
#[derive(Clone, Debug)]
pub(crate) struct Fixed {
    /// What it is about, such as `Principal`.
    pub(crate) subject: String,
    /// Whether it holds.
    pub(crate) truth: Truth,
    /// Why, for people.
    pub(crate) because: String,
    /// Where it stands.
    pub(crate) span: Span,
}

/// Names of claims that have no other spelling.
#[derive(Clone, Debug)]
pub(crate) struct Spelling {
    /// The names, in lower case.
    pub(crate) names: &'static [&'static str],
    /// The policy.
    pub(crate) span: Span,
}

/// How much a reader must mind something that the policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Good to know.
    Note,
    /// It works, with a residue.
    Caution,
    /// It accepts tokens that it was not meant to accept.
    Dangerous,
}

/// Something that the policy says and that works differently from what it looks like.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// A stable code, such as `fails_open_if_absent`.
    pub(crate) code: &'static str,
    /// How much it matters.
    pub(crate) grade: Grade,
    /// What it is, for people.
    pub(crate) message: String,
    /// Where it stands.
    pub(crate) span: Span,
}

impl Expr {
    /// A part of the policy with a name.
    pub(crate) fn place(name: impl Into<String>, span: Span, expr: Self) -> Self {
        Self::Place(Place { name: name.into(), span, expr: Box::new(expr) })
    }

    /// Any of the parts, or the only one.
    pub(crate) fn any_of(mut parts: Vec<Self>) -> Self {
        let only = if parts.len() == 1 { parts.pop() } else { None };
        only.unwrap_or(Self::Any(parts))
    }

    /// A condition on one claim.
    pub(crate) fn test(
        claim: impl Into<String>,
        operator: impl Into<String>,
        matcher: Matcher,
        absent: Truth,
        span: Span,
    ) -> Self {
        Self::Test(Test { claim: claim.into(), operator: operator.into(), matcher, absent, span })
    }

    /// A part that no claim changes.
    pub(crate) fn fixed(
        subject: impl Into<String>,
        truth: Truth,
        because: impl Into<String>,
        span: Span,
    ) -> Self {
        Self::Fixed(Fixed { subject: subject.into(), truth, because: because.into(), span })
    }

    /// A part for which the vendor refuses to save the policy, so that it never allows.
    pub(crate) fn refused(subject: impl Into<String>, because: impl Into<String>, span: Span) -> Self {
        Self::fixed(subject, Truth::False, because, span)
    }

    /// A part whose meaning the vendor does not document.
    pub(crate) fn undocumented(subject: impl Into<String>, because: impl Into<String>, span: Span) -> Self {
        let because = because.into();
        Self::fixed(subject, Truth::unknown(because.clone()), because, span)
    }
}
