//! Substitution tables: which string a spinner puts in the place of which.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};

use crate::language::LanguageModel;

/// The tables that come with the program: file name and content.
pub const EMBEDDED: &[(&str, &str)] = &[
    ("spun-hard.tsv", include_str!("../../../rules/spun-hard.tsv")),
    ("spun-soft.tsv", include_str!("../../../rules/spun-soft.tsv")),
    ("spun-a.tsv", include_str!("../../../rules/spun-a.tsv")),
    ("spun-b.tsv", include_str!("../../../rules/spun-b.tsv")),
    ("spun-c.tsv", include_str!("../../../rules/spun-c.tsv")),
];

/// The note of a row that most spinners of its family have.
const CORE: &str = "core";

/// How sure one sees from a spun form alone that a page is spun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Nobody writes it: 东说念主. `spun-hard.tsv`.
    Hard,
    /// A character artefact that is also a word, or a part of one: 好意思, 不雅. `spun-soft.tsv`.
    Soft,
    /// A word swapped for a word: 使命. Every other table.
    Word,
}

/// One row of a table: this spun form stands for that original.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What the page holds.
    pub spun: Box<str>,
    /// What the author wrote.
    pub original: Box<str>,
    /// Which spinners write it; rows of one family are found on one page.
    pub family: Family,
    /// How much the form tells.
    pub tier: Tier,
    /// Whether the user gave it: the site is known to swap these words.
    pub given: bool,
    /// Whether the pair is one that most spinners of the family have.
    pub core: bool,
    /// How often the model expects the spun form in unspun text, for each character of it.
    pub spun_rate: f32,
    /// The same for the original.
    pub original_rate: f32,
}

impl Row {
    /// The row as a rule's name spells it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}→{}", self.spun, self.original)
    }
}

/// A family of spinners by number, in the order in which the tables name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Family(pub u8);

/// The rows of all tables, and the automata that find their strings.
pub struct Table {
    rows: Vec<Row>,
    families: Vec<Box<str>>,
    /// Finds spun forms; the value is the number of the first row of the form.
    forms: Option<Automaton>,
    /// Finds originals; built when the first page needs it.
    originals: OnceLock<Originals>,
    /// For each row, the rows that have its spun form.
    same_form: Vec<Range<u32>>,
    /// The longest spun form, in bytes.
    longest: usize,
}

/// Finds originals, and knows the rows of each.
struct Originals {
    automaton: Option<Automaton>,
    /// For each row, the number of its original, which is the value of the automaton.
    of_row: Vec<u32>,
    /// For each original, its first row.
    first_row: Vec<u32>,
}

type Automaton = CharwiseDoubleArrayAhoCorasick<u32>;

/// A string of the table that was found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where, in bytes.
    pub range: Range<usize>,
    /// The first row that has this string.
    pub row: u32,
}

impl Table {
    /// The embedded tables of these tiers.
    #[must_use]
    pub fn embedded(model: &LanguageModel, tiers: &[Tier]) -> Self {
        Builder::default().with_embedded(tiers).build(model)
    }

    /// The rows, sorted by spun form.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row of this number.
    #[must_use]
    pub fn row(&self, number: u32) -> &Row {
        &self.rows[number as usize]
    }

    /// The name of a family.
    #[must_use]
    pub fn family(&self, family: Family) -> &str {
        &self.families[usize::from(family.0)]
    }

    /// The names of the families, by their numbers.
    pub fn family_names(&self) -> impl Iterator<Item = &str> {
        self.families.iter().map(|name| &**name)
    }

    /// How many families there are.
    #[must_use]
    pub fn families(&self) -> usize {
        self.families.len()
    }

    /// Every place of every spun form, by end, overlapping ones too.
    pub fn forms<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Hit> + 't {
        hits(self.forms.as_ref(), text)
    }

    /// How often the original of each row stands in a text.
    pub fn count_originals(&self, text: &str) -> impl Fn(u32) -> u32 {
        let originals = self.known_originals();
        let counts = originals.count(text);
        move |row| counts[originals.of_row[row as usize] as usize]
    }

    /// Every place of every original, by end, overlapping ones too, each with the first row that has it.
    pub fn originals<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Hit> + 't {
        let originals = self.known_originals();
        let first_row = |hit: Hit| Hit { row: originals.first_row[hit.row as usize], ..hit };
        hits(originals.automaton.as_ref(), text).map(first_row)
    }

    /// The first row that has the same original as this one.
    #[must_use]
    pub fn first_of_original(&self, row: u32) -> u32 {
        let originals = self.known_originals();
        originals.first_row[originals.of_row[row as usize] as usize]
    }

    fn known_originals(&self) -> &Originals {
        self.originals.get_or_init(|| Originals::of(&self.rows))
    }

    /// The rows that have the same spun form as this one.
    #[must_use]
    pub fn same_form(&self, number: u32) -> Range<u32> {
        self.same_form[number as usize].clone()
    }

    /// The first row that has the same spun form as this one.
    #[must_use]
    pub fn first_of_form(&self, number: u32) -> u32 {
        self.same_form[number as usize].start
    }

    /// The longest spun form, in bytes.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.longest
    }
}

/// The tier of the rows of a file of this name.
pub(crate) fn tier_of(name: &str) -> Tier {
    match name {
        "spun-hard.tsv" => Tier::Hard,
        "spun-soft.tsv" => Tier::Soft,
        _ => Tier::Word,
    }
}

/// Collects the rows of files.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    rows: Vec<Row>,
    families: Vec<Box<str>>,
}

impl Builder {
    /// Adds the rows of a file: `spun<TAB>original<TAB>family[<TAB>note]`; lines that begin with `#` are comments. The
    /// file's name gives the tier; the note `core` marks a pair that most spinners of the family have.
    ///
    /// # Errors
    /// When a line has other columns, an empty one, or a form that is its own original.
    pub fn read(&mut self, path: &Path, content: &str) -> Result<(), TableError> {
        let tier = tier_of(&path.file_name().unwrap_or_default().to_string_lossy());
        self.read_rows(path, content, tier, false)
    }

    /// Adds the rows of a table that the user gives, of words, in the same format.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_given(&mut self, path: &Path, content: &str) -> Result<(), TableError> {
        self.read_rows(path, content, Tier::Word, true)
    }

    /// The rows so far, in the order of their files.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The name of a family of the rows so far.
    #[must_use]
    pub fn family_name(&self, family: Family) -> &str {
        &self.families[usize::from(family.0)]
    }

    fn read_rows(&mut self, path: &Path, content: &str, tier: Tier, given: bool) -> Result<(), TableError> {
        for (number, line) in (1..).zip(content.lines()) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let fault = |problem| TableError { file: path.to_owned(), line: number, problem };
            let mut columns = line.split('\t');
            let (Some(spun), Some(original), Some(family)) = (columns.next(), columns.next(), columns.next()) else {
                return Err(fault("give spun form, original and family, with tabs between"));
            };
            if spun.is_empty() || original.is_empty() || family.is_empty() {
                return Err(fault("a column is empty; give spun form, original and family, with tabs between"));
            }
            if spun == original {
                return Err(fault("the spun form is its own original; delete the line"));
            }
            let family = self.family(family).ok_or_else(|| fault("more than 255 families; give these rows one of the others"))?;
            let core = columns.next() == Some(CORE);
            let (spun, original) = (spun.into(), original.into());
            self.rows.push(Row { spun, original, family, tier, given, core, spun_rate: 0.0, original_rate: 0.0 });
        }
        Ok(())
    }

    /// Adds the embedded tables of these tiers.
    #[must_use]
    pub fn with_embedded(mut self, tiers: &[Tier]) -> Self {
        for (name, content) in EMBEDDED {
            if tiers.contains(&tier_of(name)) {
                self.read(Path::new(name), content).expect("a test reads every embedded table");
            }
        }
        self
    }

    /// The table.
    #[must_use]
    pub fn build(mut self, model: &LanguageModel) -> Table {
        self.rows.sort_by(|a, b| (&a.spun, &a.original, a.family).cmp(&(&b.spun, &b.original, b.family)));
        self.rows
            .dedup_by(|next, first| next.spun == first.spun && next.original == first.original && next.family == first.family);
        for row in &mut self.rows {
            row.spun_rate = model.expected_rate(&row.spun);
            row.original_rate = model.expected_rate(&row.original);
        }
        let rows = self.rows;
        let longest = rows.iter().map(|row| row.spun.len()).max().unwrap_or(0);
        let mut strings: Vec<(&str, u32)> = rows.iter().zip(0..).map(|(row, number)| (&*row.spun, number)).collect();
        strings.dedup_by_key(|(string, _)| *string);
        let forms = automaton(strings);
        let mut same_form = Vec::with_capacity(rows.len());
        for group in rows.chunk_by(|a, b| a.spun == b.spun) {
            let start = u32::try_from(same_form.len()).expect("rows are numbered in 32 bits");
            let end = start + u32::try_from(group.len()).expect("rows are numbered in 32 bits");
            same_form.extend(std::iter::repeat_n(start..end, group.len()));
        }
        Table { rows, same_form, families: self.families, forms, originals: OnceLock::new(), longest }
    }

    fn family(&mut self, name: &str) -> Option<Family> {
        let known = self.families.iter().position(|family| &**family == name);
        let number = known.unwrap_or_else(|| {
            self.families.push(name.into());
            self.families.len() - 1
        });
        u8::try_from(number).ok().map(Family)
    }
}

impl Originals {
    fn of(rows: &[Row]) -> Self {
        let mut sorted: Vec<u32> = (0u32..).zip(rows).map(|(number, _)| number).collect();
        sorted.sort_by_key(|&number| &rows[number as usize].original);
        let mut of_row = vec![0; rows.len()];
        let mut strings: Vec<(&str, u32)> = Vec::new();
        let mut first_row = Vec::new();
        for number in sorted {
            let original = &*rows[number as usize].original;
            if strings.last().is_none_or(|&(last, _)| last != original) {
                let next = u32::try_from(strings.len()).expect("fewer originals than rows, which are numbered in 32 bits");
                strings.push((original, next));
                first_row.push(number);
            }
            of_row[number as usize] = strings[strings.len() - 1].1;
        }
        Self { automaton: automaton(strings), of_row, first_row }
    }

    fn count(&self, text: &str) -> Vec<u32> {
        let mut counts = vec![0; self.first_row.len()];
        hits(self.automaton.as_ref(), text).for_each(|hit| counts[hit.row as usize] += 1);
        counts
    }
}

/// The automaton of these strings; none where there is no string.
fn automaton(strings: Vec<(&str, u32)>) -> Option<Automaton> {
    CharwiseDoubleArrayAhoCorasickBuilder::new().use_prefilter(false).build_with_values(strings).ok()
}

fn hits<'t>(automaton: Option<&'t Automaton>, text: &'t str) -> impl Iterator<Item = Hit> + 't {
    automaton
        .into_iter()
        .flat_map(move |automaton| automaton.find_overlapping_iter(text))
        .map(|found| Hit { range: found.start()..found.end(), row: found.value() })
}

/// What is wrong with a table, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub problem: &'static str,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.problem)
    }
}

impl std::error::Error for TableError {}
