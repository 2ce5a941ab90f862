"""Articles: the header is metadata, and every offset is an offset into the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.corpus.articles import Article, read_article
from stancekit.errors import DataError

SEED = Path(__file__).parents[2] / "seeds" / "000_740112bf64ae5c03.txt"


@pytest.fixture(scope="module")
def seed():
    return read_article(SEED)


def test_the_seed_article_has_sixteen_sentences(seed):
    # Counted by hand, by paragraph.
    per_paragraph = [sum(s.paragraph == paragraph for s in seed.sentences) for paragraph in range(6)]
    assert per_paragraph == [3, 1, 3, 2, 2, 5]
    assert len(seed.sentences) == 16
    assert [s.index for s in seed.sentences] == list(range(16))


def test_the_header_of_the_seed_article_is_metadata_and_in_no_sentence(seed):
    assert (seed.id, seed.date, seed.language, seed.source) == ("000_740112bf64ae5c03", "2021-11", "fr", None)
    assert not any("2021" in s.text for s in seed.sentences)
    assert seed.sentences[0].text.startswith("Alors que la France")


def test_the_text_of_the_seed_article_is_the_file_and_offsets_count_in_it(seed):
    text = SEED.read_bytes().decode()
    assert seed.text == text
    assert all(text[s.start : s.end] == s.text for s in seed.sentences)
    assert text[: seed.sentences[0].start].strip() == "date 2021-11"
    assert text[seed.sentences[-1].end :].strip() == ""


def test_quotations_of_the_seed_article_stay_with_who_is_quoted(seed):
    quoting = [s.text for s in seed.sentences if "«" in s.text]
    assert len(quoting) == 3
    assert quoting[0].endswith("», a-t-il déclaré lors de la conférence de presse.")
    assert quoting[1].startswith("« Nous comprenons")
    assert "du Mali. À cet égard" in quoting[1]
    assert quoting[1].endswith("», assure le diplomate.")
    assert quoting[2].startswith("En ce qui concerne")
    assert not any(s.quoted for s in seed.sentences)


@pytest.mark.parametrize(
    ("text", "date", "language", "source", "sentences"),
    [
        ("date 2021-11 Le Mali nie.", "2021-11", "fr", None, ["Le Mali nie."]),
        (" date 2021-11-30\nLe Mali nie.", "2021-11-30", "fr", None, ["Le Mali nie."]),
        ("date: 2021\n\nLe Mali nie.", "2021", "fr", None, ["Le Mali nie."]),
        (
            "date 2021-11\nlanguage: en\nsource: Radio France Internationale\n\nMali denies it.",
            "2021-11",
            "en",
            "Radio France Internationale",
            ["Mali denies it."],
        ),
        ("date 2021-11\r\nsource: RFI \r\nLe Mali nie.\r\n", "2021-11", "fr", "RFI", ["Le Mali nie."]),
        ("Date: 2021-11-03\nLanguage: EN\nSource: RFI\n\nYes.", "2021-11-03", "en", "RFI", ["Yes."]),
        ("date 2021-11", "2021-11", "fr", None, []),
        ("Le Mali nie.", None, "fr", None, ["Le Mali nie."]),
    ],
)
def test_headers_by_hand(text, date, language, source, sentences):
    article = Article.from_text(text, id="a")
    assert (article.date, article.language, article.source) == (date, language, source)
    assert [s.text for s in article.sentences] == sentences
    assert article.text == text


@pytest.mark.parametrize(
    "text",
    [
        "date 2021-13 est faux.",
        "date 2021-11-32 est faux.",
        "date 20211 est faux.",
        "dates 2021 et 2022.",
        "La date 2021-11 est dans le texte.",
        "language: en",
    ],
)
def test_what_only_looks_like_a_header_is_text(text):
    article = Article.from_text(text, id="a")
    assert (article.date, article.language, article.body_start) == (None, "fr", 0)
    assert " ".join(s.text for s in article.sentences) == text


def test_the_header_says_the_language_and_the_caller_only_what_it_leaves_open():
    assert Article.from_text("date 2021\nlanguage: en\nYes.", id="a", language="fr").language == "en"
    assert Article.from_text("date 2021\nYes.", id="a", language="en").language == "en"


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(["", "date 2021-11 ", "date: 2021\nsource: RFI\n\n"]),
    st.text(alphabet=st.sampled_from("Ab1 .!?…«»\n’é")),
)
def test_every_sentence_is_a_span_of_the_body(header, body):
    article = Article.from_text(header + body, id="a")
    for sentence in article.sentences:
        assert article.text[sentence.start : sentence.end] == sentence.text
        assert sentence.start >= len(header.rstrip())
    covered = sum(len("".join(s.text.split())) for s in article.sentences)
    assert covered == len("".join(body.split()))


def test_an_article_is_named_by_its_file_without_the_ending(tmp_path):
    path = tmp_path / "2021.rfi.txt"
    path.write_bytes(b"\xef\xbb\xbfdate 2021-11 Oui.\r\n\r\nNon.")
    article = read_article(path)
    assert (article.id, article.date) == ("2021.rfi", "2021-11")
    assert [(s.text, s.paragraph) for s in article.sentences] == [("Oui.", 0), ("Non.", 1)]


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_article_is_refused(tmp_path, content):
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(DataError, match="empty"):
        read_article(tmp_path / "a.txt")


@pytest.mark.parametrize(("content", "language"), [("date 2021\nlanguage: English\nYes.", "fr"), ("Oui.", "french")])
def test_a_language_that_is_no_code_is_refused_as_no_rule_would_apply(tmp_path, content, language):
    (tmp_path / "a.txt").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.txt: '(English|english|french)' is no ISO 639-1 code.*English en"):
        read_article(tmp_path / "a.txt", language)


def test_an_article_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(DataError, match=r"missing\.txt: can't read the article"):
        read_article(tmp_path / "missing.txt")
    with pytest.raises(DataError, match="can't read the article"):
        read_article(tmp_path)
    (tmp_path / "w.txt").write_bytes("Un.\nDeux.\nà".encode("cp1252"))
    with pytest.raises(DataError, match=r"w\.txt:3: not UTF-8"):
        read_article(tmp_path / "w.txt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("date 14/03/2022\n\nLe Mali nie.", True),
        ("Date: 14 mars 2022\n\nLe Mali nie.", True),
        ("date 2022-13 Le Mali nie.", True),
        ("date 2022-03 Le Mali nie.", False),
        ("date limite dépassée, le Mali nie.", False),
        ("dates 2022", False),
        ("Le Mali nie. date 14", False),
    ],
)
def test_a_header_with_a_date_that_is_none_is_noticed(text: str, expected: bool) -> None:
    assert Article.from_text(text, id="a").is_misdated is expected
