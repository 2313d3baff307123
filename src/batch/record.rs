//! One record of JSON Lines: its text is replaced, everything else stays as it is, byte for byte.

use std::fmt;
use std::ops::Range;

use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::cli::lang::say;

/// Which fields of a record are what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    /// The text to be cleaned, and where the clean text goes.
    pub(crate) text: String,
    /// The HTML of the page, from which the text is taken.
    pub(crate) html: Option<String>,
    /// The address of the page.
    pub(crate) url: Option<String>,
}

/// What a record holds of the page.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// Where the text's value stands in the line.
    text_range: Option<Range<usize>>,
    /// The text; `None` where it is null or absent.
    pub(crate) text: Option<String>,
    /// The HTML.
    pub(crate) html: Option<String>,
    /// The address.
    pub(crate) url: Option<String>,
    /// A field that should hold the text or the HTML, and holds something else.
    no_string: Option<String>,
}

impl Record {
    /// Reads a line.
    ///
    /// # Errors
    /// A message that says what is wrong with the line.
    pub(crate) fn read(line: &str, fields: &Fields) -> Result<Self, String> {
        let mut reader = serde_json::Deserializer::from_str(line);
        let found = reader.deserialize_map(FieldsVisitor { line, fields });
        let record = found.and_then(|record| reader.end().map(|()| record)).map_err(|error| plain(&error))?;
        if let Some(field) = &record.no_string {
            return Err(say!(
                "the field \"{field}\" holds no string; name another with --text-field or --html-field",
                "“{field}”字段不是字符串；请用 --text-field 或 --html-field 指定别的字段"
            ));
        }
        if record.text_range.is_none() && record.html.is_none() {
            let field = fields.html.as_ref().unwrap_or(&fields.text);
            return Err(say!(
                "no field \"{field}\"; name the field of the text with --text-field",
                "没有“{field}”字段；请用 --text-field 指定正文字段"
            ));
        }
        Ok(record)
    }

    /// Takes note of a field that holds no string.
    fn reject(&mut self, field: &str) -> Option<String> {
        self.no_string.get_or_insert_with(|| field.to_owned());
        None
    }

    /// The line with this text in it.
    pub(crate) fn with_text(&self, line: &str, field: &str, text: &str) -> String {
        let value = serde_json::to_string(text).expect("a text can be JSON");
        match &self.text_range {
            Some(range) => with_value(line, range, &value),
            None => with_field(line, field, &value),
        }
    }

    /// The line with null for its text.
    pub(crate) fn without_text(&self, line: &str) -> String {
        self.text_range.as_ref().map_or_else(|| line.to_owned(), |range| with_value(line, range, "null"))
    }
}

fn with_value(line: &str, range: &Range<usize>, value: &str) -> String {
    format!("{}{value}{}", &line[..range.start], &line[range.end..])
}

/// What is wrong with a line that is no JSON object, and what one is.
fn plain(error: &serde_json::Error) -> String {
    let column = error.column();
    match error.classify() {
        Category::Eof => {
            say!("the JSON object is not finished; each has to be on one line", "JSON 对象不完整；每个对象要写在一行里")
        }
        Category::Syntax => say!(
            "no JSON at column {column}; each line has to be an object, such as {{\"text\": \"…\"}}",
            "第 {column} 列不是 JSON；每行要是一个对象，例如 {{\"text\": \"…\"}}"
        ),
        Category::Data | Category::Io => say!(
            "no JSON object; each line has to be one, such as {{\"text\": \"…\"}}",
            "不是 JSON 对象；每行要是一个对象，例如 {{\"text\": \"…\"}}"
        ),
    }
}

/// The line of an object with one more field at its end, whose value is JSON.
pub(crate) fn with_field(line: &str, field: &str, value: &str) -> String {
    let name = serde_json::to_string(field).expect("a text can be JSON");
    let end = line.rfind('}').expect("an object ends in a brace");
    let comma = if line[..end].trim_end().ends_with('{') { "" } else { "," };
    format!("{}{comma}{name}:{value}{}", line[..end].trim_end(), &line[end..])
}

struct FieldsVisitor<'l> {
    line: &'l str,
    fields: &'l Fields,
}

impl<'l> Visitor<'l> for FieldsVisitor<'l> {
    type Value = Record;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<Record, A::Error> {
        let mut record = Record::default();
        // The last of several fields with one name counts, as readers of JSON have it.
        while let Some((name, value)) = map.next_entry::<String, &'l RawValue>()? {
            let string = || serde_json::from_str::<Option<String>>(value.get());
            if name == self.fields.text {
                let start = value.get().as_ptr() as usize - self.line.as_ptr() as usize;
                record.text_range = Some(start..start + value.get().len());
                if self.fields.html.is_none() {
                    record.text = string().unwrap_or_else(|_| record.reject(&name));
                }
            }
            if self.fields.html.as_ref() == Some(&name) {
                record.html = string().unwrap_or_else(|_| record.reject(&name));
            }
            if self.fields.url.as_ref() == Some(&name) {
                // An address that is no string is none.
                record.url = string().unwrap_or_default();
            }
        }
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        Fields { text: "text".to_owned(), html: None, url: Some("url".to_owned()) }
    }

    #[test]
    fn everything_but_the_text_stays_as_it_is() {
        let line = r#" {"id": 1.50, "text" : "甲\u4e59\n", "url":"u", "x":{"text":"no"}, "y":[1e3,"\/"]} "#;
        let record = Record::read(line, &fields()).expect("it is an object");
        assert_eq!(record.text.as_deref(), Some("甲乙\n"));
        assert_eq!(record.url.as_deref(), Some("u"));
        let changed = record.with_text(line, "text", "\"丙\"");
        assert_eq!(changed, line.replace(r#""甲\u4e59\n""#, r#""\"丙\"""#));
    }

    #[test]
    fn a_text_is_added_where_there_is_none() {
        let fields = Fields { html: Some("html".to_owned()), ..fields() };
        let line = r#"{"html":"<p>甲"}"#;
        let record = Record::read(line, &fields).expect("it is an object");
        assert_eq!(record.with_text(line, "text", "甲"), r#"{"html":"<p>甲","text":"甲"}"#);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, wanted) in [
            ("[1]", "no JSON object; each line has to be one, such as {\"text\": \"…\"}"),
            (r#"{"a":1}"#, "no field \"text\"; name the field of the text with --text-field"),
            (r#"{"text":"a"} x"#, "no JSON at column 14; "),
            (r#"{"text": 甲}"#, "no JSON at column 10; "),
            (r#"{"text":"a""#, "the JSON object is not finished; each has to be on one line"),
            (r#"{"text":["a"]}"#, "the field \"text\" holds no string; name another with --text-field"),
        ] {
            let said = Record::read(line, &fields()).expect_err(line);
            assert!(said.starts_with(wanted), "{line}: {said}");
        }
        assert!(Record::read(r#"{"text":"a","url":1}"#, &fields()).expect("an address may be anything").url.is_none());
        assert!(Record::read(r#"{"text":null}"#, &fields()).expect("null is no text").text.is_none());
    }
}
