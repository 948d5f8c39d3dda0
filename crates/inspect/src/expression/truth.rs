//! The results of conditions: true, false, an error, or unknown with reasons.

use crate::document::Text;

/// The result of a condition.
///
/// A definite result wins over an unknown one: `false` of an *all*, `true` of an *any* (Kleene's logic). An error, which only CEL
/// has, is absorbed as CEL does it, and where it reaches the top the token is denied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// Its evaluation fails, for this reason.
    Error(String),
    /// It cannot be decided, for these reasons; there is at least one.
    Unknown(Vec<Reason>),
}

/// Why a condition cannot be decided.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Reason {
    /// The reason, for people.
    pub message: String,
    /// The hole whose value would help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hole: Option<String>,
}

/// Reasons that are kept of one condition.
const REASONS: usize = 16;

impl Truth {
    /// Unknown, for a reason that no input changes.
    pub(crate) fn unknown(message: impl Into<String>) -> Self {
        Self::Unknown(vec![Reason { message: message.into(), hole: None }])
    }

    /// Unknown, because the document does not hold these values.
    pub(crate) fn needs<'h>(holes: impl IntoIterator<Item = &'h str>) -> Self {
        // An element of a list is known when the list is.
        let lists = holes.into_iter().map(|hole| hole.trim_end_matches("[*]"));
        let reasons =
            lists.map(|hole| Reason { message: format!("needs `{hole}`"), hole: Some(hole.to_owned()) });
        let mut all = Self::Unknown(Vec::new());
        all.add(reasons.collect());
        all
    }

    /// Unknown, because the document does not hold all of a text.
    pub(crate) fn needs_of(text: &Text) -> Self {
        Self::needs(text.holes().map(|hole| hole.name.as_str()))
    }

    fn add(&mut self, more: Vec<Reason>) {
        if let Self::Unknown(reasons) = self {
            for reason in more {
                if reasons.len() < REASONS && !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
    }

    /// Whether all hold.
    pub(crate) fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        Self::combine(truths, &Self::False, Self::True)
    }

    /// Whether any holds.
    pub(crate) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        Self::combine(truths, &Self::True, Self::False)
    }

    /// `decisive` wins over unknown, unknown over an error, an error over `neutral`.
    fn combine(truths: impl IntoIterator<Item = Self>, decisive: &Self, neutral: Self) -> Self {
        let mut result = neutral;
        for truth in truths {
            match (&mut result, truth) {
                (_, truth) if truth == *decisive => return truth,
                (unknown @ Self::Unknown(_), Self::Unknown(reasons)) => unknown.add(reasons),
                (result, truth @ Self::Unknown(_))
                | (result @ (Self::True | Self::False), truth @ Self::Error(_)) => *result = truth,
                _ => {}
            }
        }
        result
    }

    /// Whether it does not hold.
    #[must_use]
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            other => other,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definite_result_wins_over_an_unknown_one_and_cel_absorbs_errors() {
        let (yes, no) = (Truth::True, Truth::False);
        let (error, unknown) = (Truth::Error("e".into()), Truth::unknown("u"));
        for (truths, all, any) in [
            ([&yes, &no], &no, &yes),
            ([&yes, &unknown], &unknown, &yes),
            ([&no, &unknown], &no, &unknown),
            ([&yes, &error], &error, &yes),
            ([&no, &error], &no, &error),
            // The unknown one may still decide.
            ([&error, &unknown], &unknown, &unknown),
        ] {
            for truths in [truths, [truths[1], truths[0]]] {
                assert_eq!(Truth::all(truths.map(Clone::clone)), *all, "all of {truths:?}");
                assert_eq!(Truth::any(truths.map(Clone::clone)), *any, "any of {truths:?}");
            }
        }
        assert_eq!(Truth::all([]), yes);
        assert_eq!(Truth::any([]), no);
        assert_eq!(error.clone().negated(), error);
    }

    #[test]
    fn a_definite_result_wins_over_all_unknowns() {
        assert_eq!(Truth::all([Truth::needs(["a"]), Truth::needs(["b"]), Truth::False]), Truth::False);
        assert_eq!(Truth::any([Truth::needs(["a"]), Truth::needs(["b"])]), Truth::needs(["a", "b"]));
    }
}
