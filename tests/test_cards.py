import re
from html.parser import HTMLParser

import pytest

from helpers.cards import Card


def shown(card):
    bundle = card._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"text/html", "text/plain"}
    return bundle["text/html"], bundle["text/plain"]


class Reader(HTMLParser):
    """Reads a page as GitHub shows it, without any styling; and sees that every tag is closed."""

    def __init__(self, html):
        super().__init__()
        self.words, self.open, self.tags = [], [], []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_both_forms_say_the_same():
    card = Card("Two secrets", [("First", "my-secret"), ("Second", "other")], mark="right", note="That is all.")
    html, plain = shown(card)
    assert plain == "✓ Right: Two secrets\n  First: my-secret\n  Second: other\nThat is all."
    assert (
        " ".join("".join(Reader(html).words).split()) == "✓ Right: Two secrets Firstmy-secret Secondother That is all."
    )


def test_rows_are_terms_and_texts_for_a_screen_reader():
    html, _ = shown(Card("Title", [("Term", "text")]))
    assert re.search("<dl.*?<dt[^>]*>Term</dt><dd[^>]*>text</dd>.*?</dl>", html, re.DOTALL)


def test_a_title_alone_is_a_card():
    html, plain = shown(Card("Title"))
    assert plain == "Title"
    assert [tag for tag, _ in Reader(html).tags] == ["section", "p", "strong"]


@pytest.mark.parametrize("mark", ["info", "right", "wrong", "todo", "warning"])
def test_a_mark_is_a_word_and_not_only_a_colour(mark):
    html, plain = shown(Card("Title", mark=mark))
    word = plain.removesuffix(": Title")
    assert re.search("[A-Z][a-z]+", word)
    assert word in "".join(Reader(html).words)


def test_marks_differ_in_words():
    assert len({repr(Card("Title", mark=mark)) for mark in ("", "info", "right", "wrong", "todo", "warning")}) == 6


def test_an_unknown_mark_is_an_error():
    with pytest.raises(KeyError):
        Card("Title", mark="green")


HOSTILE = '<img src=x onerror="alert(1)"> & `<b>`'


@pytest.mark.parametrize(
    "card", [Card(HOSTILE), Card("", [(HOSTILE, "")]), Card("", [("", HOSTILE)]), Card("", note=HOSTILE)]
)
def test_text_is_never_html(card):
    html, plain = shown(card)
    assert HOSTILE in plain
    assert HOSTILE.replace("`", "") in "".join(Reader(html).words)
    assert not {"img", "b"} & {tag for tag, _ in Reader(html).tags}


def test_backticks_mark_code():
    html, plain = shown(Card("Run `az login` again", note="a lone ` stays"))
    assert "<code>az login</code>" in html
    assert "a lone ` stays" in html
    assert "`az login`" in plain


def test_the_same_card_is_the_same_output():
    assert shown(Card("Title", [("a", "b")], mark="info")) == shown(Card("Title", [("a", "b")], mark="info"))


def test_styles_are_ones_that_jupyterlab_keeps_in_an_untrusted_notebook():
    html, _ = shown(Card("Title", [("Term", "text")], mark="warning", note="Note"))
    styles = " ".join(attrs.get("style", "") for _, attrs in Reader(html).tags)
    assert "var(" not in styles
    assert not re.search("(?<!-)color:|background", styles), "text takes its colour from the theme, light or dark"
