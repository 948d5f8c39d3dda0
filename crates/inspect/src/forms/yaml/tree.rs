//! The tree of a YAML text, before plain scalars have a type.

use std::{collections::HashMap, rc::Rc};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};

use crate::{ReadError, TEXT_BYTES, document::Span};

/// Levels of nesting.
const DEPTH: usize = 128;

/// A value with its place.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) span: Span,
    /// `Sub` of `!Sub`, and the whole tag of `!!str`: `tag:yaml.org,2002:str`.
    pub(super) tag: Option<String>,
    pub(super) kind: Kind,
    /// Its nodes and the bytes of its text, with each alias in full.
    weight: usize,
    /// The levels of nesting in it.
    height: usize,
}

#[derive(Debug)]
pub(super) enum Kind {
    Scalar {
        text: String,
        is_plain: bool,
    },
    List(Vec<Rc<Raw>>),
    /// Names and values. A name may occur twice.
    Object(Vec<(Rc<Raw>, Rc<Raw>)>),
}

/// A collection that is not closed yet: an object has names and values in turn.
struct Open {
    start: usize,
    anchor: usize,
    tag: Option<String>,
    is_object: bool,
    children: Vec<Rc<Raw>>,
}

struct Builder<'t> {
    text: &'t str,
    /// The byte at which each character starts, unless all are ASCII.
    offsets: Option<Vec<usize>>,
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Raw>>,
    /// What aliases have repeated.
    repeated: usize,
    documents: Vec<Rc<Raw>>,
}

/// The documents of a text.
pub(super) fn read(text: &str) -> Result<Vec<Rc<Raw>>, ReadError> {
    let offsets = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect());
    let mut builder = Builder {
        text,
        offsets,
        open: Vec::new(),
        anchors: HashMap::new(),
        repeated: 0,
        documents: Vec::new(),
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| builder.scan_error(&error))?;
        let span = Span { start: builder.offset(&span.start), end: builder.offset(&span.end) };
        builder.event(event, span)?;
    }
    Ok(builder.documents)
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), ReadError> {
        let name = |tag: Option<std::borrow::Cow<'_, saphyr_parser::Tag>>| {
            tag.map(|tag| {
                if tag.handle == "!" { tag.suffix.clone() } else { format!("{}{}", tag.handle, tag.suffix) }
            })
        };
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let weight = text.len().saturating_add(1);
                let kind = Kind::Scalar { text: text.into_owned(), is_plain: style == ScalarStyle::Plain };
                self.add(anchor, Raw { span, tag: name(tag), kind, weight, height: 0 });
                Ok(())
            }
            Event::SequenceStart(anchor, tag) => self.begin(span, anchor, name(tag), false),
            Event::MappingStart(anchor, tag) => self.begin(span, anchor, name(tag), true),
            Event::SequenceEnd | Event::MappingEnd => {
                self.end(span);
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::DocumentStart(_) => {
                self.anchors.clear();
                Ok(())
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn begin(
        &mut self,
        span: Span,
        anchor: usize,
        tag: Option<String>,
        is_object: bool,
    ) -> Result<(), ReadError> {
        if self.open.len() >= DEPTH {
            return Err(self.too_deep(span));
        }
        self.open.push(Open { start: span.start, anchor, tag, is_object, children: Vec::new() });
        Ok(())
    }

    fn end(&mut self, span: Span) {
        let Some(Open { start, anchor, tag, is_object, children }) = self.open.pop() else { return };
        // A bracket ends a flow collection; a block collection ends with its last child.
        let last = children.last().map_or(start, |child| child.span.end);
        let end = if span.start < span.end || children.is_empty() { span.end.max(last) } else { last };
        let weight = children.iter().fold(1_usize, |sum, child| sum.saturating_add(child.weight));
        let height = children.iter().map(|child| child.height).max().unwrap_or_default().saturating_add(1);
        let kind = if is_object {
            let mut members = Vec::new();
            let mut children = children.into_iter();
            while let (Some(name), Some(value)) = (children.next(), children.next()) {
                members.push((name, value));
            }
            Kind::Object(members)
        } else {
            Kind::List(children)
        };
        self.add(anchor, Raw { span: Span { start, end }, tag, kind, weight, height });
    }

    fn add(&mut self, anchor: usize, raw: Raw) {
        let raw = Rc::new(raw);
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&raw));
        }
        self.put(raw);
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), ReadError> {
        let Some(target) = self.anchors.get(&anchor).map(Rc::clone) else {
            return Err(ReadError::syntax(
                self.text,
                span.start,
                "the alias stands within the value that it repeats",
            ));
        };
        self.repeated = self.repeated.saturating_add(target.weight);
        if self.repeated > TEXT_BYTES {
            let message = format!("the aliases of the text repeat more than {TEXT_BYTES} bytes of it");
            return Err(ReadError::syntax(self.text, span.start, message));
        }
        if self.open.len().saturating_add(target.height) > DEPTH {
            return Err(self.too_deep(span));
        }
        self.put(target);
        Ok(())
    }

    fn put(&mut self, raw: Rc<Raw>) {
        match self.open.last_mut() {
            Some(open) => open.children.push(raw),
            None => self.documents.push(raw),
        }
    }

    fn too_deep(&self, span: Span) -> ReadError {
        ReadError::syntax(self.text, span.start, format!("the YAML is nested deeper than {DEPTH} levels"))
    }

    fn scan_error(&self, error: &ScanError) -> ReadError {
        let offset = self.offset(error.marker());
        if error.info().contains("tab") {
            return ReadError::syntax(self.text, offset, "not YAML: a tab indents this line; use spaces");
        }
        ReadError::syntax(self.text, offset, format!("not YAML: {}", error.info()))
    }

    fn offset(&self, marker: &Marker) -> usize {
        match &self.offsets {
            Some(offsets) => offsets.get(marker.index()).copied().unwrap_or(self.text.len()),
            None => marker.index().min(self.text.len()),
        }
    }
}
