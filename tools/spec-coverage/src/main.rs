//! Writes `docs/spec-coverage.md`: which tests hold which rows of `docs/spec`, database by database.
//!
//! `spec-coverage` writes the file, `spec-coverage --check` fails when it is not what would be written.

mod coverage;
mod database;
mod error;
mod mention;
mod report;
mod row;
mod source;
mod spec;
mod test_name;
mod workspace;

use std::process::ExitCode;

use workspace::Workspace;

const REMEDY: &str = "run `cargo run -p spec-coverage` and commit docs/spec-coverage.md";

fn main() -> ExitCode {
    let check = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => {
            eprintln!("usage: spec-coverage [--check]");
            return ExitCode::from(2);
        }
    };
    match run(check) {
        Ok(message) => {
            println!("{message}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(check: bool) -> Result<String, String> {
    let workspace = Workspace::find()?;
    let rows = spec::rows(&workspace.spec_files()?).map_err(error::listed)?;
    let mentions = mention::all(&workspace.source_files()?).map_err(error::listed)?;
    let coverage = coverage::Coverage::new(&rows, &mentions).map_err(error::listed)?;
    let wanted = report::render(&rows, &coverage);

    if !check {
        workspace.write_report(&wanted)?;
        return Ok(format!("spec-coverage: {}", report::summary(&rows, &coverage)));
    }
    if workspace.read_report()? == wanted {
        Ok("spec-coverage: up to date".to_owned())
    } else {
        Err(format!("docs/spec-coverage.md is out of date: {REMEDY}"))
    }
}
