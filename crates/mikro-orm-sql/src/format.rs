//! Dates and times as ISO 8601 text, without a calendar library.
//!
//! The calendar is the proleptic Gregorian one. Years have four digits as long as they can; beyond, they have
//! a sign and as many digits as they need.

use std::fmt::{self, Write};

const DAY: i64 = 86_400_000_000;

/// A text of at most 40 bytes, on the stack: what is bound once per value should not be allocated.
#[derive(Clone, Copy)]
pub struct Text {
    bytes: [u8; 40],
    len: usize,
}

impl Text {
    const EMPTY: Text = Text { bytes: [0; 40], len: 0 };

    fn byte(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        }
    }
    /// A number with leading zeros.
    fn digits(&mut self, value: u64, width: u32) {
        for place in (0..width).rev() {
            self.byte(b'0' + (value / 10_u64.pow(place) % 10) as u8);
        }
    }
}

impl std::ops::Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        // it only ever holds ASCII
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
impl Write for Text {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        s.bytes().for_each(|byte| self.byte(byte));
        Ok(())
    }
}

/// Year, month and day of a number of days since 1970-01-01.
///
/// Counts from 0000-03-01, so that the leap day is the last of a year, in cycles of 400 years (146,097 days).
fn civil(days: i64) -> (i64, u64, u64) {
    let days = days + 719_468;
    let (cycle, day_of_cycle) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_cycle = (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
    let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    // months from March have 153 days per five
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_cycle + cycle * 400 + i64::from(month <= 2);
    (year, month.unsigned_abs(), day.unsigned_abs())
}

fn push_date(text: &mut Text, days: i64) {
    let (year, month, day) = civil(days);
    if (0..=9999).contains(&year) {
        text.digits(year.unsigned_abs(), 4);
    } else {
        // a stack buffer takes every year of an i64 of microseconds or an i32 of days
        let _ = write!(text, "{year:+}");
    }
    text.byte(b'-');
    text.digits(month, 2);
    text.byte(b'-');
    text.digits(day, 2);
}

fn push_time(text: &mut Text, micros: u64) {
    text.digits(micros / 3_600_000_000, 2);
    text.byte(b':');
    text.digits(micros / 60_000_000 % 60, 2);
    text.byte(b':');
    text.digits(micros / 1_000_000 % 60, 2);
    text.byte(b'.');
    text.digits(micros % 1_000_000, 6);
}

/// Microseconds since 1970-01-01T00:00:00 as `2022-09-11T15:06:44.371000Z`; without the `Z` when not `utc`.
pub fn date_time(micros: i64, utc: bool) -> Text {
    let mut text = Text::EMPTY;
    push_date(&mut text, micros.div_euclid(DAY));
    text.byte(b'T');
    push_time(&mut text, micros.rem_euclid(DAY).unsigned_abs());
    if utc {
        text.byte(b'Z');
    }
    text
}

/// Days since 1970-01-01 as `2022-09-11`.
pub fn date(days: i32) -> Text {
    let mut text = Text::EMPTY;
    push_date(&mut text, i64::from(days));
    text
}

/// Microseconds since midnight as `15:06:44.371000`.
pub fn time(micros: i64) -> Text {
    let mut text = Text::EMPTY;
    push_time(&mut text, micros.rem_euclid(DAY).unsigned_abs());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_instants() {
        for (micros, expected) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1_662_908_804_371_000, "2022-09-11T15:06:44.371000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (-2_203_891_200_000_000, "1900-03-01T00:00:00.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
            (253_402_300_800_000_000, "+10000-01-01T00:00:00.000000Z"),
            (-62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
            (-62_167_219_200_000_001, "-1-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(&*date_time(micros, true), expected);
        }
        assert_eq!(&*date_time(0, false), "1970-01-01T00:00:00.000000");
        assert_eq!(&*time(54_404_371_000), "15:06:44.371000");
        assert_eq!(&*date(19_246), "2022-09-11");
    }

    #[test]
    fn the_ends_of_the_ranges_fit() {
        assert_eq!(&*date_time(i64::MAX, true), "+294247-01-10T04:00:54.775807Z");
        assert_eq!(&*date_time(i64::MIN, true), "-290308-12-21T19:59:05.224192Z");
        assert!(date(i32::MAX).starts_with("+5881580-"));
        assert!(date(i32::MIN).starts_with("-5877641-"));
    }

    /// Every day of 2,000 years, against a calendar that counts day by day.
    #[test]
    fn every_day_follows_the_one_before() {
        let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let (mut year, mut month, mut day) = (1000_i64, 1_u64, 1_u64);
        let start = -354_285; // 1000-01-01
        for days in start..start + 730_485 {
            assert_eq!(civil(days), (year, month, day), "day {days}");
            let last = match month {
                2 => 28 + u64::from(leap(year)),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > last {
                (day, month) = (1, month + 1);
            }
            if month > 12 {
                (month, year) = (1, year + 1);
            }
        }
        assert_eq!((year, month, day), (3000, 1, 1));
    }

    /// Text sorts like time, within the years of four digits.
    #[test]
    fn text_sorts_like_time() {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % 315_537_897_600_000_000) as i64 - 62_135_596_800_000_000
        };
        for _ in 0..20_000 {
            let (a, b) = (next(), next());
            assert_eq!(a.cmp(&b), date_time(a, true).cmp(&date_time(b, true)), "{a} {b}");
        }
    }
}
