//! The query log: what `.debug(true)` prints, with long texts cut.

use mikro_orm::driver::Statement;
use mikro_orm::value::Value;

const LONGEST: usize = 40;

/// Prints a statement that was run.
pub fn print(statement: &Statement<'_>) {
    let params: Vec<Value<'_>> = statement.params.iter().map(shortened).collect();
    println!("{}", Statement { params: &params, ..*statement });
}

fn shortened<'a>(value: &Value<'a>) -> Value<'a> {
    match value {
        Value::Text(text) if text.chars().count() > LONGEST => {
            let start: String = text.chars().take(LONGEST).collect();
            Value::Text(format!("{}…", start.replace('\n', " ")).into())
        }
        other => other.clone(),
    }
}
