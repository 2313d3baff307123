//! Parquet in and out: `cargo test --features parquet --test parquet`.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, BinaryArray, Int64Array, RecordBatch, StringArray, StringViewArray};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use tempfile::TempDir;

mod program;

use program::{folder, jingwen};

/// A page that two rules change, and what comes of it.
const PAGE: &str = "冬日河面\n点击展开全文河面上的冰一夜之间裂开了。\n缺钱联系我，无视黑白户，当天放款\n岸边站满了人。\n";
const CLEAN: &str = "冬日河面\n河面上的冰一夜之间裂开了。\n岸边站满了人。\n";

/// A page that sells.
const ADVERT: &str = "代开各类发票，税率优惠，可验证后付款，联系电话19800001234微信同号\n专业代开增值税发票，电话19800001234\n";

fn write(at: &Path, name: &str, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)));
    let batch = batch.expect("columns of one length");
    let note = KeyValue::new("pandas".to_owned(), "{}".to_owned());
    let properties =
        WriterProperties::builder().set_max_row_group_row_count(Some(700)).set_key_value_metadata(Some(vec![note])).build();
    let file = File::create(at.join(name)).expect("a file can be written");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("columns that there can be");
    writer.write(&batch).expect("a file can be written");
    writer.close().expect("a file can be written");
}

/// All rows of a file.
fn read(at: &Path, name: &str) -> RecordBatch {
    let file = File::open(at.join(name)).expect("it was written");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("it is Parquet");
    let schema = Arc::clone(reader.schema());
    let batches: Vec<RecordBatch> = reader.build().expect("it is whole").map(|batch| batch.expect("it is whole")).collect();
    arrow_select::concat::concat_batches(&schema, &batches).expect("of one schema")
}

/// What is noted in a file, its columns aside.
fn notes(at: &Path, name: &str) -> Vec<KeyValue> {
    let file = File::open(at.join(name)).expect("it was written");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("it is Parquet");
    let notes = reader.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    notes.into_iter().filter(|note| note.key != "ARROW:schema").collect()
}

fn texts(rows: &RecordBatch, column: &str) -> Vec<Option<String>> {
    let column = arrow_cast::cast(rows.column_by_name(column).expect("it is there"), &arrow_schema::DataType::Utf8);
    column.expect("it holds text").as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()
}

/// Two thousand rows, of which each third needs cleaning and each seventh is null.
fn pages(at: &Path) -> Vec<Option<String>> {
    let text = |number: i64| match number {
        _ if number % 7 == 0 => None,
        _ if number % 3 == 0 => Some(PAGE.to_owned()),
        _ => Some(format!("第{number}页没有什么要改。\n")),
    };
    let sources: Vec<Option<String>> = (0..2000).map(text).collect();
    let urls = (0..2000).map(|number| Some(format!("https://news.example.com/{number}")));
    write(
        at,
        "in/pages.parquet",
        vec![
            ("id", Arc::new(Int64Array::from_iter(0..2000))),
            ("content", Arc::new(StringArray::from_iter(&sources))),
            ("url", Arc::new(StringViewArray::from_iter(urls))),
        ],
    );
    sources
}

fn new_folder() -> TempDir {
    folder(&[("in/notes.txt", CLEAN)])
}

fn run(at: &Path, line: &str) -> assert_cmd::assert::Assert {
    jingwen(at).args(line.split(' ')).assert()
}

#[test]
fn a_column_is_cleaned_and_the_others_stay() {
    let at = new_folder();
    let sources = pages(at.path());
    let fields = "--text-field content --url-field url";
    run(at.path(), &format!("clean in -o out --audit log.jsonl {fields}")).success();
    let (before, after) = (read(at.path(), "in/pages.parquet"), read(at.path(), "out/pages.parquet"));
    assert_eq!(notes(at.path(), "in/pages.parquet"), notes(at.path(), "out/pages.parquet"));
    assert_eq!(before.schema().fields(), after.schema().fields());
    for column in ["id", "url"] {
        assert_eq!(before.column_by_name(column), after.column_by_name(column));
    }
    let clean = |text: &String| if text == PAGE { CLEAN.to_owned() } else { text.clone() };
    let wanted: Vec<Option<String>> = sources.iter().map(|text| text.as_ref().map(clean)).collect();
    assert_eq!(texts(&after, "content"), wanted);
    let log = fs::read_to_string(at.path().join("log.jsonl")).expect("it was written");
    assert!(log.lines().next().is_some_and(|line| {
        line.contains("\"page\":\"pages.parquet:4\"") && line.contains("\"url\":\"https://news.example.com/3\"")
    }));

    run(at.path(), &format!("clean in -o out --audit log.jsonl --resume {fields}")).success();
    run(at.path(), "undo out --audit log.jsonl -o back --text-field content").success();
    assert_eq!(before, read(at.path(), "back/pages.parquet"));

    // The same as JSON Lines, whatever the number of threads.
    run(at.path(), &format!("clean in/pages.parquet -o one.jsonl --jobs 1 {fields}")).success();
    run(at.path(), &format!("clean in/pages.parquet -o four.jsonl --jobs 4 {fields}")).success();
    let lines = fs::read_to_string(at.path().join("one.jsonl")).expect("it was written");
    assert_eq!(lines, fs::read_to_string(at.path().join("four.jsonl")).expect("it was written"));
    let line =
        |number: usize| serde_json::from_str::<serde_json::Value>(lines.lines().nth(number).expect("a row")).expect("JSON");
    assert_eq!(line(3), serde_json::json!({"id": 3, "content": CLEAN, "url": "https://news.example.com/3"}));
    assert_eq!(line(7), serde_json::json!({"id": 7, "content": null, "url": "https://news.example.com/7"}));
}

#[test]
fn pages_of_other_kinds_become_rows() {
    let line = format!("{}\n", serde_json::json!({"id": 1, "text": PAGE}));
    let at = folder(&[("in/a.jsonl", &line), ("in/b.txt", PAGE)]);
    run(at.path(), "clean in --to parquet -o all.parquet --verdict").success();
    let rows = read(at.path(), "all.parquet");
    assert_eq!(texts(&rows, "page"), [Some("a.jsonl:1".to_owned()), Some("b.txt".to_owned())]);
    assert_eq!(texts(&rows, "text"), [Some(CLEAN.to_owned()), Some(CLEAN.to_owned())]);
    assert_eq!(texts(&rows, "record"), [Some("{\"id\":1,\"text\":null}".to_owned()), None]);
    assert!(texts(&rows, "verdict").iter().flatten().all(|verdict| verdict.starts_with("{\"kind\":\"")));
    run(at.path(), "clean in/a.jsonl -o a.parquet").success();
    assert_eq!(texts(&read(at.path(), "a.parquet"), "text"), [Some(CLEAN.to_owned())]);
    run(at.path(), "clean in --to parquet -o new.parquet --resume").success();
    assert_eq!(read(at.path(), "new.parquet").num_rows(), 2);
    run(at.path(), "clean in --to parquet -o new.parquet --resume").success().stderr(contains("0 pages"));
    run(at.path(), "clean in --to parquet").code(2).stderr(contains("add -o FILE.parquet"));
}

#[test]
fn bytes_are_read_in_the_encoding_that_they_are_in() {
    let at = new_folder();
    let html =
        format!("<html><body><h1>冬日河面</h1><p>{}</p></body></html>", "河面上的冰一夜之间裂开了，岸边站满了人。".repeat(9));
    let (html, _, _) = encoding_rs::GBK.encode(&html);
    write(at.path(), "in/a.parquet", vec![("raw", Arc::new(BinaryArray::from_vec(vec![&html])))]);
    run(at.path(), "clean in/a.parquet -o a.parquet --html-field raw").success();
    let rows = read(at.path(), "a.parquet");
    assert_eq!(rows.column(0).as_binary::<i32>().value(0), &*html);
    assert!(
        texts(&rows, "text")[0].as_ref().is_some_and(|text| text.contains("河面上的冰一夜之间裂开了") && !text.contains('<'))
    );
    let (text, _, _) = encoding_rs::GBK.encode(PAGE);
    write(at.path(), "in/b.parquet", vec![("text", Arc::new(BinaryArray::from_vec(vec![&text])))]);
    run(at.path(), "clean in/b.parquet -o b.parquet").success();
    assert_eq!(read(at.path(), "b.parquet").column(0).as_binary::<i32>().value(0), CLEAN.as_bytes());
}

#[test]
fn dropped_rows_are_put_back() {
    let at = new_folder();
    let sources = [ADVERT, PAGE, ADVERT, ADVERT, CLEAN, ADVERT];
    let ids = Int64Array::from_iter(1..=6);
    write(at.path(), "in/a.parquet", vec![("id", Arc::new(ids)), ("text", Arc::new(StringArray::from_iter_values(sources)))]);
    run(at.path(), "clean in/a.parquet -o a.parquet --drop advert --audit log.jsonl").success();
    assert_eq!(texts(&read(at.path(), "a.parquet"), "id"), [Some("2".to_owned()), Some("5".to_owned())]);
    run(at.path(), "undo a.parquet --audit log.jsonl -o back.parquet").success();
    let lines = run(at.path(), "clean in/a.parquet --drop advert --verdict").success().get_output().stdout.clone();
    let lines: Vec<serde_json::Value> =
        serde_json::Deserializer::from_slice(&lines).into_iter().map(|line| line.expect("JSON")).collect();
    assert_eq!(lines.iter().map(|line| &line["id"]).collect::<Vec<_>>(), [2, 5]);
    assert!(lines.iter().all(|line| line["verdict"]["kind"].is_string()));
    assert_eq!(read(at.path(), "back.parquet"), read(at.path(), "in/a.parquet"));
}

#[test]
fn a_bad_file_is_reported_and_the_rest_goes_on() {
    let at = folder(&[("in/bad.parquet", "not Parquet"), ("in/notes.txt", PAGE)]);
    write(at.path(), "in/other.parquet", vec![("body", Arc::new(StringArray::from_iter_values(["正文"])))]);
    write(at.path(), "in/numbers.parquet", vec![("text", Arc::new(Int64Array::from_iter(1..3)))]);
    write(at.path(), "in/pages.parquet", vec![("text", Arc::new(StringArray::from_iter_values([PAGE])))]);
    run(at.path(), "clean in -o out")
        .code(2)
        .stderr(contains("in/bad.parquet: "))
        .stderr(contains("in/other.parquet: no column \"text\"; name the column of the text with --text-field: body"))
        .stderr(contains("in/numbers.parquet: column \"text\" holds Int64 and no text"))
        .stderr(contains("2 pages").and(contains("3 failed")));
    assert_eq!(texts(&read(at.path(), "out/pages.parquet"), "text"), [Some(CLEAN.to_owned())]);
    assert_eq!(fs::read_to_string(at.path().join("out/notes.txt")).expect("it was written"), CLEAN);
    run(at.path(), "clean in --to parquet -o all.parquet").code(2).stderr(contains("the files have different columns"));
    run(at.path(), "clean - --input parquet").code(2).stderr(contains("Parquet is read from files"));
}
