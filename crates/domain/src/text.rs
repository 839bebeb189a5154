//! Short texts with rules: names, e-mail addresses, telephone numbers.
//!
//! Each function takes what a person wrote and returns the form that is kept, or the rule that it breaks
//! as the end of a sentence that starts with the field's label.

/// Trims a single line of text and holds it to `max` characters. Blank text is `""`, for the caller to judge.
///
/// # Errors
/// When it is longer, or has a control character in it.
pub fn line(text: &str, max: usize) -> Result<String, String> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err("must not contain line breaks or other control characters".to_owned());
    }
    let length = text.chars().count();
    if length > max {
        return Err(format!("must have at most {max} characters: it has {length}"));
    }
    Ok(text.to_owned())
}

/// An e-mail address that a mail server would take, its domain in lower case.
///
/// At most 254 characters (RFC 5321), 64 of them before the `@`; no quoted local part, no comment, no address literal.
///
/// # Errors
/// The rule that it breaks.
pub fn email(text: &str) -> Result<String, String> {
    let text = text.trim();
    let wrong = |why: &str| Err(format!("must be an array of emails: “{text}” {why}"));
    let Some((local, domain)) = text.rsplit_once('@') else {
        return wrong("has no @");
    };
    if text.len() > 254 {
        return wrong("has more than 254 characters");
    }
    let is_atom = |c: char| c.is_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
    let local_holds = (1..=64).contains(&local.len())
        && local.chars().all(is_atom)
        && local.split('.').all(|part| !part.is_empty());
    if !local_holds {
        return wrong("has a name before the @ that no mail server takes");
    }
    let labels: Vec<&str> = domain.split('.').collect();
    let is_label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if !labels.iter().all(is_label) {
        return wrong("has a domain that cannot exist");
    }
    let ending = labels.last().copied().unwrap_or_default();
    if labels.len() < 2 || ending.len() < 2 || ending.bytes().all(|b| b.is_ascii_digit()) {
        return wrong("has no domain ending, such as .com");
    }
    Ok(format!("{local}@{}", domain.to_lowercase()))
}

/// What makes two addresses the same person: case does not matter.
#[must_use]
pub fn email_identity(address: &str) -> String {
    address.to_lowercase()
}

/// The rule of [`address`].
pub(crate) const MUST_BE_ADDRESS: &str = "must be an address such as https://example.com/alerts";

/// An address of the web in the characters that it is sent in: no blanks, no name and password before the host, at most
/// 2,000 characters.
///
/// # Errors
/// When it is none.
pub fn address(text: &str) -> Result<String, String> {
    let text = text.trim();
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let holds = text.len() <= 2_000
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !host.is_empty()
        && !host.contains('@');
    if holds { Ok(text.to_owned()) } else { Err(MUST_BE_ADDRESS.to_owned()) }
}

/// A telephone number in the form of E.164: `+` and 8 to 15 digits. Blanks, dots, dashes and parentheses fall away;
/// ten digits alone, or eleven that start with 1, are a number of North America.
///
/// # Errors
/// When it is no such number.
pub fn phone(text: &str) -> Result<String, String> {
    let (plus, rest) = match text.trim().strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text.trim()),
    };
    let digits: String = rest.chars().filter(|c| !" .-()/\u{a0}".contains(*c)).collect();
    let are_digits = digits.bytes().all(|b| b.is_ascii_digit());
    match digits.len() {
        8..=15 if plus && are_digits && !digits.starts_with('0') => Ok(format!("+{digits}")),
        10 if !plus && are_digits && digits.starts_with(|c| ('2'..='9').contains(&c)) => {
            Ok(format!("+1{digits}"))
        }
        11 if !plus && are_digits && digits.starts_with('1') => Ok(format!("+{digits}")),
        _ => Err("must be a telephone number with its country code, such as +1 415 555 0134".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_hold() {
        for (text, kept) in [
            ("john-smith@gmail.com", "john-smith@gmail.com"),
            (" Mia.O'Hara+x@Northline.COM ", "Mia.O'Hara+x@northline.com"),
            ("müller@bücher.example", "müller@bücher.example"),
        ] {
            assert_eq!(email(text).as_deref(), Ok(kept));
        }
    }

    #[test]
    fn addresses_that_do_not() {
        for (text, why) in [
            ("mia", "has no @"),
            ("mia@northline", "no domain ending"),
            ("@a.com", "before the @"),
            ("a..b@c.com", "before the @"),
            ("a b@c.com", "before the @"),
            ("a@b@c.com", "before the @"),
            ("a@-b.com", "cannot exist"),
            ("a@b..com", "cannot exist"),
            ("a@127.0.0.1", "no domain ending"),
            ("\"a\"@b.com", "before the @"),
        ] {
            let message = email(text).unwrap_err();
            assert!(message.contains(why), "{text}: {message}");
        }
        assert!(email(&format!("a@{}.com", "b".repeat(63).repeat(5))).is_err());
    }

    #[test]
    fn numbers_as_people_write_them() {
        assert_eq!(phone("(415) 555-0134").as_deref(), Ok("+14155550134"));
        assert_eq!(phone("1 415 555 0134").as_deref(), Ok("+14155550134"));
        assert_eq!(phone("+44 20 7946 0958").as_deref(), Ok("+442079460958"));
        for text in ["", "911", "+0123456789", "415-555-013x", "+1234567890123456", "0155550134"] {
            assert!(phone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lines_are_counted_in_characters() {
        assert_eq!(line("  Große Käufer ", 255).as_deref(), Ok("Große Käufer"));
        assert!(line(&"ß".repeat(255), 255).is_ok());
        assert!(line(&"ß".repeat(256), 255).is_err());
        assert!(line("two\nlines", 255).is_err());
    }
}
