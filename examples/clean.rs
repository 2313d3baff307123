//! Cleans a page and prints what was changed: `clean PAGE`
#![allow(clippy::print_stdout)]

fn main() -> std::io::Result<()> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "fixtures/cleaned/everything-at-once/page.txt".to_owned());
    let page = jingwen::clean(&std::fs::read(path)?);
    println!("read as {}\n", page.decoded.encoding);
    println!("{}", page.cleaned.text);
    for change in page.cleaned.audit() {
        println!("{:?}\t{}\t{:?} → {:?}", change.source, change.edit.rule, change.edit.before, change.edit.after);
    }
    assert_eq!(page.cleaned.undo(), page.source());
    Ok(())
}
