//! Writing types as JSON: into a [`Value`], or as text for a digest.
//!
//! One serializer for both ends, so that every type is compiled for it once. Its answers are empty, the
//! failure too: a call for each field, and nothing to hold or to drop between two of them.

mod text;
mod tree;

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::{Number, Value};
use std::fmt;

pub(crate) use text::Text;
use tree::Tree;

/// A value as JSON.
///
/// Fields stand in the order of their names. What cannot be JSON, which no type of this crate holds, is `null`.
pub fn write<T: Serialize + ?Sized>(value: &T) -> Value {
    write_by(&|writer| value.serialize(writer))
}

/// What a function writes, as JSON.
#[inline(never)]
pub(crate) fn write_by(by: &dyn Fn(&mut Writer<'_>) -> Written) -> Value {
    let mut tree = Tree::default();
    match by(&mut Writer::new(&mut tree)) {
        Ok(()) => tree.done(),
        Err(Unwritable) => Value::Null,
    }
}

/// Where JSON goes, piece by piece.
pub(crate) trait Sink {
    /// A number, a truth value or `null`.
    fn word(&mut self, word: Value);
    /// A text.
    fn text(&mut self, text: &str);
    /// An object begins, or a list.
    fn begin(&mut self, bracket: Bracket);
    /// The name of the field whose value comes next.
    fn name(&mut self, name: &str);
    /// What was begun last ends.
    fn end(&mut self, bracket: Bracket);
}

/// What holds other values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bracket {
    Object,
    List,
}

/// That something cannot be JSON. Says no more, for nothing in this crate is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unwritable;

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this cannot be JSON")
    }
}

impl std::error::Error for Unwritable {}

impl serde::ser::Error for Unwritable {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self
    }
}

/// Whether it could be written.
pub(crate) type Written = Result<(), Unwritable>;

/// Serializes into a sink.
pub(crate) struct Writer<'a> {
    sink: &'a mut dyn Sink,
    /// Whether the name of a map's entry comes next.
    is_name: bool,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(sink: &'a mut dyn Sink) -> Self {
        Self {
            sink,
            is_name: false,
        }
    }

    #[inline(never)]
    fn word(&mut self, word: Value) -> Written {
        if self.is_name {
            return self.text(&word.to_string());
        }
        self.sink.word(word);
        Ok(())
    }

    #[inline(never)]
    fn text(&mut self, text: &str) -> Written {
        if self.is_name {
            self.is_name = false;
            self.sink.name(text);
        } else {
            self.sink.text(text);
        }
        Ok(())
    }

    #[inline(never)]
    fn begin(&mut self, bracket: Bracket) -> Result<&mut Self, Unwritable> {
        if self.is_name {
            return Err(Unwritable);
        }
        self.sink.begin(bracket);
        Ok(self)
    }

    #[inline(never)]
    fn end(&mut self, bracket: Bracket) -> Written {
        self.sink.end(bracket);
        Ok(())
    }

    #[inline(never)]
    fn variant(&mut self, name: &str, bracket: Bracket) -> Result<Variant<'_, 'a>, Unwritable> {
        let writer = self.begin(Bracket::Object)?;
        writer.sink.name(name);
        writer.begin(bracket).map(Variant)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Written {
        self.sink.name(name);
        value.serialize(self)
    }
}

impl<'w, 'a> Serializer for &'w mut Writer<'a> {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Variant<'w, 'a>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Variant<'w, 'a>;

    fn serialize_bool(self, value: bool) -> Written {
        self.word(Value::Bool(value))
    }

    fn serialize_i8(self, value: i8) -> Written {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Written {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Written {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Written {
        self.word(Value::Number(value.into()))
    }

    fn serialize_u8(self, value: u8) -> Written {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Written {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Written {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Written {
        self.word(Value::Number(value.into()))
    }

    fn serialize_f32(self, value: f32) -> Written {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Written {
        self.word(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn serialize_char(self, value: char) -> Written {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Written {
        self.text(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Written {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Written {
        self.word(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        self.word(Value::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Written {
        self.word(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Written {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Written {
        let writer = self.begin(Bracket::Object)?;
        writer.field(variant, value)?;
        writer.end(Bracket::Object)
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Self, Unwritable> {
        self.begin(Bracket::List)
    }

    fn serialize_tuple(self, _length: usize) -> Result<Self, Unwritable> {
        self.begin(Bracket::List)
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        _length: usize,
    ) -> Result<Self, Unwritable> {
        self.begin(Bracket::List)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Variant<'w, 'a>, Unwritable> {
        self.variant(variant, Bracket::List)
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Self, Unwritable> {
        self.begin(Bracket::Object)
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Self, Unwritable> {
        self.begin(Bracket::Object)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Variant<'w, 'a>, Unwritable> {
        self.variant(variant, Bracket::Object)
    }
}

impl SerializeSeq for &mut Writer<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        Writer::end(self, Bracket::List)
    }
}

impl SerializeTuple for &mut Writer<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        Writer::end(self, Bracket::List)
    }
}

impl SerializeTupleStruct for &mut Writer<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        Writer::end(self, Bracket::List)
    }
}

impl SerializeMap for &mut Writer<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        self.is_name = true;
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        Writer::end(self, Bracket::Object)
    }
}

impl SerializeStruct for &mut Writer<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Written {
        self.field(name, value)
    }

    fn end(self) -> Written {
        Writer::end(self, Bracket::Object)
    }
}

/// A variant with several values: an object, or a list, within an object.
pub(crate) struct Variant<'w, 'a>(&'w mut Writer<'a>);

impl SerializeStructVariant for Variant<'_, '_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Written {
        self.0.field(name, value)
    }

    fn end(self) -> Written {
        self.0.end(Bracket::Object)?;
        self.0.end(Bracket::Object)
    }
}

impl SerializeTupleVariant for Variant<'_, '_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut *self.0)
    }

    fn end(self) -> Written {
        self.0.end(Bracket::List)?;
        self.0.end(Bracket::Object)
    }
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::cloud::{Cloud, Settings};
    use crate::timeline::read_command;
    use crate::units::SimInstant;
    use serde::Serialize;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    enum Kind {
        Plain,
        Sized(i64),
        Pair(u8, bool),
        Named { first_name: &'static str },
    }

    #[derive(Serialize)]
    struct Whole {
        kinds: Vec<Kind>,
        pair: (u8, char),
        none: Option<bool>,
        some: Option<bool>,
        by_number: BTreeMap<u64, &'static str>,
        by_name: BTreeMap<String, Value>,
    }

    fn whole() -> Whole {
        Whole {
            kinds: vec![
                Kind::Plain,
                Kind::Sized(-3),
                Kind::Pair(1, false),
                Kind::Named {
                    first_name: "a \"b\"\n\u{1}ü",
                },
            ],
            pair: (7, 'x'),
            none: None,
            some: Some(true),
            by_number: BTreeMap::from([(1, "one"), (20, "")]),
            by_name: BTreeMap::from([
                ("x".to_owned(), json!([1.5, 1e300, {}, []])),
                (String::new(), json!(u64::MAX)),
            ]),
        }
    }

    #[test]
    fn a_value_is_what_serde_json_makes_of_it() {
        assert_eq!(write(&whole()), serde_json::to_value(whole()).unwrap());
        assert_eq!(write("text"), json!("text"));
        assert_eq!(write(&()), Value::Null);
    }

    #[test]
    fn a_text_is_what_serde_json_makes_of_it() {
        for value in [write(&whole()), json!([]), json!({}), json!(-1)] {
            assert_eq!(super::text::tests::text(&value), value.to_string());
        }
        assert_eq!(
            super::text::tests::text(&whole()),
            serde_json::to_string(&whole()).unwrap()
        );
    }

    /// What is written is what is digested: every kind of task and resource stands in this text.
    #[test]
    fn the_text_of_a_lab_at_work_is_what_serde_json_makes_of_it() {
        let start = SimInstant::from_unix_seconds(0);
        let mut cloud = Cloud::new(1, start, Settings::default());
        for command in [
            json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "disks": [
                { "name": "os", "sizeGiB": 1 }, { "name": "old", "facts": { "managed": false } },
            ] }),
            json!({ "type": "setWorkload", "disk": "os", "workload":
                { "every": "PT1H", "writes": 1, "blocksPerWrite": 1, "withinThousandths": 1000 } }),
            json!({ "type": "createRestorePointCollection", "name": "c", "source": "vm" }),
            json!({ "type": "createRestorePointCollection", "name": "d", "source": "vm" }),
            json!({ "type": "setAgent", "virtualMachine": "vm", "status": "ready" }),
            json!({ "type": "setSetting", "name": "edition", "value": "2022-07" }),
            json!({ "type": "deleteRestorePointCollection", "collection": "d" }),
        ] {
            cloud.execute(&read_command(command).unwrap()).unwrap();
        }
        let text = super::text::tests::text(&cloud);
        assert_eq!(text, serde_json::to_string(&cloud).unwrap());
        assert!(text.contains("\"Write\":["), "{text}");
        assert_eq!(write(&cloud), serde_json::to_value(&cloud).unwrap());
    }

    #[test]
    fn an_object_has_no_lists_as_names() {
        let odd = BTreeMap::from([(vec![1], 2)]);
        assert_eq!(write(&odd), Value::Null);
    }
}
