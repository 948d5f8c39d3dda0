//! How values cross the border: by serde, both ways.

use claimgate::{Code, ErrorDetails};
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast as _, JsValue};

/// A value as plain JavaScript data, with `null` for what is absent.
///
/// # Errors
///
/// An `Error` of JavaScript, which no caller expects: a failure of the module.
pub(crate) fn to_js<T: Serialize + ?Sized>(value: &T) -> Result<JsValue, JsValue> {
    value.serialize(&Serializer::json_compatible()).map_err(Into::into)
}

/// What is thrown for an error: its details as plain data, which `src/js/instance.js` makes a `ClaimgateError` of.
#[inline(never)]
pub(crate) fn fail(error: impl Into<ErrorDetails>) -> JsValue {
    to_js(&error.into()).unwrap_or_else(|failure| failure)
}

/// Options of a call, which is named `what` in messages. The names of members are those of Rust in camel case; others are
/// refused.
///
/// # Errors
///
/// [`Code::OptionInvalid`], with the member as its place.
pub(crate) fn from_js<'de, T: Deserialize<'de>>(what: &str, options: JsValue) -> Result<T, JsValue> {
    serde_path_to_error::deserialize(Strict(options.into())).map_err(|error| {
        let place = error.path().to_string();
        let name = if place == "." { what } else { &place };
        let reason = JsValue::from(error.into_inner()).dyn_ref::<js_sys::Error>().map(js_sys::Error::message);
        let reason = reason.map_or_else(|| "it is not of its type".into(), String::from);
        fail(ErrorDetails::new(Code::OptionInvalid, format!("`{name}`: {reason}")).at(name))
    })
}

/// Reads structures as maps: `serde_wasm_bindgen` asks an object for the members of a structure, and never sees others.
struct Strict(serde_wasm_bindgen::Deserializer);

impl<'de> Deserializer<'de> for Strict {
    type Error = serde_wasm_bindgen::Error;

    fn deserialize_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.0.deserialize_map(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A time in JavaScript, in seconds: numbers there are doubles, of which only whole ones that are not negative are taken.
#[derive(Clone, Copy)]
pub(crate) struct Seconds(pub(crate) u64);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Seconds;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("a whole number of seconds")
            }

            fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Seconds, E> {
                Ok(Seconds(seconds))
            }

            fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Seconds, E> {
                let unexpected = de::Unexpected::Signed(seconds);
                seconds.try_into().map(Seconds).map_err(|_| E::invalid_value(unexpected, &self))
            }

            fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Seconds, E> {
                whole(seconds)
                    .map(Seconds)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Float(seconds), &self))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// A time that crosses as an argument, in seconds.
///
/// # Errors
///
/// [`Code::OptionInvalid`] if it is not a whole number.
pub(crate) fn seconds(option: &str, value: f64) -> Result<u64, JsValue> {
    whole(value).ok_or_else(|| {
        let message = format!("`{option}` must be a whole number of seconds");
        fail(ErrorDetails::new(Code::OptionInvalid, message).at(option))
    })
}

fn whole(value: f64) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        clippy::float_cmp,
        reason = "whether the conversion is exact is what is asked"
    )]
    Some(value as u64).filter(|seconds| *seconds as f64 == value)
}
