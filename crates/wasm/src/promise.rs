//! The core's futures on JavaScript's promises.
//!
//! `js_sys::futures` would poll them in a separate microtask. A trap there is an uncaught error, and the
//! promise that waits for it never settles. Here each step is a callback of the promise that is awaited, so that whatever is
//! thrown in it rejects the promise that the caller has.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use js_sys::Promise;
use wasm_bindgen::prelude::*;

type Task = Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>;
type Resume = Closure<dyn FnMut(JsValue) -> Result<Promise, JsError>>;

thread_local! {
    /// What the task that was polled last waits for.
    static AWAITED: Cell<Option<Settled>> = const { Cell::new(None) };
    static REJECTED: Closure<dyn FnMut(JsValue) -> Result<JsValue, JsError>> = Closure::new(|_| Ok(JsValue::UNDEFINED));
}

/// The same promise, with undefined in place of a rejection. One that is kept must not be rejected while it has no handlers: Node
/// would end the process.
pub(crate) fn without_rejection(promise: &Promise) -> Promise {
    REJECTED.with(|rejected| promise.catch_map(rejected))
}

/// A promise as a future: its value, or undefined if it is rejected. Only [`run`] polls it, and one at a time.
#[derive(Clone)]
pub(crate) struct Settled {
    promise: Promise,
    value: Rc<RefCell<Option<JsValue>>>,
}

impl From<Promise> for Settled {
    fn from(promise: Promise) -> Self {
        Self { promise, value: Rc::default() }
    }
}

impl Future for Settled {
    type Output = JsValue;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<JsValue> {
        if let Some(value) = self.value.take() {
            return Poll::Ready(value);
        }
        AWAITED.set(Some(Self::clone(&self)));
        Poll::Pending
    }
}

/// A promise of what the future returns. Its first part, until it waits, runs at once.
pub(crate) fn run(future: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    go_on(Box::pin(future))
}

fn go_on(mut task: Task) -> Promise {
    match task.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(value)) => Promise::resolve(&value),
        Poll::Ready(Err(failure)) => Promise::reject(&failure),
        Poll::Pending => match AWAITED.take() {
            Some(Settled { promise, value }) => {
                let own = Rc::new(Cell::<Option<Resume>>::new(None));
                let kept = Rc::clone(&own);
                let resume = Closure::once(move |settled: JsValue| {
                    // It is called once. Without this it would stay where runtimes finalize nothing.
                    drop(kept.take());
                    value.replace(Some(settled));
                    Ok(go_on(task))
                });
                // One callback for both would take the reason of a rejection for a value.
                let next = without_rejection(&promise).then_map(&resume);
                own.set(Some(resume));
                next
            }
            None => Promise::reject(&JsValue::from_str("the task waits for nothing")),
        },
    }
}
