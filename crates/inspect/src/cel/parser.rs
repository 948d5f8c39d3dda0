//! The grammar of CEL, with a bound on depth. Precedence, from the tightest: `! -`, `* / %`, `+ -`, relations and `in`, `&&`, `||`, `?:`.

use std::{iter::Peekable, ops::Range, vec::IntoIter};

use super::{
    Value,
    ast::{Kind, Macro, MacroKind, Operator, Term},
    lexer::{Problem, Token, tokens},
};
use crate::document::{Hole, Text};

/// Levels of nesting, and operators of one chain.
const DEPTH: usize = 100;

struct Parser {
    tokens: Peekable<IntoIter<(Token, Range<usize>)>>,
    /// The byte behind the last token.
    end: usize,
    depth: usize,
}

/// Parses an expression. Places are bytes of its [`flat`](Text::flat) text.
pub(crate) fn parse(text: &Text) -> Result<Term, Problem> {
    let flat = text.flat().ok_or_else(|| Problem::new(0, "a character that no text may have"))?;
    let holes: Vec<Hole> = text.holes().cloned().collect();
    let tokens = tokens(&flat, &holes)?;
    if tokens.is_empty() {
        return Err(Problem::new(0, "the expression is empty"));
    }
    let mut parser = Parser { tokens: tokens.into_iter().peekable(), end: 0, depth: 0 };
    let term = parser.expression()?;
    match parser.tokens.peek() {
        None => Ok(term),
        Some((Token::Name(word), range)) if matches!(word.as_str(), "and" | "or" | "not") => {
            Err(Problem::new(range.start, format!("CEL has no `{word}`: write `&&`, `||` or `!`")))
        }
        Some((_, range)) => Err(Problem::new(range.start, "the expression should end here")),
    }
}

impl Parser {
    fn next(&mut self) -> Option<(Token, Range<usize>)> {
        let next = self.tokens.next()?;
        self.end = next.1.end;
        Some(next)
    }

    fn at(&mut self) -> usize {
        self.tokens.peek().map_or(self.end, |(_, range)| range.start)
    }

    fn take(&mut self, symbol: &str) -> bool {
        let has = matches!(self.tokens.peek(), Some((Token::Symbol(next), _)) if *next == symbol);
        if has {
            self.next();
        }
        has
    }

    fn expect(&mut self, symbol: &str) -> Result<(), Problem> {
        if self.take(symbol) {
            return Ok(());
        }
        Err(Problem::new(self.at(), format!("expected `{symbol}`")))
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, Problem>) -> Result<T, Problem> {
        if self.depth >= DEPTH {
            return Err(Problem {
                message: format!(
                    "the expression is nested deeper than {DEPTH} levels, which is not evaluated"
                ),
                at: self.at(),
                is_undocumented: true,
            });
        }
        self.depth = self.depth.saturating_add(1);
        let parsed = parse(self);
        self.depth = self.depth.saturating_sub(1);
        parsed
    }

    fn expression(&mut self) -> Result<Term, Problem> {
        self.deeper(|parser| {
            let start = parser.at();
            let condition = parser.chain("||")?;
            if !parser.take("?") {
                return Ok(condition);
            }
            let then = parser.chain("||")?;
            parser.expect(":")?;
            let otherwise = parser.expression()?;
            let kind = Kind::Conditional(Box::new(condition), Box::new(then), Box::new(otherwise));
            Ok(Term::new(start..parser.end, kind))
        })
    }

    fn chain(&mut self, symbol: &'static str) -> Result<Term, Problem> {
        let start = self.at();
        let mut parts = vec![if symbol == "||" { self.chain("&&")? } else { self.relation()? }];
        while self.take(symbol) {
            parts.push(if symbol == "||" { self.chain("&&")? } else { self.relation()? });
        }
        if parts.len() == 1
            && let Some(part) = parts.pop()
        {
            return Ok(part);
        }
        let kind = if symbol == "||" { Kind::Or(parts) } else { Kind::And(parts) };
        Ok(Term::new(start..self.end, kind))
    }

    fn binary(
        &mut self,
        operators: &[(&str, Operator)],
        operand: fn(&mut Self) -> Result<Term, Problem>,
    ) -> Result<Term, Problem> {
        let start = self.at();
        let mut left = operand(self)?;
        let mut length = 0_usize;
        loop {
            let operator = operators.iter().find(|(symbol, _)| match self.tokens.peek() {
                Some((Token::Symbol(next), _)) => next == symbol,
                Some((Token::Name(name), _)) => *symbol == "in" && name == "in",
                _ => false,
            });
            let Some((_, operator)) = operator else { return Ok(left) };
            self.next();
            length = length.saturating_add(1);
            if length > DEPTH {
                return Err(Problem {
                    message: format!("more than {DEPTH} operators in a row are not evaluated"),
                    at: self.end,
                    is_undocumented: true,
                });
            }
            let right = operand(self)?;
            left = Term::new(start..self.end, Kind::Binary(*operator, Box::new(left), Box::new(right)));
        }
    }

    fn relation(&mut self) -> Result<Term, Problem> {
        const RELATIONS: [(&str, Operator); 7] = [
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
            ("in", Operator::In),
        ];
        self.binary(&RELATIONS, Self::sum)
    }

    fn sum(&mut self) -> Result<Term, Problem> {
        self.binary(&[("+", Operator::Add), ("-", Operator::Subtract)], Self::product)
    }

    fn product(&mut self) -> Result<Term, Problem> {
        let operators = [("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Remainder)];
        self.binary(&operators, Self::unary)
    }

    fn unary(&mut self) -> Result<Term, Problem> {
        let start = self.at();
        if self.take("!") {
            let part = self.deeper(Self::unary)?;
            return Ok(Term::new(start..self.end, Kind::Not(Box::new(part))));
        }
        if self.take("-") {
            let part = self.deeper(Self::unary)?;
            let kind = match part.kind {
                Kind::Literal(Value::Int(number)) if number > 0 => {
                    Kind::Literal(Value::Int(number.saturating_neg()))
                }
                _ => Kind::Negative(Box::new(part)),
            };
            return Ok(Term::new(start..self.end, kind));
        }
        self.member()
    }

    fn member(&mut self) -> Result<Term, Problem> {
        let start = self.at();
        let mut term = self.primary()?;
        let mut length = 0_usize;
        loop {
            length = length.saturating_add(1);
            if length > DEPTH {
                return Err(Problem::new(self.end, "more selections in a row than are evaluated"));
            }
            let kind = if self.take(".") {
                let name = self.name()?;
                if self.take("(") {
                    let arguments = self.list(")")?;
                    self.method(term, name, arguments)?
                } else {
                    Kind::Select(Box::new(term), name)
                }
            } else if self.take("[") {
                let index = self.expression()?;
                self.expect("]")?;
                Kind::Index(Box::new(term), Box::new(index))
            } else {
                return Ok(term);
            };
            term = Term::new(start..self.end, kind);
        }
    }

    fn method(&mut self, target: Term, name: String, mut arguments: Vec<Term>) -> Result<Kind, Problem> {
        let kind = match name.as_str() {
            "all" => MacroKind::All,
            "exists" => MacroKind::Exists,
            "exists_one" => MacroKind::ExistsOne,
            "map" => MacroKind::Map,
            "filter" => MacroKind::Filter,
            _ => return Ok(Kind::Call { target: Some(Box::new(target)), name, arguments }),
        };
        let body = arguments.pop();
        let filter = if kind == MacroKind::Map && arguments.len() == 2 { arguments.pop() } else { None };
        match (arguments.pop().map(|term| term.kind), body, arguments.is_empty()) {
            (Some(Kind::Name(variable)), Some(body), true) => {
                Ok(Kind::Macro(Box::new(Macro { kind, range: target, variable, filter, body })))
            }
            _ => Err(Problem::new(self.end, format!("`{name}` takes a variable and an expression"))),
        }
    }

    fn name(&mut self) -> Result<String, Problem> {
        let at = self.at();
        match self.next() {
            Some((Token::Name(name), _)) if name != "in" => Ok(name),
            _ => Err(Problem::new(at, "expected a name")),
        }
    }

    fn list(&mut self, close: &str) -> Result<Vec<Term>, Problem> {
        let mut items = Vec::new();
        while !self.take(close) {
            items.push(self.expression()?);
            if !self.take(",") {
                self.expect(close)?;
                break;
            }
            if close == ")" && matches!(self.tokens.peek(), Some((Token::Symbol(")"), _))) {
                return Err(Problem::new(self.at(), "an argument is missing behind the comma"));
            }
        }
        Ok(items)
    }

    fn primary(&mut self) -> Result<Term, Problem> {
        let start = self.at();
        // A name may begin with a dot, which stands for the root.
        if self.take(".") {
            let name = self.name()?;
            return self.named(start, name);
        }
        let Some((token, range)) = self.next() else {
            return Err(Problem::new(start, "the expression ends too early"));
        };
        let kind = match token {
            Token::Text(text) => Kind::Literal(Value::Text(text)),
            Token::Bytes => Kind::Literal(Value::Opaque("bytes")),
            Token::Int(number) => Kind::Literal(Value::Int(
                i64::try_from(number).map_err(|_| Problem::new(start, "an integer of more than 64 bits"))?,
            )),
            Token::Uint(number) => Kind::Literal(Value::Uint(number)),
            Token::Double(number) => Kind::Literal(Value::Double(number)),
            Token::Hole(hole) => Kind::Hole(hole),
            Token::Symbol("(") => {
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Symbol("[") => Kind::List(self.list("]")?),
            Token::Symbol("{") => self.map()?,
            Token::Name(name) => return self.named(start, name),
            Token::Symbol(symbol) => {
                return Err(Problem::new(range.start, format!("`{symbol}` cannot stand here")));
            }
        };
        Ok(Term::new(start..self.end, kind))
    }

    fn named(&mut self, start: usize, name: String) -> Result<Term, Problem> {
        let kind = match name.as_str() {
            "true" => Kind::Literal(Value::Bool(true)),
            "false" => Kind::Literal(Value::Bool(false)),
            "null" => Kind::Literal(Value::Null),
            "in" | "as" | "break" | "const" | "continue" | "else" | "for" | "function" | "if" | "import"
            | "let" | "loop" | "package" | "namespace" | "return" | "var" | "void" | "while" => {
                return Err(Problem::new(start, format!("`{name}` is a reserved word of CEL")));
            }
            _ if self.take("(") => {
                let mut arguments = self.list(")")?;
                if name == "has" {
                    match (arguments.pop().map(|term| term.kind), arguments.is_empty()) {
                        (Some(Kind::Select(part, field)), true) => Kind::Has(part, field),
                        _ => {
                            return Err(Problem::new(
                                start,
                                "`has` takes a selection such as `assertion.environment`",
                            ));
                        }
                    }
                } else {
                    Kind::Call { target: None, name, arguments }
                }
            }
            _ => Kind::Name(name),
        };
        Ok(Term::new(start..self.end, kind))
    }

    fn map(&mut self) -> Result<Kind, Problem> {
        let mut entries = Vec::new();
        while !self.take("}") {
            let key = self.expression()?;
            self.expect(":")?;
            entries.push((key, self.expression()?));
            if !self.take(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(Kind::Map(entries))
    }
}
