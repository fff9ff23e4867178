//! How the types of every day are written.

use super::{Write, Writer};
use serde_json::{Map, Value};
use std::sync::Arc;

impl Write for bool {
    fn write(&self, to: &mut Writer<'_>) {
        to.word(Value::Bool(*self));
    }
}

impl Write for u64 {
    #[inline(never)]
    fn write(&self, to: &mut Writer<'_>) {
        to.word(Value::Number((*self).into()));
    }
}

impl Write for i64 {
    fn write(&self, to: &mut Writer<'_>) {
        to.word(Value::Number((*self).into()));
    }
}

macro_rules! whole_numbers {
    ($($type:ty),*) => {
        $(impl Write for $type {
            fn write(&self, to: &mut Writer<'_>) {
                u64::from(*self).write(to);
            }
        })*
    };
}

whole_numbers!(u8, u32);

impl Write for usize {
    fn write(&self, to: &mut Writer<'_>) {
        (*self as u64).write(to);
    }
}

impl Write for str {
    fn write(&self, to: &mut Writer<'_>) {
        to.text(self);
    }
}

impl Write for String {
    #[inline(never)]
    fn write(&self, to: &mut Writer<'_>) {
        to.text(self);
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl Write for Value {
    fn write(&self, to: &mut Writer<'_>) {
        match self {
            Self::String(text) => to.text(text),
            Self::Array(items) => items.write(to),
            Self::Object(fields) => fields.write(to),
            word => to.word(word.clone()),
        }
    }
}

impl Write for Map<String, Value> {
    fn write(&self, to: &mut Writer<'_>) {
        to.map(self.iter().map(|(name, value)| (name.as_str(), value)));
    }
}

impl<T: Write> Write for Option<T> {
    fn write(&self, to: &mut Writer<'_>) {
        match self {
            None => to.word(Value::Null),
            Some(value) => value.write(to),
        }
    }

    fn is_blank(&self) -> bool {
        self.is_none()
    }
}

impl<T: Write + ?Sized> Write for &T {
    fn write(&self, to: &mut Writer<'_>) {
        (**self).write(to);
    }
}

impl<T: Write + ?Sized> Write for Box<T> {
    fn write(&self, to: &mut Writer<'_>) {
        (**self).write(to);
    }
}

impl<T: Write + ?Sized> Write for Arc<T> {
    fn write(&self, to: &mut Writer<'_>) {
        (**self).write(to);
    }
}

impl<T: Write> Write for [T] {
    fn write(&self, to: &mut Writer<'_>) {
        to.list(self.iter());
    }
}

impl<T: Write> Write for Vec<T> {
    fn write(&self, to: &mut Writer<'_>) {
        self.as_slice().write(to);
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Write, const N: usize> Write for [T; N] {
    fn write(&self, to: &mut Writer<'_>) {
        self.as_slice().write(to);
    }
}

/// A list of two.
impl<A: Write, B: Write> Write for (A, B) {
    fn write(&self, to: &mut Writer<'_>) {
        to.pair(&self.0, &self.1);
    }
}
