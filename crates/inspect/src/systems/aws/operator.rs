//! The names of condition operators: a qualifier, a base and a suffix.

/// A condition operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operator {
    pub(super) base: Base,
    pub(super) qualifier: Option<Qualifier>,
    /// Whether it holds if the key is absent.
    pub(super) if_exists: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Qualifier {
    ForAllValues,
    ForAnyValue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Equals {
        negated: bool,
    },
    EqualsIgnoreCase {
        negated: bool,
    },
    Like {
        negated: bool,
    },
    Null,
    /// An operator for what GitHub's claims are not: numbers, dates, ARNs, addresses.
    Other {
        negated: bool,
    },
}

/// Operators that exist, and whether they are negated.
const OTHERS: [(&str, bool); 21] = [
    ("NumericEquals", false),
    ("NumericNotEquals", true),
    ("NumericLessThan", false),
    ("NumericLessThanEquals", false),
    ("NumericGreaterThan", false),
    ("NumericGreaterThanEquals", false),
    ("DateEquals", false),
    ("DateNotEquals", true),
    ("DateLessThan", false),
    ("DateLessThanEquals", false),
    ("DateGreaterThan", false),
    ("DateGreaterThanEquals", false),
    ("Bool", false),
    ("BinaryEquals", false),
    ("IpAddress", false),
    ("NotIpAddress", true),
    ("ArnEquals", false),
    ("ArnLike", false),
    ("ArnNotEquals", true),
    ("ArnNotLike", true),
    ("BinaryNotEquals", true),
];

impl Operator {
    /// The operator of a name, if there is one.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        let (qualifier, rest) = match name.split_once(':') {
            Some(("ForAllValues", rest)) => (Some(Qualifier::ForAllValues), rest),
            Some(("ForAnyValue", rest)) => (Some(Qualifier::ForAnyValue), rest),
            Some(_) => return None,
            None => (None, name),
        };
        let (rest, if_exists) = match rest.strip_suffix("IfExists") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let base = match rest {
            "StringEquals" => Base::Equals { negated: false },
            "StringNotEquals" => Base::Equals { negated: true },
            "StringEqualsIgnoreCase" => Base::EqualsIgnoreCase { negated: false },
            "StringNotEqualsIgnoreCase" => Base::EqualsIgnoreCase { negated: true },
            "StringLike" => Base::Like { negated: false },
            "StringNotLike" => Base::Like { negated: true },
            "Null" if !if_exists && qualifier.is_none() => Base::Null,
            other => {
                let (_, negated) = OTHERS.iter().find(|(name, _)| *name == other)?;
                Base::Other { negated: *negated }
            }
        };
        Some(Self { base, qualifier, if_exists })
    }

    /// The name of an operator that differs in case only.
    pub(super) fn differs_in_case(name: &str) -> bool {
        let plain = [
            "StringEquals",
            "StringNotEquals",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "StringLike",
            "StringNotLike",
            "Null",
        ];
        let rest = name.rsplit(':').next().unwrap_or_default();
        let folded = rest.to_ascii_lowercase();
        let folded = folded.strip_suffix("ifexists").unwrap_or(&folded);
        plain
            .iter()
            .chain(OTHERS.iter().map(|(name, _)| name))
            .any(|known| known.eq_ignore_ascii_case(folded))
            && Self::from_name(name).is_none()
    }

    /// Whether it holds where no value matches.
    pub(super) const fn is_negated(self) -> bool {
        match self.base {
            Base::Equals { negated }
            | Base::EqualsIgnoreCase { negated }
            | Base::Like { negated }
            | Base::Other { negated } => negated,
            Base::Null => false,
        }
    }

    /// Whether it compares text.
    pub(super) const fn is_text(self) -> bool {
        matches!(self.base, Base::Equals { .. } | Base::EqualsIgnoreCase { .. } | Base::Like { .. })
    }

    /// Whether it holds if the key is not in the request.
    pub(super) const fn if_absent(self) -> bool {
        match self.qualifier {
            _ if self.if_exists => true,
            Some(Qualifier::ForAllValues) => true,
            Some(Qualifier::ForAnyValue) => false,
            None => self.is_negated(),
        }
    }
}
