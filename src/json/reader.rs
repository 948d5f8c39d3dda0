//! A document read piece by piece: the grammar of RFC 8259, and what no honest writer produces
//! refused.

use alloc::{
    borrow::{Cow, ToOwned},
    string::String,
    vec::Vec,
};

use super::{JsonError, JsonReason, Object, Value, other_encoding};

/// The most members that are held against each other as they come.
const FEW_MEMBERS: usize = 64;

/// A document, and how far it has been read: not further than to an error. Its pieces are asked for in
/// their order:
///
/// ```ignore
/// read(bytes, depth, |reader| reader.object(|reader, name| match reader.token() {
///     Some(b'"') => add(name, reader.string()?),
///     _ => reader.skip_value(),
/// }))
/// ```
pub(crate) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) offset: usize,
    /// The most levels, for the message.
    limit: usize,
    /// How many more levels may be opened.
    depth: usize,
    /// The members' names so far of each object that is open, the innermost last: one list for all of
    /// them, because one for each would be an allocation for each.
    names: Vec<Cow<'t, str>>,
}

/// What is known of an object while it is read.
#[derive(Default)]
struct Members {
    is_open: bool,
    /// The offset of the object.
    offset: usize,
    /// Where its names begin in `Reader::names`.
    start: usize,
    /// What is known of the names so far, see [`Reader::add_name`].
    seen: [u64; 2],
    has_duplicate: bool,
}

pub(super) type Read<T> = Result<T, JsonError>;

/// Reads one value from `bytes`, nested at most `depth` levels, as `visit` does. It must read all of
/// the value, and may refuse it with an error of its own.
pub(crate) fn read<'t, T, E: From<JsonError>>(
    bytes: &'t [u8],
    depth: usize,
    visit: impl FnOnce(&mut Reader<'t>) -> Result<T, E>,
) -> Result<T, E> {
    if let Some(encoding) = other_encoding(bytes) {
        return Err(JsonError { offset: 0, reason: encoding.into() }.into());
    }
    let text = core::str::from_utf8(bytes)
        .map_err(|error| JsonError { offset: error.valid_up_to(), reason: JsonReason::NotUtf8 })?;
    let mut reader = Reader { text, offset: 0, limit: depth, depth, names: Vec::with_capacity(FEW_MEMBERS) };
    let value = visit(&mut reader)?;
    match reader.token() {
        None => Ok(value),
        Some(_) => Ok(reader.misplaced("trailing characters")?),
    }
}

impl<'t> Reader<'t> {
    /// The next byte behind white space, still to be read: it says what value follows.
    #[inline]
    pub(crate) fn token(&mut self) -> Option<u8> {
        let byte = self.next();
        // Most documents have no white space at all, or one blank.
        if byte.is_some_and(|byte| byte <= b' ') { self.token_behind_space() } else { byte }
    }

    #[inline(never)]
    fn token_behind_space(&mut self) -> Option<u8> {
        self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        self.next()
    }

    /// How many bytes have been read.
    pub(crate) const fn offset(&self) -> usize {
        self.offset
    }

    /// Reads a value, whatever it is.
    pub(crate) fn value(&mut self) -> Read<Value> {
        self.walk(true)
    }

    /// Reads a value and keeps nothing of it.
    pub(crate) fn skip_value(&mut self) -> Read<()> {
        self.walk(false).map(drop)
    }

    /// Reads a value, which is empty unless it `keeps` what it reads.
    fn walk(&mut self, keeps: bool) -> Read<Value> {
        match self.token() {
            Some(b'{') => {
                let mut members = Vec::new();
                self.object(|reader, name| {
                    let value = reader.walk(keeps)?;
                    if keeps {
                        members.push((name.into_owned(), value));
                    }
                    Ok::<_, JsonError>(())
                })?;
                Ok(Value::Object(Object(members)))
            }
            Some(b'[') => {
                let mut items = Vec::new();
                self.array(|reader| {
                    let value = reader.walk(keeps)?;
                    if keeps {
                        items.push(value);
                    }
                    Ok::<_, JsonError>(())
                })?;
                Ok(Value::Array(items))
            }
            Some(b'"') => {
                let text = self.string()?;
                Ok(Value::String(if keeps { text.into_owned() } else { String::new() }))
            }
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            Some(_) => self.word(),
            None => self.syntax("EOF while parsing a value"),
        }
    }

    /// Reads an object. `visit` is told the name of each member and must read its value. That a name
    /// occurs twice is known when the object ends.
    pub(crate) fn object<E: From<JsonError>>(
        &mut self,
        mut visit: impl FnMut(&mut Self, Cow<'t, str>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut members = Members::default();
        while let Some(name) = self.next_member(&mut members)? {
            visit(self, name)?;
        }
        Ok(())
    }

    /// As [`object`](Self::object), and `visit` also gets the offset where the name begins.
    pub(crate) fn object_with_offsets<E: From<JsonError>>(
        &mut self,
        mut visit: impl FnMut(&mut Self, Cow<'t, str>, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        self.token();
        // Where the member before ends, and at first behind the brace.
        let mut end = self.offset.saturating_add(1);
        self.object(|reader, name| {
            let between = reader.text.as_bytes().get(end..).unwrap_or_default();
            let is_separator = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',');
            visit(reader, name, end.saturating_add(between.iter().take_while(is_separator).count()))?;
            end = reader.offset;
            Ok(())
        })
    }

    /// Reads an array. `visit` must read each item.
    pub(crate) fn array<E: From<JsonError>>(
        &mut self,
        mut visit: impl FnMut(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut is_open = false;
        while self.next_element(b'[', b']', &mut is_open)? {
            visit(self)?;
        }
        Ok(())
    }

    #[cold]
    pub(super) fn syntax<T>(&self, what: &str) -> Read<T> {
        self.error(JsonReason::Syntax(what.to_owned()))
    }

    /// As [`syntax`](Self::syntax), where people write what JSON does not have.
    #[cold]
    pub(super) fn misplaced<T>(&self, what: &str) -> Read<T> {
        let rest = self.text.as_bytes().get(self.offset..).unwrap_or_default();
        self.syntax(match rest {
            [b'/' | b'#', ..] => "JSON does not allow comments",
            [b'\'', ..] => "JSON strings need double quotes",
            // “ and ”
            [0xe2, 0x80, 0x9c | 0x9d, ..] => "JSON needs straight double quotes",
            _ => what,
        })
    }

    #[cold]
    fn error<T>(&self, reason: JsonReason) -> Read<T> {
        Err(JsonError { offset: self.offset, reason })
    }

    /// Goes to the value of the next member of an object, or over the object's end.
    #[inline(never)]
    fn next_member(&mut self, members: &mut Members) -> Read<Option<Cow<'t, str>>> {
        if !members.is_open {
            members.start = self.names.len();
            members.offset = self.offset;
        }
        if !self.next_element(b'{', b'}', &mut members.is_open)? {
            let names = self.names.get(members.start..).unwrap_or_default();
            if (members.has_duplicate || names.len() > FEW_MEMBERS)
                && let Some(name) = duplicate(names)
            {
                let name = name.to_owned();
                self.offset = self.second(members.offset, &name);
                return self.error(JsonReason::DuplicateMember(name));
            }
            self.names.truncate(members.start);
            return Ok(None);
        }
        if self.token() != Some(b'"') {
            return self.misplaced("a member's name must be a string");
        }
        let start = self.offset;
        let name = self.string()?;
        if name == "__proto__" {
            self.offset = start;
            return self.error(JsonReason::ForbiddenMember(name.into_owned()));
        }
        if self.token() != Some(b':') {
            return self.syntax("expected `:`");
        }
        self.advance();
        self.add_name(&name, members);
        self.names.push(name.clone());
        Ok(Some(name))
    }

    /// Where the second member of this name begins in the object at `offset`, which is read once more.
    #[cold]
    fn second(&self, offset: usize, name: &str) -> usize {
        let mut reader =
            Reader { text: self.text, offset, limit: self.limit, depth: self.limit, names: Vec::new() };
        let mut found = Vec::new();
        // Ends with an error: at the second one, or where the object ends with two of a name.
        let _: Read<()> = reader.object_with_offsets(|reader, member, offset| {
            if member == name {
                found.push(offset);
            }
            reader.skip_value()?;
            if found.len() > 1 { reader.syntax("twice") } else { Ok(()) }
        });
        found.get(1).copied().unwrap_or(self.offset)
    }

    /// Goes to the next element of an object or array, which this opens, or over its end.
    #[inline(never)]
    fn next_element(&mut self, start: u8, end: u8, is_open: &mut bool) -> Read<bool> {
        let found = self.token();
        if !*is_open {
            if found != Some(start) {
                return self.misplaced("expected value");
            }
            let Some(depth) = self.depth.checked_sub(1) else {
                return self.error(JsonReason::TooDeep(self.limit));
            };
            self.depth = depth;
            self.advance();
            *is_open = true;
            if self.token() != Some(end) {
                return Ok(true);
            }
        } else if found == Some(b',') {
            self.advance();
            return if self.token() == Some(end) { self.syntax("trailing comma") } else { Ok(true) };
        } else if found != Some(end) {
            return self.misplaced(if end == b'}' { "expected `,` or `}`" } else { "expected `,` or `]`" });
        }
        self.depth = self.depth.saturating_add(1);
        self.advance();
        Ok(false)
    }

    /// Looks among the object's few names for another `name`, unless two bits for it, of its length
    /// and its ends, say that there is none.
    #[inline]
    fn add_name(&self, name: &str, members: &mut Members) {
        let end = |byte: Option<&u8>| byte.map_or(0, |byte| u32::from(*byte));
        let bytes = name.as_bytes();
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let key = length.wrapping_mul(5) ^ end(bytes.first());
        let bits = [1_u64.wrapping_shl(key), 1_u64.wrapping_shl(length ^ end(bytes.last()).wrapping_mul(3))];
        let [seen_first, seen_last] = members.seen;
        let [first, last] = bits;
        if seen_first & first != 0 && seen_last & last != 0 {
            let names = self.names.get(members.start..).unwrap_or_default();
            members.has_duplicate |= names.len() < FEW_MEMBERS && names.iter().any(|known| known == name);
        }
        members.seen = [seen_first | first, seen_last | last];
    }

    #[inline]
    pub(super) fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.offset).copied()
    }

    /// Goes over the next byte, which is there.
    #[inline]
    pub(super) fn advance(&mut self) {
        self.offset = self.offset.saturating_add(1);
    }

    /// Goes over `byte`, if it is the next one.
    pub(super) fn skip(&mut self, byte: u8) -> bool {
        let follows = self.next() == Some(byte);
        self.offset = self.offset.saturating_add(usize::from(follows));
        follows
    }

    /// Goes over the bytes that `is_part` accepts, which are whole characters, and returns them.
    pub(super) fn skip_while(&mut self, is_part: impl Fn(u8) -> bool) -> &'t str {
        let rest = self.text.as_bytes().get(self.offset..).unwrap_or_default();
        self.take(rest.iter().position(|byte| !is_part(*byte)).unwrap_or(rest.len()))
    }

    #[inline]
    pub(super) fn take(&mut self, length: usize) -> &'t str {
        let start = self.offset;
        self.offset = start.saturating_add(length);
        self.text.get(start..self.offset).unwrap_or_default()
    }
}

/// A name that occurs twice; of several, the last in order.
fn duplicate<'n>(names: &'n [Cow<'_, str>]) -> Option<&'n str> {
    let mut names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    names.sort_unstable();
    let twice = |pair: &&[&str]| matches!(pair, [one, other] if one == other);
    names.windows(2).rfind(twice).and_then(|pair| pair.first()).copied()
}
