//! The URL. Nothing of it is repeated in errors except names of parameters: a mistyped password can end up
//! in any other part.

use super::PostgresOptions;
use mikro_orm_core::error::{Error, Result};
use std::error::Error as _;
use std::str::FromStr;
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

fn invalid(message: impl Into<String>) -> Error {
    Error::refused(message)
}

pub(super) fn parse(url: &str) -> Result<PostgresOptions> {
    let rest = url
        .strip_prefix("postgres://")
        .or_else(|| url.strip_prefix("postgresql://"))
        .ok_or_else(|| invalid("the URL of a PostgreSQL database starts with postgres:// or postgresql://"))?;
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = place.split_once('/').unwrap_or((place, ""));
    if database.contains('@') || query.contains('@') {
        return Err(invalid(
            "the password in the PostgreSQL URL contains special characters: percent-encode them (`/` is %2F, `?` is %3F, `@` is %40)",
        ));
    }
    // the last @ separates: one in the password that was not encoded does no harm
    let (login, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));

    let (mut schema, mut kept) = (None, Vec::new());
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match name {
            "schema" => schema = Some(percent_decoded(value)?),
            "sslmode" => check_ssl_mode(value)?,
            _ => kept.push(parameter),
        }
    }

    let mut clean = String::from("postgres://");
    if !login.is_empty() {
        clean.push_str(&login.replace('@', "%40"));
        clean.push('@');
    }
    // without a host tokio-postgres has nowhere to go
    clean.push_str(if hosts.is_empty() && !kept.iter().any(|parameter| parameter.starts_with("host")) {
        "localhost"
    } else {
        hosts
    });
    clean.push('/');
    clean.push_str(database);
    if !kept.is_empty() {
        clean.push('?');
        clean.push_str(&kept.join("&"));
    }
    let mut config = Config::from_str(&clean).map_err(|error| {
        // the source names a parameter at most
        let reason = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        invalid(format!("the PostgreSQL URL can't be used: {reason}"))
    })?;
    config.ssl_mode(SslMode::Disable);
    let options = PostgresOptions::of_config(config);
    Ok(match schema {
        Some(schema) => options.schema(&schema),
        None => options,
    })
}

fn check_ssl_mode(mode: &str) -> Result<()> {
    match mode {
        "disable" | "prefer" | "allow" => Ok(()),
        "require" | "verify-ca" | "verify-full" => Err(invalid(
            "sslmode asks for an encrypted connection to PostgreSQL, which is not supported yet: use sslmode=disable in a network that you trust, or a proxy that encrypts",
        )),
        _ => Err(invalid("sslmode must be disable, allow, prefer, require, verify-ca or verify-full")),
    }
}

fn percent_decoded(text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |digit: u8| char::from(digit).to_digit(16);
        (rest, _) = match (first, tail) {
            (b'%', [high, low, tail @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (tail, bytes.push(u8::try_from(high * 16 + low).unwrap_or_default())),
                _ => return Err(invalid("a parameter of the PostgreSQL URL has a % that no two hexadecimal digits follow")),
            },
            (first, tail) => (tail, bytes.push(*first)),
        };
    }
    String::from_utf8(bytes).map_err(|_| invalid("a parameter of the PostgreSQL URL is no UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_password_is_in_no_message() {
        for url in [
            "postgres://user:s3cr/et@host/db",
            "postgres://user:12/s3cret@host/db",
            "postgres://user:s3cret@host:port/db",
            "postgres://user:s3cret@host/db?what=ever",
            "postgres://user:s3cret@host/db?sslmode=require",
            "mysql://user:s3cret@host/db",
        ] {
            let error = parse(url).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("cret"), "{error}");
        }
        let options = parse("postgres://user:s3@cret@host,other:7/db?schema=x%20y").unwrap();
        assert_eq!(options.config.get_password(), Some(&b"s3@cret"[..]));
        assert_eq!(options.address(), "host:5432,other:7/db");
        assert_eq!(options.config.get_options(), Some("-c search_path=\"x\\ y\""));
        assert!(!format!("{options:?}").contains("cret"));
    }

    #[test]
    fn hosts_may_be_sockets_addresses_or_left_out() {
        for (url, address) in [
            ("postgres:///db?host=/run/pg", "/run/pg:5432/db"),
            ("postgres://user@%2Frun%2Fpg:7/db", "/run/pg:7/db"),
            ("postgresql://user@[::1]:7/db", "::1:7/db"),
            ("postgres://user@/db?application_name=x", "localhost:5432/db"),
        ] {
            assert_eq!(parse(url).unwrap().address(), address);
        }
    }

    #[test]
    fn encryption_that_is_asked_for_is_not_left_out_in_silence() {
        assert!(parse("postgres://host/db?sslmode=verify-full").unwrap_err().to_string().contains("not supported yet"));
        assert!(parse("postgres://host/db?sslmode=disable").is_ok());
    }
}
