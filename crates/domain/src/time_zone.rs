//! [`TimeZone`]: what people call it, and the IANA zone that it means.

use crate::instant::{Civil, Instant};

/// Knows which IANA zones exist. The server asks its bundled database, the browser asks `Intl`.
pub trait ZoneNames {
    /// The zone's own spelling when it exists, whatever the case of `name`.
    fn canonical(&self, name: &str) -> Option<String>;
}

/// Knows the clocks of IANA zones.
pub trait Zones: ZoneNames {
    /// Seconds that the zone's clocks are ahead of UTC at an instant; 0 for a zone that is not there.
    fn offset_at(&self, iana: &str, at: Instant) -> i32;

    /// The first and the last instant at which the zone's clocks show `civil`; both the first instant after the
    /// gap when they skip it.
    fn instants(&self, iana: &str, civil: Civil) -> (Instant, Instant);
}

/// Clocks that never jump, so many seconds ahead of UTC, whatever their zone is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedOffset(pub i32);

impl ZoneNames for FixedOffset {
    fn canonical(&self, name: &str) -> Option<String> {
        Some(name.to_owned())
    }
}

impl Zones for FixedOffset {
    fn offset_at(&self, _: &str, _: Instant) -> i32 {
        self.0
    }

    fn instants(&self, _: &str, civil: Civil) -> (Instant, Instant) {
        let at = civil.at_offset(self.0);
        (at, at)
    }
}

/// A time zone, kept as it was given (COMPATIBILITY.md 14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone {
    given: String,
    iana: String,
}

impl TimeZone {
    /// Reads an IANA name, a Rails name (with or without "(UTC-08:00) " before it, or cut off at an `&`), or one of
    /// the abbreviations of older clients.
    ///
    /// # Errors
    /// A message for a person when no zone is called so.
    pub fn parse(text: &str, names: &dyn ZoneNames) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("must be a time zone".to_owned());
        }
        let bare = text
            .strip_prefix('(')
            .and_then(|rest| rest.split_once(") "))
            .map_or(text, |(_, name)| name.trim());
        if let Some(iana) =
            rails(bare).and_then(|iana| names.canonical(iana)).or_else(|| names.canonical(bare))
        {
            return Ok(Self { given: text.to_owned(), iana });
        }
        Err(format!("must be a time zone, such as America/New_York: “{text}” is not one"))
    }

    /// As it was given.
    #[must_use]
    pub fn given(&self) -> &str {
        &self.given
    }

    /// Its IANA name.
    #[must_use]
    pub fn iana(&self) -> &str {
        &self.iana
    }
}

/// The IANA zone of a Rails name or an abbreviation.
fn rails(name: &str) -> Option<&'static str> {
    let named = RAILS.iter().find(|(rails, _)| rails.eq_ignore_ascii_case(name));
    let cut = || {
        let mut candidates =
            RAILS.iter().filter(|(rails, _)| name.ends_with("(US") && rails.starts_with(name));
        candidates.next().filter(|_| candidates.next().is_none())
    };
    named.or_else(cut).map(|(_, iana)| *iana)
}

/// The names of ActiveSupport::TimeZone (Rails 8) and, first, the abbreviations of older clients: EST, MST and HST
/// keep one offset all year, PST and CST have daylight saving.
#[rustfmt::skip]
const RAILS: &[(&str, &str)] = &[
    ("EST", "Etc/GMT+5"), ("MST", "Etc/GMT+7"), ("HST", "Etc/GMT+10"),
    ("PST", "America/Los_Angeles"), ("CST", "America/Chicago"),
    ("International Date Line West", "Etc/GMT+12"), ("Midway Island", "Pacific/Midway"),
    ("American Samoa", "Pacific/Pago_Pago"), ("Hawaii", "Pacific/Honolulu"), ("Alaska", "America/Juneau"),
    ("Pacific Time (US & Canada)", "America/Los_Angeles"), ("Tijuana", "America/Tijuana"),
    ("Mountain Time (US & Canada)", "America/Denver"), ("Arizona", "America/Phoenix"),
    ("Chihuahua", "America/Chihuahua"), ("Mazatlan", "America/Mazatlan"),
    ("Central Time (US & Canada)", "America/Chicago"), ("Saskatchewan", "America/Regina"),
    ("Guadalajara", "America/Mexico_City"), ("Mexico City", "America/Mexico_City"),
    ("Monterrey", "America/Monterrey"), ("Central America", "America/Guatemala"),
    ("Eastern Time (US & Canada)", "America/New_York"), ("Indiana (East)", "America/Indiana/Indianapolis"),
    ("Bogota", "America/Bogota"), ("Lima", "America/Lima"), ("Quito", "America/Lima"),
    ("Atlantic Time (Canada)", "America/Halifax"), ("Caracas", "America/Caracas"), ("La Paz", "America/La_Paz"),
    ("Santiago", "America/Santiago"), ("Asuncion", "America/Asuncion"), ("Newfoundland", "America/St_Johns"),
    ("Brasilia", "America/Sao_Paulo"), ("Buenos Aires", "America/Argentina/Buenos_Aires"),
    ("Montevideo", "America/Montevideo"), ("Georgetown", "America/Guyana"), ("Puerto Rico", "America/Puerto_Rico"),
    ("Greenland", "America/Nuuk"), ("Mid-Atlantic", "Atlantic/South_Georgia"), ("Azores", "Atlantic/Azores"),
    ("Cape Verde Is.", "Atlantic/Cape_Verde"), ("Dublin", "Europe/Dublin"), ("Edinburgh", "Europe/London"),
    ("Lisbon", "Europe/Lisbon"), ("London", "Europe/London"), ("Casablanca", "Africa/Casablanca"),
    ("Monrovia", "Africa/Monrovia"), ("UTC", "Etc/UTC"), ("Belgrade", "Europe/Belgrade"),
    ("Bratislava", "Europe/Bratislava"), ("Budapest", "Europe/Budapest"), ("Ljubljana", "Europe/Ljubljana"),
    ("Prague", "Europe/Prague"), ("Sarajevo", "Europe/Sarajevo"), ("Skopje", "Europe/Skopje"),
    ("Warsaw", "Europe/Warsaw"), ("Zagreb", "Europe/Zagreb"), ("Brussels", "Europe/Brussels"),
    ("Copenhagen", "Europe/Copenhagen"), ("Madrid", "Europe/Madrid"), ("Paris", "Europe/Paris"),
    ("Amsterdam", "Europe/Amsterdam"), ("Berlin", "Europe/Berlin"), ("Bern", "Europe/Zurich"),
    ("Zurich", "Europe/Zurich"), ("Rome", "Europe/Rome"), ("Stockholm", "Europe/Stockholm"),
    ("Vienna", "Europe/Vienna"), ("West Central Africa", "Africa/Algiers"), ("Bucharest", "Europe/Bucharest"),
    ("Cairo", "Africa/Cairo"), ("Helsinki", "Europe/Helsinki"), ("Kyiv", "Europe/Kiev"), ("Riga", "Europe/Riga"),
    ("Sofia", "Europe/Sofia"), ("Tallinn", "Europe/Tallinn"), ("Vilnius", "Europe/Vilnius"),
    ("Athens", "Europe/Athens"), ("Istanbul", "Europe/Istanbul"), ("Minsk", "Europe/Minsk"),
    ("Jerusalem", "Asia/Jerusalem"), ("Harare", "Africa/Harare"), ("Pretoria", "Africa/Johannesburg"),
    ("Kaliningrad", "Europe/Kaliningrad"), ("Moscow", "Europe/Moscow"), ("St. Petersburg", "Europe/Moscow"),
    ("Volgograd", "Europe/Volgograd"), ("Samara", "Europe/Samara"), ("Kuwait", "Asia/Kuwait"),
    ("Riyadh", "Asia/Riyadh"), ("Nairobi", "Africa/Nairobi"), ("Baghdad", "Asia/Baghdad"),
    ("Tehran", "Asia/Tehran"), ("Abu Dhabi", "Asia/Muscat"), ("Muscat", "Asia/Muscat"), ("Baku", "Asia/Baku"),
    ("Tbilisi", "Asia/Tbilisi"), ("Yerevan", "Asia/Yerevan"), ("Kabul", "Asia/Kabul"),
    ("Ekaterinburg", "Asia/Yekaterinburg"), ("Islamabad", "Asia/Karachi"), ("Karachi", "Asia/Karachi"),
    ("Tashkent", "Asia/Tashkent"), ("Chennai", "Asia/Kolkata"), ("Kolkata", "Asia/Kolkata"),
    ("Mumbai", "Asia/Kolkata"), ("New Delhi", "Asia/Kolkata"), ("Kathmandu", "Asia/Kathmandu"),
    ("Dhaka", "Asia/Dhaka"), ("Sri Jayawardenepura", "Asia/Colombo"), ("Almaty", "Asia/Almaty"),
    ("Astana", "Asia/Almaty"), ("Novosibirsk", "Asia/Novosibirsk"), ("Rangoon", "Asia/Rangoon"),
    ("Bangkok", "Asia/Bangkok"), ("Hanoi", "Asia/Bangkok"), ("Jakarta", "Asia/Jakarta"),
    ("Krasnoyarsk", "Asia/Krasnoyarsk"), ("Beijing", "Asia/Shanghai"), ("Chongqing", "Asia/Chongqing"),
    ("Hong Kong", "Asia/Hong_Kong"), ("Urumqi", "Asia/Urumqi"), ("Kuala Lumpur", "Asia/Kuala_Lumpur"),
    ("Singapore", "Asia/Singapore"), ("Taipei", "Asia/Taipei"), ("Perth", "Australia/Perth"),
    ("Irkutsk", "Asia/Irkutsk"), ("Ulaanbaatar", "Asia/Ulaanbaatar"), ("Seoul", "Asia/Seoul"),
    ("Osaka", "Asia/Tokyo"), ("Sapporo", "Asia/Tokyo"), ("Tokyo", "Asia/Tokyo"), ("Yakutsk", "Asia/Yakutsk"),
    ("Darwin", "Australia/Darwin"), ("Adelaide", "Australia/Adelaide"), ("Canberra", "Australia/Canberra"),
    ("Melbourne", "Australia/Melbourne"), ("Sydney", "Australia/Sydney"), ("Brisbane", "Australia/Brisbane"),
    ("Hobart", "Australia/Hobart"), ("Vladivostok", "Asia/Vladivostok"), ("Guam", "Pacific/Guam"),
    ("Port Moresby", "Pacific/Port_Moresby"), ("Magadan", "Asia/Magadan"), ("Srednekolymsk", "Asia/Srednekolymsk"),
    ("Solomon Is.", "Pacific/Guadalcanal"), ("New Caledonia", "Pacific/Noumea"), ("Fiji", "Pacific/Fiji"),
    ("Kamchatka", "Asia/Kamchatka"), ("Marshall Is.", "Pacific/Majuro"), ("Auckland", "Pacific/Auckland"),
    ("Wellington", "Pacific/Auckland"), ("Nuku'alofa", "Pacific/Tongatapu"), ("Tokelau Is.", "Pacific/Fakaofo"),
    ("Chatham Is.", "Pacific/Chatham"), ("Samoa", "Pacific/Apia"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Every name with a slash exists.
    struct Slashes;
    impl ZoneNames for Slashes {
        fn canonical(&self, name: &str) -> Option<String> {
            name.contains('/').then(|| name.to_owned())
        }
    }

    #[test]
    fn zones_by_every_name_that_clients_send() {
        for (text, iana) in [
            ("America/New_York", "America/New_York"),
            ("Pacific Time (US & Canada)", "America/Los_Angeles"),
            ("(UTC-08:00) Pacific Time (US & Canada)", "America/Los_Angeles"),
            ("(GMT-08:00) Pacific Time (US & Canada)", "America/Los_Angeles"),
            ("Pacific Time (US ", "America/Los_Angeles"),
            ("EST", "Etc/GMT+5"),
            ("pst", "America/Los_Angeles"),
        ] {
            assert_eq!(TimeZone::parse(text, &Slashes).as_ref().map(TimeZone::iana), Ok(iana), "{text}");
        }
    }

    #[test]
    fn a_zone_is_kept_as_it_was_given() {
        let zone = TimeZone::parse(" Eastern Time (US & Canada) ", &Slashes).unwrap();
        assert_eq!(zone.given(), "Eastern Time (US & Canada)");
    }

    #[test]
    fn unknown_zones_are_refused() {
        for text in ["", "Mars", "(US", "Time (US", "P"] {
            assert!(TimeZone::parse(text, &Slashes).is_err(), "{text}");
        }
    }
}
