//! `claimsMatchingExpression`: clauses joined by ` and `, each `claims['NAME'] OP 'TEXT'`.

use claimgate::Quoted;

use crate::{
    cursor::Cursor,
    document::{Hole, Piece, Span, Text},
    expression::{Expr, Matcher, Pattern, Syntax, Truth},
};

/// A claim of GitHub's that an expression may name, and whether with wildcards.
const CLAIMS: [(&str, bool); 4] =
    [("sub", true), ("job_workflow_ref", true), ("repository_id", false), ("repository_owner_id", false)];

/// An expression, read.
pub(super) struct Expression {
    pub(super) all: Vec<Expr>,
    pub(super) tests_subject: bool,
    pub(super) tests_id: bool,
}

struct Reader<'t> {
    cursor: Cursor<'t>,
    holes: std::vec::IntoIter<Hole>,
    /// Whether white space stands other than documented.
    is_irregular: bool,
}

/// What does not parse cannot be saved, for this reason.
struct Refused(String);

/// Reads an expression that stands at `span`.
pub(super) fn read(expression: &Text, span: Span) -> Expression {
    let holes: Vec<Hole> = expression.holes().cloned().collect();
    let mut read = Expression { all: Vec::new(), tests_subject: false, tests_id: false };
    let Some(flat) = expression.flat() else {
        let because = "the text has a character that stands for no other";
        read.all.push(Expr::undocumented("claimsMatchingExpression", because, span));
        return read;
    };
    if flat.chars().all(|character| character == Text::HOLE) && !holes.is_empty() {
        let truth = Truth::needs(holes.iter().map(|hole| hole.name.as_str()));
        read.all.push(Expr::fixed(
            "claimsMatchingExpression",
            truth,
            "the document does not hold the expression",
            span,
        ));
        (read.tests_subject, read.tests_id) = (true, true);
        return read;
    }
    let mut reader = Reader { cursor: Cursor::new(&flat), holes: holes.into_iter(), is_irregular: false };
    if let Err(Refused(because)) = reader.clauses(&mut read, span) {
        read.all.push(Expr::refused(
            "claimsMatchingExpression",
            format!("Azure refuses to save the expression: {because}"),
            span,
        ));
    }
    if reader.is_irregular {
        let because =
            "a single space is documented between the parts of an expression, other white space is not";
        read.all.push(Expr::undocumented("claimsMatchingExpression", because, span));
    }
    read
}

impl Reader<'_> {
    /// White space of which a single space is documented.
    fn space(&mut self, documented: &str) -> bool {
        let space = self.cursor.take_while(char::is_whitespace);
        self.is_irregular |= space != documented;
        !space.is_empty()
    }

    fn clauses(&mut self, read: &mut Expression, span: Span) -> Result<(), Refused> {
        self.space("");
        loop {
            self.clause(read, span)?;
            if self.cursor.rest().trim().is_empty() {
                self.space("");
                return Ok(());
            }
            let is_spaced = self.space(" ");
            if !(is_spaced && self.cursor.eat("and") && self.space(" ")) {
                return Err(Refused(
                    "clauses are joined by ` and `; there is no `or`, `not` or parenthesis".into(),
                ));
            }
        }
    }

    fn clause(&mut self, read: &mut Expression, span: Span) -> Result<(), Refused> {
        let name = self
            .cursor
            .eat("claims['")
            .then(|| self.cursor.rest().split_once("']"))
            .flatten()
            .map(|(name, _)| name)
            .ok_or_else(|| Refused("a clause begins with `claims['NAME']`, in single quotes".into()))?;
        self.cursor.take(name.len().saturating_add(2));
        let is_spaced = self.space(" ");
        let operator = ["eq", "matches"]
            .into_iter()
            .find(|operator| is_spaced && self.cursor.eat(operator))
            .ok_or_else(|| Refused("the operators are `eq` and `matches`".into()))?;
        if !self.space(" ") || !self.cursor.eat("'") {
            return Err(Refused("the text to compare with stands in single quotes".into()));
        }
        let (text, _) = self
            .cursor
            .rest()
            .split_once('\'')
            .ok_or_else(|| Refused("a single quote is not closed".into()))?;
        self.cursor.take(text.len().saturating_add(1));
        let comparand = self.comparand(text);
        let Some((_, takes_wildcards)) = CLAIMS.iter().find(|(claim, _)| *claim == name) else {
            return Err(Refused(format!(
                "{} is not a claim that expressions for GitHub have: `sub`, `job_workflow_ref`, `repository_id` or `repository_owner_id`",
                Quoted(name)
            )));
        };
        if operator == "matches" && !takes_wildcards {
            return Err(Refused(format!("`{name}` takes `eq` only")));
        }
        read.tests_subject |= name == "sub";
        read.tests_id |= !takes_wildcards;
        if self.cursor.rest().starts_with('\'') || text.ends_with('\\') {
            let because = "how a single quote is written within a text is not documented";
            read.all.push(Expr::undocumented(name, because, span));
            self.cursor.take(self.cursor.rest().len());
            return Ok(());
        }
        if operator == "matches" && is_regular_expression(text) {
            let because = "the text looks like a regular expression: wildcards are documented, and one public script uses expressions";
            read.all.push(Expr::undocumented(name, because, span));
            return Ok(());
        }
        let syntax = if operator == "matches" { Syntax::StarQuestion } else { Syntax::Exact };
        read.all.push(Expr::test(
            name,
            operator,
            Matcher::Flexible(Pattern::new(comparand, syntax, span)),
            Truth::False,
            span,
        ));
        Ok(())
    }

    fn comparand(&mut self, flat: &str) -> Text {
        let mut text = Text::default();
        for (index, literal) in flat.split(Text::HOLE).enumerate() {
            if index > 0
                && let Some(hole) = self.holes.next()
            {
                text.push(Piece::Hole(hole));
            }
            text.push(Piece::Literal(literal.to_owned()));
        }
        text
    }
}

fn is_regular_expression(text: &str) -> bool {
    [".*", ".+", "\\", "(?", "[^"].iter().any(|part| text.contains(part))
        || (text.contains('(') && text.contains(['|', ')']))
        || (text.contains('[') && text.contains(']'))
        || text.starts_with('^')
        || text.ends_with('$')
}
