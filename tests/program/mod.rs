//! The program, run as a user runs it, and folders to run it in.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// The program in a folder, speaking English.
pub(crate) fn jingwen(at: &Path) -> Command {
    let mut command = Command::cargo_bin("jingwen").expect("the binary is built");
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C.UTF-8").current_dir(at);
    command
}

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let at = tempfile::tempdir().expect("a folder can be made");
    for (name, content) in files {
        let path = at.path().join(name);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(path, content).expect("a file can be written");
    }
    at
}
