//! HTML, written so that a text is always escaped.

/// A piece of a page. What is passed to [`Html::raw`] is ours; everything else goes through [`Html::text`].
#[derive(Default)]
pub(super) struct Html(String);

impl Html {
    /// Adds markup.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds a text, escaped for content and for quoted attributes.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c => self.0.push(c),
            }
        }
        self
    }
}

/// A whole page with that title.
pub(super) fn page(title: &str, body: &Html) -> String {
    let mut page = Html::default();
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    page.text(title)
        .raw("</title>\n<link rel=\"icon\" href=\"/api/docs/icon.svg\">\n<link rel=\"stylesheet\" href=\"/api/docs/reference.css\">\n</head>\n<body>\n");
    page.0.push_str(&body.0);
    page.raw("\n</body>\n</html>\n");
    page.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_become_markup() {
        let mut html = Html::default();
        html.raw("<b title=\"").text("\"><script>'&").raw("\">");
        assert_eq!(html.0, "<b title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\">");
    }
}
