//! The command-line program `jingwen`: `jingwen --help` says what it does.

mod batch;
mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
