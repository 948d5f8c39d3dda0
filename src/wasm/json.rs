//! What crosses to JavaScript is JSON: `JSON.parse` is the fastest way to an object.

use alloc::string::{String, ToString};
use wasm_bindgen::prelude::*;

use crate::json;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, js_name = parse)]
    fn parse(json: &str) -> JsValue;
}

/// JSON in the making: each value is followed by a comma, and the last of them is taken back.
pub(super) struct Json(String);

impl Json {
    /// The value that `write` writes.
    pub(super) fn of(write: impl FnOnce(&mut Self)) -> JsValue {
        // As much as most of it needs, so that it does not move while it grows.
        let mut json = Self(String::with_capacity(4096));
        write(&mut json);
        json.0.pop();
        parse(&json.0)
    }

    /// The name of the member that comes next.
    pub(super) fn name(&mut self, name: &str) -> &mut Self {
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
        self
    }

    /// JSON as it is written already.
    pub(super) fn written(&mut self, json: &str) {
        self.0.push_str(json);
        self.0.push(',');
    }

    pub(super) fn text(&mut self, text: &str) {
        json::write_string(text, &mut self.0);
        self.0.push(',');
    }

    pub(super) fn optional(&mut self, text: Option<&str>) {
        self.maybe(text, |text, json| json.text(text));
    }

    pub(super) fn maybe<T>(&mut self, value: Option<T>, write: impl FnOnce(T, &mut Self)) {
        match value {
            Some(value) => write(value, self),
            None => self.null(),
        }
    }

    pub(super) fn null(&mut self) {
        self.written("null");
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.written(if flag { "true" } else { "false" });
    }

    pub(super) fn number(&mut self, number: u64) {
        self.written(&number.to_string());
    }

    pub(super) fn list<T>(&mut self, items: impl IntoIterator<Item = T>, write: impl Fn(T, &mut Self)) {
        self.0.push('[');
        items.into_iter().for_each(|item| write(item, self));
        self.close("],");
    }

    pub(super) fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.0.push('{');
        members(self);
        self.close("},");
    }

    fn close(&mut self, end: &str) {
        if self.0.ends_with(',') {
            self.0.pop();
        }
        self.0.push_str(end);
    }
}
