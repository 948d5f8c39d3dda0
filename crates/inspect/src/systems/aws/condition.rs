//! The `Condition` of a statement: all operators and all keys of an operator must hold, any of a key's values may match.

use claimgate::Quoted;

use super::{
    Reader,
    keys::Key,
    operator::{Base, Operator, Qualifier},
    repeated, variables,
};
use crate::{
    document::{Item, Member, Node, Span, Text, Value},
    expression::{Coercion, Expr, Finding, Grade, Matcher, Pattern, Syntax, Test, Truth},
};

pub(super) struct Conditions {
    pub(super) all: Vec<Expr>,
    /// Whether a condition compares `sub` with something that not every subject matches.
    pub(super) tests_subject: bool,
}

pub(super) fn conditions(
    node: &Node,
    is_deny: bool,
    reader: &mut Reader,
    refusals: &mut Vec<Expr>,
) -> Conditions {
    let mut read = Conditions { all: Vec::new(), tests_subject: false };
    let Some(operators) = node.members() else {
        if let Value::Hole(hole) = &node.value {
            let truth = Truth::needs([hole.name.as_str()]);
            read.all.push(Expr::fixed(
                "Condition",
                truth,
                "the document does not hold the conditions",
                node.span,
            ));
            // Whether they test `sub` is as unknown as the rest.
            read.tests_subject = true;
        } else {
            refusals.push(Expr::refused(
                "Condition",
                format!("`Condition` must be an object, not {}", node.kind()),
                node.span,
            ));
        }
        return read;
    };
    let mut seen: Vec<String> = Vec::new();
    for operator in operators {
        let name = operator.name.shown();
        if let Value::Hole(hole) = &operator.value.value {
            let truth = Truth::needs([hole.name.as_str()]);
            let because = "the document does not hold the conditions of this operator";
            read.all.push(Expr::fixed(name, truth, because, operator.span));
            read.tests_subject = true;
            continue;
        }
        if seen.contains(&name) {
            refusals.push(repeated(operator));
        }
        seen.push(name);
        let mut keys_seen: Vec<String> = Vec::new();
        for key in operator.value.members().unwrap_or_default() {
            let key_name = key.name.shown();
            if keys_seen.contains(&key_name) {
                refusals.push(repeated(key));
            }
            keys_seen.push(key_name);
            condition(operator, key, is_deny, reader, refusals, &mut read);
        }
        if operator.value.members().is_none() {
            refusals.push(Expr::refused(
                operator.name.shown(),
                format!("an operator has an object of keys, not {}", operator.value.kind()),
                operator.span,
            ));
        }
    }
    read
}

fn condition(
    operator_member: &Member,
    key_member: &Member,
    is_deny: bool,
    reader: &mut Reader,
    refusals: &mut Vec<Expr>,
    read: &mut Conditions,
) {
    let name = operator_member.name.shown();
    let span = key_member.span;
    let (key, assumed) = reader.keys.read(&key_member.name);
    if let Some(reference) = assumed {
        reader.assume(format!("`{reference}` is the token's issuer without `https://`"));
    }
    let is_subject = key == Key::Claim("sub".into());
    if operator_member.name.literal().is_none() {
        read.tests_subject |= is_subject;
        let truth = Truth::needs_of(&operator_member.name);
        read.all.push(Expr::fixed(
            key_member.name.shown(),
            truth,
            "the document does not hold the operator",
            span,
        ));
        return;
    }
    let Some(operator) = Operator::from_name(&name) else {
        read.tests_subject |= is_subject;
        let quoted = Quoted(&name);
        if Operator::differs_in_case(&name) {
            let because = format!("whether IAM reads {quoted} without regard to case is not documented");
            read.all.push(Expr::undocumented(key_member.name.shown(), because, operator_member.span));
        } else {
            let because = format!("IAM refuses to save the policy: unknown operator {quoted}");
            refusals.push(Expr::refused(name, because, operator_member.span));
        }
        return;
    };
    let Some(values) = values(&key_member.value, operator, reader) else {
        let because = "IAM refuses to save the policy: values must be strings, numbers or booleans";
        refusals.push(Expr::refused(key_member.name.shown(), because, key_member.value.span));
        return;
    };
    let is_scoped = values.iter().any(|value| {
        value.text.literal().is_none_or(|text| {
            operator.base != Base::Like { negated: false } || !text.trim_matches('*').is_empty()
        })
    });
    read.tests_subject |= is_subject && operator.is_text() && is_scoped;
    remark(operator, &name, &key, is_deny, span, &values, reader);
    let absent = if operator.base == Base::Null {
        null_holds(&values, true)
    } else {
        Truth::from(operator.if_absent())
    };
    read.all.push(match key {
        Key::Claim(claim) => {
            Expr::Test(Test { claim, operator: name, matcher: matcher(operator, values), absent, span })
        }
        Key::Never(because) => Expr::fixed(key_member.name.shown(), absent, because, span),
        Key::Unknown(because) => Expr::undocumented(key_member.name.shown(), because, span),
        Key::Hole(hole) => Expr::fixed(
            key_member.name.shown(),
            Truth::needs([hole.as_str()]),
            "the document does not hold the name of the key",
            span,
        ),
    });
}

fn matcher(operator: Operator, values: Vec<Pattern>) -> Matcher {
    match operator.base {
        Base::Null => match null_holds(&values, false) {
            Truth::True => Matcher::Present(true),
            Truth::False => Matcher::Present(false),
            Truth::Unknown(_) | Truth::Error(_) => {
                Matcher::Undocumented("`Null` takes `true` or `false`".into())
            }
        },
        Base::Other { .. } => Matcher::Undocumented(
            "what this operator does on claims that are strings is not documented".into(),
        ),
        Base::Equals { .. } | Base::EqualsIgnoreCase { .. } | Base::Like { .. } => Matcher::Text {
            patterns: values,
            negated: operator.is_negated(),
            // A claim of GitHub's is one string.
            coercion: Coercion::Undocumented,
        },
    }
}

/// Whether `Null` holds for a key that is absent, or is not.
fn null_holds(values: &[Pattern], is_absent: bool) -> Truth {
    Truth::any(values.iter().map(|value| {
        match value.text.literal().map(|text| text.to_ascii_lowercase()).as_deref() {
            Some("true") => Truth::from(is_absent),
            Some("false") => Truth::from(!is_absent),
            Some(_) => Truth::unknown("`Null` takes `true` or `false`"),
            None => Truth::needs_of(&value.text),
        }
    }))
}

/// The values of a key: strings, and numbers and booleans by their JSON text.
fn values(node: &Node, operator: Operator, reader: &Reader) -> Option<Vec<Pattern>> {
    let syntax = match operator.base {
        Base::Like { .. } => Syntax::StarQuestion,
        Base::EqualsIgnoreCase { .. } => Syntax::Folded,
        Base::Equals { .. } | Base::Null | Base::Other { .. } => Syntax::Exact,
    };
    let mut values = Vec::new();
    for item in node.items() {
        let node = match &item {
            Item::One(node) | Item::Each { node, .. } => node,
        };
        let text = match &node.value {
            Value::Text(text) if operator.is_text() && reader.has_variables => {
                variables::with_variables(text, &reader.keys)
            }
            Value::Text(text) => variables::with_template_holes(text),
            Value::Number(number) => Text::new(number.as_str()),
            Value::Bool(flag) => Text::new(flag.to_string()),
            Value::Hole(hole) => Text::hole(hole.clone()),
            Value::Null | Value::List(_) | Value::Object(_) => return None,
        };
        values.push(Pattern::new(text, syntax, node.span));
    }
    Some(values)
}

/// What works differently from what it looks like.
fn remark(
    operator: Operator,
    name: &str,
    key: &Key,
    is_deny: bool,
    span: Span,
    values: &[Pattern],
    reader: &mut Reader,
) {
    let mut find =
        |code, grade, message: String| reader.findings.push(Finding { code, grade, message, span });
    if let Key::Never(because) = key {
        match (operator.if_absent() && operator.base != Base::Null, is_deny) {
            (true, false) => find(
                "key_never_present",
                Grade::Dangerous,
                format!("{because}; `{name}` then always holds, so the condition protects nothing"),
            ),
            (false, true) => find(
                "key_never_present",
                Grade::Dangerous,
                format!("{because}; the `Deny` statement never applies"),
            ),
            _ => find("key_never_present", Grade::Note, format!("{because}; `{name}` then never holds")),
        }
    } else if !is_deny && operator.base != Base::Null {
        if operator.qualifier == Some(Qualifier::ForAllValues) {
            find("fails_open_if_absent", Grade::Dangerous, "`ForAllValues` holds for a token without the claim: leave the qualifier out, claims of GitHub have one value".into());
        } else if operator.if_exists {
            find(
                "fails_open_if_absent",
                Grade::Dangerous,
                format!("`{name}` holds for a token without the claim"),
            );
        } else if operator.is_negated() {
            find(
                "negated_in_allow",
                Grade::Dangerous,
                format!(
                    "`{name}` in an `Allow` statement holds for every other value, and for a token without the claim"
                ),
            );
        }
    }
    let has_wildcard =
        values.iter().filter_map(|value| value.text.literal()).any(|text| text.contains(['*', '?']));
    if matches!(operator.base, Base::Equals { .. } | Base::EqualsIgnoreCase { .. }) && has_wildcard {
        find(
            "wildcard_is_literal",
            if is_deny || operator.is_negated() { Grade::Dangerous } else { Grade::Note },
            format!("`*` and `?` are literal under `{name}`: use `StringLike`"),
        );
    }
    if !reader.has_variables && values.iter().any(|value| value.text.shown().contains("${")) {
        reader.findings.push(Finding {
            code: "variable_without_version",
            grade: Grade::Note,
            message: "`${…}` is literal text without `\"Version\": \"2012-10-17\"`".into(),
            span,
        });
    }
}
