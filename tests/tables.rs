//! Tables of swapped words that the user gives.

use assert_cmd::assert::Assert;
use predicates::str::contains;
use tempfile::TempDir;

mod program;

use program::folder;

/// A page whose only trace of a spinner is the words of the table.
const SPUN: &str = "镇上的旧书摊今年又开了。书贩说，往常来的多是白叟，今年年青人多了。\n\
    年青人买旧书，也卖旧书，书摊边上还给白叟放了几把椅子。\n";
const ORIGINAL: &str = "镇上的旧书摊今年又开了。书贩说，往常来的多是老人，今年年轻人多了。\n\
    年轻人买旧书，也卖旧书，书摊边上还给老人放了几把椅子。\n";
const TABLE: &str = "# of my site\n白叟\t老人\tmine\tscore 80, 12 places, 1 batches\n年青人\t年轻人\tmine\n";

fn jingwen(at: &TempDir, args: &[&str]) -> Assert {
    program::jingwen(at.path()).args(args).assert()
}

#[test]
fn words_of_a_given_table_are_restored_where_nothing_else_shows_a_spinner() {
    let at = folder(&[("page.txt", SPUN), ("site.tsv", TABLE), ("own/spun-site.tsv", TABLE)]);
    jingwen(&at, &["clean", "page.txt"]).success().stdout(SPUN);
    jingwen(&at, &["clean", "page.txt", "--restore", "words"]).success().stdout(SPUN);
    for tier in ["chars", "words"] {
        jingwen(&at, &["clean", "page.txt", "--restore", tier, "--rules", "site.tsv"]).success().stdout(ORIGINAL);
    }
    jingwen(&at, &["clean", "page.txt", "--rules", "own"]).success().stdout(ORIGINAL);
    jingwen(&at, &["clean", "page.txt", "--rules", "site.tsv", "--restore", "off"]).success().stdout(SPUN);
}

#[test]
fn rules_know_given_tables() {
    let at = folder(&[("site.tsv", TABLE)]);
    jingwen(&at, &["rules", "list", "--rules", "site.tsv"]).success().stdout(contains("restore/白叟→老人"));
    jingwen(&at, &["rules", "show", "restore/白叟→老人", "--rules", "site.tsv"]).success().stdout(contains("mine"));
    jingwen(&at, &["rules", "show", "restore/说念→道"]).success().stdout(contains("original    道"));
    jingwen(&at, &["rules", "show", "restore/道→说念"]).code(2);
    jingwen(&at, &["rules", "test", "--rules", "site.tsv"]).success().stdout(contains("2 rows of swapped words read"));
}

#[test]
fn mistakes_are_told_with_file_line_and_remedy() {
    for (table, told) in [
        ("白叟\t老人\n", "site.tsv:1: give spun form, original and family, with tabs between"),
        ("# spun\n\n白叟\t\tmine\n", "site.tsv:3: a column is empty; give"),
        ("老人\t老人\tmine\n", "site.tsv:1: the spun form is its own original; delete the line"),
    ] {
        let at = folder(&[("site.tsv", table), ("page.txt", SPUN)]);
        jingwen(&at, &["clean", "page.txt", "--rules", "site.tsv"]).code(2).stdout("").stderr(contains(told));
    }
    let at = folder(&[("own/site.tsv", TABLE), ("page.txt", SPUN)]);
    jingwen(&at, &["clean", "page.txt", "--rules", "own"]).code(2).stderr(contains("name one of swapped words spun-NAME.tsv"));
    jingwen(&at, &["clean", "page.txt", "--rules", "gone.tsv"]).code(2).stderr(contains("gone.tsv: cannot be read"));
}
