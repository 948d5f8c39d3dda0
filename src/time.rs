//! Seconds since 1970, handed in: the core has no clock.

use core::{fmt, time::Duration};

/// A point in time, in whole seconds since 1970-01-01T00:00:00Z (a `NumericDate` of RFC 7519,
/// section 2).
///
/// ```
/// use claimgate::UnixTime;
/// assert_eq!(UnixTime::from_secs(1_632_493_867).to_string(), "2021-09-24T14:31:07Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(u64);

impl UnixTime {
    /// The time `seconds` after the epoch.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// What the system's clock says, or the epoch if it is set before that (which makes every
    /// token one of the future, hence refused).
    #[cfg(feature = "std")]
    pub fn now() -> Self {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Self(since_epoch.map_or(0, |duration| duration.as_secs()))
    }

    /// How long `earlier` was before this time; zero if it was not.
    pub(crate) const fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for UnixTime {
    /// RFC 3339, in UTC.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "the divisors are constants, and the sums are bounded by the year 9999 of `limits::NUMERIC_DATE`"
    )]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > crate::limits::NUMERIC_DATE {
            return write!(f, "{} s after 1970", self.0);
        }
        let (days, second) = (self.0 / 86_400, self.0 % 86_400);
        // Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day is last.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn dates_agree_with_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(UnixTime::from_secs(seconds).to_string(), expected);
        }
        assert_eq!(UnixTime::from_secs(u64::MAX).to_string(), "18446744073709551615 s after 1970");
    }
}
