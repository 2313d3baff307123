//! Splits sources into training and held-out text: `split TRAIN_DIR HELD_OUT_DIR SOURCE.txt…`
//!
//! The name of a source is its file name without `.txt`; see `training::held_out`.

use jingwen::language::training::held_out;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(train), Some(held)) = (arguments.next(), arguments.next()) else {
        eprintln!("split TRAIN_DIR HELD_OUT_DIR SOURCE.txt…");
        std::process::exit(2);
    };
    std::fs::create_dir_all(&train)?;
    std::fs::create_dir_all(&held)?;
    for path in arguments {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
        let mut parts = [String::new(), String::new()];
        for (number, line) in text.lines().enumerate() {
            let part = &mut parts[usize::from(held_out(&name, number))];
            part.push_str(line);
            part.push('\n');
        }
        let [rest, out] = parts;
        std::fs::write(file(&train, &name), rest)?;
        std::fs::write(file(&held, &name), out)?;
    }
    Ok(())
}

fn file(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}.txt"))
}
