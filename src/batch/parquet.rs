//! Parquet: rows of which one column is cleaned; the other columns are carried through as they are.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Error, Result, bail};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, LargeBinaryArray, LargeStringArray, RecordBatch, StringArray};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_json::ReaderBuilder;
use arrow_json::writer::{LineDelimited, WriterBuilder};
use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow_select::filter::filter_record_batch;
use jingwen::Input;
use jingwen::decode::Decoded;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::arrow::{ARROW_SCHEMA_META_KEY, ArrowWriter};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use crate::batch::blocks::Gap;
use crate::batch::manifest::Part;
use crate::batch::record::{Fields, with_field};
use crate::batch::tasks::Source;
use crate::batch::work::{Form, Output, Row, Work};
use crate::cli::input::{Decoding, is_stdin, unreadable};
use crate::cli::lang::say;
use crate::cli::sites::Setup;

/// About how many bytes of rows make a piece of work, and the most rows.
const BATCH: (i64, i64) = (256 << 10, 1024);

/// The most bytes of a row group that is written: what is kept in memory until it is whole.
const GROUP: usize = 64 << 20;

/// Some rows of a file.
#[derive(Debug)]
pub(crate) struct Rows {
    batch: RecordBatch,
    /// The number of the first row, counted from 1.
    first: u64,
}

impl Rows {
    /// The number of the row after the last one.
    pub(crate) fn next(&self) -> u64 {
        self.first + self.batch.num_rows() as u64
    }

    /// Cleans the column of the text. A row whose page is null stays as it is.
    pub(crate) fn clean(&self, work: &Work, source: &Source) -> Result<Output> {
        let column = |name: &String| Column::of(&self.batch, name);
        let old = column(&work.fields.text)?;
        let html = work.fields.html.as_ref().map(column).transpose()?.flatten();
        let urls = work.fields.url.as_ref().and_then(|name| column(name).ok()?);
        let drops = work.audited && !work.verdicts.drop.is_empty();
        let mut output = Output::default();
        // The verdicts are of the rows that are kept.
        let (mut texts, mut kept, mut verdicts) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..self.batch.num_rows() {
            let name = format!("{}:{}", source.name, self.first + row as u64);
            let url = urls.as_ref().and_then(|urls| urls.text(row));
            let Setup { cleaner, decoding, .. } = work.setup(source, url.as_deref());
            let page = match &html {
                Some(html) => html.decode(row, decoding).map(|page| cleaner.clean_as(page, Input::Html)),
                None => old.as_ref().and_then(|old| old.decode(row, decoding)).map(|page| cleaner.clean_decoded(page)),
            };
            let Some(page) = page else {
                texts.push(None);
                kept.push(true);
                verdicts.push(None);
                continue;
            };
            let bytes = html.as_ref().or(old.as_ref()).map_or(0, |column| column.len(row));
            let whole = if drops { json(&self.batch.slice(row, 1))? } else { String::new() };
            let ruling = work.account(&mut output, &name, url.as_deref(), bytes, &page, &whole)?;
            kept.push(!ruling.is_dropped);
            if !ruling.is_dropped {
                verdicts.push(ruling.verdict.map(|verdict| serde_json::to_string(&verdict)).transpose()?);
            }
            texts.push(Some(page.cleaned.text));
        }
        if source.form == Form::Text {
            let pages = texts.iter().zip(&kept).filter(|(_, is_kept)| **is_kept);
            pages.filter_map(|(text, _)| text.as_ref()).for_each(|text| output.text_page(text));
            return output.finish(source);
        }
        let text = new_column(&texts, old.as_ref(), self.batch.column_by_name(&work.fields.text), source.form)?;
        let batch = with_column(&self.batch, &work.fields.text, text)?;
        let mut batch = filter_record_batch(&batch, &BooleanArray::from(kept))?;
        if source.form == Form::JsonLines {
            for (line, verdict) in json(&batch)?.split_inclusive('\n').zip(&verdicts) {
                let line = verdict.as_ref().map_or(line.into(), |verdict| Cow::from(with_field(line, "verdict", verdict)));
                output.bytes.extend_from_slice(line.as_bytes());
            }
            return output.finish(source);
        }
        if work.verdicts.are_written {
            batch = with_column(&batch, "verdict", Arc::new(StringArray::from(verdicts)))?;
        }
        output.table = Some(Self { batch, first: self.first });
        output.finish(source)
    }
}

/// A column that holds pages or addresses.
enum Column {
    Text(LargeStringArray),
    /// Text in whatever encoding.
    Bytes(LargeBinaryArray),
}

impl Column {
    /// The column of this name, if there is one.
    fn of(batch: &RecordBatch, name: &str) -> Result<Option<Self>> {
        let Some(column) = batch.column_by_name(name) else { return Ok(None) };
        Ok(Some(match kind(column.data_type()) {
            Some(DataType::LargeUtf8) => Self::Text(cast(column, &DataType::LargeUtf8)?.as_string().clone()),
            Some(_) => Self::Bytes(cast(column, &DataType::LargeBinary)?.as_binary().clone()),
            None => bail!(no_text(name, column.data_type())),
        }))
    }

    fn text(&self, row: usize) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(column) => column.is_valid(row).then(|| column.value(row).into()),
            Self::Bytes(column) => column.is_valid(row).then(|| String::from_utf8_lossy(column.value(row))),
        }
    }

    fn decode(&self, row: usize, decoding: &Decoding) -> Option<Decoded> {
        match self {
            Self::Text(column) => column.is_valid(row).then(|| decoding.decode_text(column.value(row))),
            Self::Bytes(column) => column.is_valid(row).then(|| decoding.decode(column.value(row))),
        }
    }

    fn len(&self, row: usize) -> usize {
        match self {
            Self::Text(column) => column.value_length(row) as usize,
            Self::Bytes(column) => column.value_length(row) as usize,
        }
    }
}

/// As what a column is read that can hold pages; `None` for other columns.
fn kind(of: &DataType) -> Option<DataType> {
    match of {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Some(DataType::LargeUtf8),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Some(DataType::LargeBinary),
        DataType::Dictionary(_, values) => kind(values),
        _ => None,
    }
}

/// The column of the texts, where there is none the old ones: of the old type in Parquet, of text in JSON.
fn new_column(texts: &[Option<String>], old: Option<&Column>, old_column: Option<&ArrayRef>, form: Form) -> Result<ArrayRef> {
    let rows = || texts.iter().enumerate();
    let column: ArrayRef = match old {
        Some(Column::Bytes(old)) if form == Form::Parquet => {
            let old = |row| old.is_valid(row).then(|| old.value(row));
            Arc::new(LargeBinaryArray::from_iter(
                rows().map(|(row, text)| text.as_deref().map(str::as_bytes).or_else(|| old(row))),
            ))
        }
        old => {
            let old = |row| old.and_then(|old| old.text(row));
            Arc::new(LargeStringArray::from_iter(rows().map(|(row, text)| text.as_deref().map(Cow::from).or_else(|| old(row)))))
        }
    };
    match old_column {
        Some(old) if form == Form::Parquet => cast(&column, old.data_type()),
        _ => cast(&column, &DataType::Utf8),
    }
}

fn cast(column: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    Ok(cast_with_options(column, to, &CastOptions { safe: false, ..CastOptions::default() })?)
}

/// The rows with this column, in its place or after the others.
fn with_column(batch: &RecordBatch, name: &str, column: ArrayRef) -> Result<RecordBatch> {
    let schema = batch.schema();
    let (mut fields, mut columns): (Vec<FieldRef>, _) = (schema.fields().to_vec(), batch.columns().to_vec());
    match schema.index_of(name) {
        Ok(at) => {
            let field = fields[at].as_ref().clone();
            fields[at] = Arc::new(field.with_data_type(column.data_type().clone()));
            columns[at] = column;
        }
        Err(_) => {
            fields.push(Arc::new(Field::new(name, column.data_type().clone(), true)));
            columns.push(column);
        }
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone())), columns)?)
}

/// Rows as lines of JSON.
fn json(batch: &RecordBatch) -> Result<String> {
    let mut writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    Ok(String::from_utf8(writer.into_inner())?)
}

/// The rows of a file in order, beginning with none, which have its columns and what is noted in it; `from` is the number of the first that is wanted.
/// A row group that is broken costs itself from the row where it breaks. The bytes of what was read are added to `count`.
///
/// # Errors
/// When the file is not Parquet, or has no such columns.
pub(crate) fn read(
    path: &Path,
    fields: &Fields,
    from: u64,
    count: Arc<AtomicU64>,
) -> Result<impl Iterator<Item = Result<Rows, Gap>> + Send + use<>> {
    if is_stdin(path) {
        bail!(say!("Parquet is read from files and not from standard input", "Parquet 只能从文件读，不能从标准输入读"));
    }
    let file = File::open(path).with_context(|| unreadable(path))?;
    let metadata = ArrowReaderMetadata::load(&file, Default::default()).with_context(|| path.display().to_string())?;
    check(metadata.schema(), fields).with_context(|| path.display().to_string())?;
    let notes = metadata.metadata().file_metadata().key_value_metadata().into_iter().flatten();
    let notes = notes.filter(|note| note.key != ARROW_SCHEMA_META_KEY);
    let notes = notes.filter_map(|note| Some((note.key.clone(), note.value.clone()?))).collect::<HashMap<_, _>>();
    let schema = metadata.schema().as_ref().clone().with_metadata(notes);
    let head = Rows { batch: RecordBatch::new_empty(Arc::new(schema)), first: 1 };
    let groups = Groups { file, metadata, group: 0, end: 1, from, batches: None, next: 1, count };
    Ok(std::iter::once(Ok(head)).chain(groups))
}

fn check(schema: &Schema, fields: &Fields) -> Result<()> {
    let wanted = fields.html.as_ref().unwrap_or(&fields.text);
    if schema.index_of(wanted).is_err() {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let names = names.join(", ");
        bail!(say!(
            "no column \"{wanted}\"; name the column of the text with --text-field: {names}",
            "没有“{wanted}”列；请用 --text-field 指定正文所在的列：{names}"
        ));
    }
    for name in [wanted, &fields.text] {
        if let Ok(field) = schema.field_with_name(name)
            && kind(field.data_type()).is_none()
        {
            bail!(no_text(name, field.data_type()));
        }
    }
    Ok(())
}

fn no_text(name: &str, kind: &DataType) -> String {
    say!("column \"{name}\" holds {kind} and no text", "“{name}”列是 {kind}，不是文本")
}

/// The row groups of a file.
struct Groups {
    file: File,
    metadata: ArrowReaderMetadata,
    /// The group to read next.
    group: usize,
    /// The number of its first row.
    end: u64,
    from: u64,
    batches: Option<ParquetRecordBatchReader>,
    /// The number of the next row of the batches.
    next: u64,
    count: Arc<AtomicU64>,
}

impl Groups {
    /// Opens the next group, from the row that is wanted.
    fn open(&mut self) -> Result<(), Gap> {
        let index = self.group;
        let group = self.metadata.metadata().row_group(index);
        let (first, rows) = (self.end, group.num_rows());
        self.group += 1;
        self.end += rows as u64;
        self.count.fetch_add(group.compressed_size() as u64, Ordering::Relaxed);
        self.next = first.max(self.from);
        if self.next >= self.end {
            return Ok(());
        }
        let (bytes, most) = BATCH;
        let size = (group.total_byte_size() / rows).max(1);
        let batches = self.file.try_clone().map_err(Into::into).and_then(|file| {
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
                .with_row_groups(vec![index])
                .with_offset((self.next - first) as usize)
                .with_batch_size((bytes / size).clamp(1, most) as usize)
                .build()
        });
        self.batches = Some(batches.map_err(|error| Gap { line: self.next, error: io::Error::other(error) })?);
        Ok(())
    }
}

impl Iterator for Groups {
    type Item = Result<Rows, Gap>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.batches.as_mut().and_then(Iterator::next) {
                Some(Ok(batch)) => {
                    let rows = Rows { batch, first: self.next };
                    self.next = rows.next();
                    return Some(Ok(rows));
                }
                Some(Err(error)) => {
                    self.batches = None;
                    return Some(Err(Gap { line: self.next, error: io::Error::other(error) }));
                }
                None if self.group == self.metadata.metadata().num_row_groups() => return None,
                None => {
                    if let Err(gap) = self.open() {
                        return Some(Err(gap));
                    }
                }
            }
        }
    }
}

/// Writes the rows of a file with their source texts. `source` gives that of a row by its number and its clean text, and
/// `left_out` a row that is not in the file, as JSON, by its number.
pub(crate) fn undo(
    path: &Path,
    text_field: &str,
    source: impl Fn(u64, &str) -> Result<Option<String>>,
    left_out: impl Fn(u64) -> Result<Option<String>>,
    output: Part,
) -> Result<Part> {
    let fields = Fields { text: text_field.to_owned(), html: None, url: None };
    let mut sheet = Sheet::new(output)?;
    let (mut schema, mut number) = (page_schema(), 1);
    for rows in read(path, &fields, 1, Arc::default())? {
        let Rows { batch, .. } = rows.map_err(|gap| Error::new(gap.error).context(format!("{}:{}", path.display(), gap.line)))?;
        schema = batch.schema();
        let old = Column::of(&batch, text_field)?;
        let (mut texts, mut between) = (Vec::new(), Vec::new());
        for row in 0..batch.num_rows() {
            while let Some(line) = left_out(number)? {
                between.push((row, line));
                number += 1;
            }
            let text = old.as_ref().and_then(|old| old.text(row)).unwrap_or_default();
            texts.push(source(number, &text)?);
            number += 1;
        }
        let text = new_column(&texts, old.as_ref(), batch.column_by_name(text_field), Form::Parquet)?;
        let batch = with_column(&batch, text_field, text)?;
        let mut begun = 0;
        for (row, line) in between {
            sheet.write(&batch.slice(begun, row - begun))?;
            sheet.write(&row_of(&line, &schema)?)?;
            begun = row;
        }
        sheet.write(&batch.slice(begun, batch.num_rows() - begun))?;
    }
    while let Some(line) = left_out(number)? {
        sheet.write(&row_of(&line, &schema)?)?;
        number += 1;
    }
    sheet.finish()
}

/// The row that a line of JSON says; none for an empty line.
fn row_of(line: &str, schema: &SchemaRef) -> Result<RecordBatch> {
    let mut decoder = ReaderBuilder::new(Arc::clone(schema)).build_decoder()?;
    decoder.decode(line.as_bytes())?;
    Ok(decoder.flush()?.unwrap_or_else(|| RecordBatch::new_empty(Arc::clone(schema))))
}

/// Pages that came from elsewhere as rows.
pub(crate) fn rows(pages: &[Row]) -> Result<Rows> {
    let column = |value: fn(&Row) -> Option<&str>| Arc::new(StringArray::from_iter(pages.iter().map(value))) as ArrayRef;
    let columns = vec![
        column(|page| Some(&page.page)),
        column(|page| page.url.as_deref()),
        column(|page| page.date.as_deref()),
        column(|page| page.text.as_deref()),
        column(|page| page.verdict.as_deref()),
        column(|page| page.record.as_deref()),
    ];
    Ok(Rows { batch: RecordBatch::try_new(page_schema(), columns)?, first: 1 })
}

fn page_schema() -> SchemaRef {
    let names = ["page", "url", "date", "text", "verdict", "record"];
    Arc::new(Schema::new(names.map(|name| Field::new(name, DataType::Utf8, true)).to_vec()))
}

/// A file of rows as it grows.
pub(crate) struct Sheet {
    /// Until the first rows say which columns it has.
    blank: Option<Part>,
    writer: Option<Writer>,
}

/// A writer of rows of these columns.
struct Writer {
    schema: SchemaRef,
    rows: ArrowWriter<Part>,
}

impl Sheet {
    /// A file without rows.
    pub(crate) fn new(part: Part) -> Result<Self> {
        Ok(Self { blank: Some(part), writer: None })
    }

    /// Appends rows.
    ///
    /// # Errors
    /// When they have other columns than those before.
    pub(crate) fn append(&mut self, rows: &Rows) -> Result<()> {
        self.write(&rows.batch)
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let schema = batch.schema();
        let writer = self.begin(&schema)?;
        let same = |(a, b): (&FieldRef, &FieldRef)| a.name() == b.name() && a.data_type() == b.data_type();
        let begun = writer.schema.fields();
        if begun.len() != schema.fields().len() || !begun.iter().zip(schema.fields()).all(same) {
            bail!(say!(
                "the files have different columns, and one output has the same for all; clean them to a folder with -o, without --to",
                "各文件的列不同，而一个输出的列必须相同；请不用 --to，用 -o 清洗到文件夹里"
            ));
        }
        Ok(writer.rows.write(batch)?)
    }

    /// The whole file. One without rows has the columns of pages.
    pub(crate) fn finish(mut self) -> Result<Part> {
        self.begin(&page_schema())?;
        let writer = self.writer.take().expect("it was begun");
        Ok(writer.rows.into_inner()?)
    }

    /// The writer, which has these columns if it is new.
    fn begin(&mut self, schema: &SchemaRef) -> Result<&mut Writer> {
        if let Some(part) = self.blank.take() {
            self.writer = Some(Writer { rows: writer(part, schema)?, schema: Arc::clone(schema) });
        }
        self.writer.as_mut().context("an earlier error ended it")
    }
}

fn writer(part: Part, schema: &SchemaRef) -> Result<ArrowWriter<Part>> {
    // What pandas and others note for themselves; in order, so that the same input gives the same bytes.
    let notes: BTreeMap<_, _> = schema.metadata().iter().collect();
    let notes: Vec<KeyValue> = notes.into_iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_bytes(Some(GROUP))
        .set_key_value_metadata(Some(notes).filter(|notes| !notes.is_empty()))
        .build();
    Ok(ArrowWriter::try_new(part, Arc::clone(schema), Some(properties))?)
}
