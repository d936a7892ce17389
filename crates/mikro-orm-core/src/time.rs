//! Dates and times as text, for databases that keep them as text and for logs.

/// Days since 1970-01-01 as year, month, day (proleptic Gregorian; Howard Hinnant's `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// A date, in days since 1970-01-01, as `2022-09-11`.
pub fn date(days: i32) -> String {
    let (year, month, day) = civil(i64::from(days));
    format!("{year:04}-{month:02}-{day:02}")
}

/// A time of day, in microseconds since midnight, as `15:06:44.371000`.
pub fn time(micros: i64) -> String {
    let seconds = micros / 1_000_000;
    format!("{:02}:{:02}:{:02}.{:06}", seconds / 3600, seconds / 60 % 60, seconds % 60, micros % 1_000_000)
}

/// A date and time without a zone, in microseconds since 1970-01-01T00:00:00, as `2022-09-11T15:06:44.371000`.
pub fn local_date_time(micros: i64) -> String {
    const DAY: i64 = 86_400_000_000;
    let (year, month, day) = civil(micros.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}T{}", time(micros.rem_euclid(DAY)))
}

/// An instant, in microseconds since 1970-01-01T00:00:00Z, as `2022-09-11T15:06:44.371000Z`.
pub fn date_time(micros: i64) -> String {
    local_date_time(micros) + "Z"
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_before_and_after_the_epoch() {
        assert_eq!(super::date_time(1_662_908_804_371_000), "2022-09-11T15:06:44.371000Z");
        assert_eq!(super::date_time(-1), "1969-12-31T23:59:59.999999Z");
        assert_eq!(super::date(-719_162), "0001-01-01");
        assert_eq!(super::date(11_016), "2000-02-29");
    }
}
