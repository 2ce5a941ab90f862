from __future__ import annotations

from typing import Any

import pytest

from stancekit.corpus.checks import Finding, check_examples


def found(code: str, train: Any) -> list[Finding]:
    return [own for own in check_examples(train) if own.code == code]


def marked(text: str, name: str | None, mention: str, shift: int = 0) -> dict[str, list[Any]]:
    """One example whose actor is marked where `mention` stands, shifted."""
    start = text.index(mention) + shift
    return {"text": [text], "actor": [name], "actor_start": [start], "actor_end": [start + len(mention)]}


# SK201


@pytest.mark.parametrize("shift", [-3, -2, -1, 1, 2, 3])
def test_a_mention_shifted_by_a_few_characters_misses_its_name(shift: int) -> None:
    """As offsets do that count bytes: each é before the name moves it by one."""
    train = marked("Dès l'été, le Sénégal refuse.", "Sénégal", "Sénégal", shift)
    (missed,) = found("SK201", train)
    assert (missed.severity, missed.count, list(missed.rows)) == ("warning", 1, ["1"])
    assert "Sénégal" in missed.examples[0]


def test_a_mention_with_a_space_at_its_side_is_reported_without_a_name_too() -> None:
    assert [own.count for own in found("SK201", marked("Le Mali part.", None, "Mali "))] == [1]
    assert [own.count for own in found("SK201", marked("Le\xa0Mali part.", "Mali", "\xa0Mali"))] == [1]


@pytest.mark.parametrize(
    ("text", "name", "mention"),
    [
        ("Le Mali part.", "Mali", "Mali"),
        ("Le Mali part.", "mali", "Mali"),
        ("Paris dit que la France part.", "France", "Paris"),
        ("L’Union africaine part.", "Union africaine", "L’Union africaine"),
        ("Le vote d'Abidjan.", "Abidjan", "d'Abidjan"),
        ("Le wagner deal tient.", "wagner_deal", "wagner deal"),
        ("Emmanuel Macron part.", "Emmanuel Macron", "Macron"),
        ("Se\u0301ne\u0301gal part.", "Sénégal", "Se\u0301ne\u0301gal"),
        ("Burkina\xa0Faso part.", "Burkina Faso", "Burkina\xa0Faso"),
        ("Le G7 part.", "G7", "G7"),
        ("L’État part.", "l'état", "L’État"),
        ("Nous partons.", "Mali", "Nous"),
        ("Der Merkel-Besuch.", "Merkel", "Merkel-Besuch"),
        ("Россия против.", "Россия", "Россия"),
    ],
)
def test_a_mention_of_the_name_or_of_another_word_for_it_misses_nothing(text: str, name: str, mention: str) -> None:
    assert found("SK201", marked(text, name, mention)) == []


def test_a_mention_that_takes_half_of_the_name_and_a_word_before_it_misses() -> None:
    assert [own.count for own in found("SK201", marked("Mr Emmanuel Macron", "Emmanuel Macron", "Mr Emmanuel"))] == [1]


def test_an_example_both_of_whose_mentions_miss_counts_once() -> None:
    train = marked("Le Mali refuse Paris.", "Mali", "Mali", 1)
    train |= {"target": ["Paris"], "target_start": [16], "target_end": [21]}
    assert train["text"][0][16:21] == "aris."
    (missed,) = found("SK201", train)
    assert (missed.count, len(missed.examples)) == (1, 2)


# SK202


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("Congress initially", "Congres"),
        ("Der Bundeskanzler", "kanzler"),
        ("Le Se\u0301ne\u0301gal part.", "Se\u0301ne"),
        ("COVID19 kam", "COVID"),
        ("Россияне против", "Россия"),
        ("नरेंद्र मोदी", "नर"),
    ],
)
def test_a_mention_that_ends_or_begins_inside_a_word_is_reported(text: str, mention: str) -> None:
    (cut,) = found("SK202", marked(text, None, mention))
    assert (cut.severity, cut.count, list(cut.rows)) == ("warning", 1, ["1"])
    assert cut.message.startswith("1 of 1 train examples (100 %)")
    assert f"[{mention}]" in cut.examples[0]


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("Mali", "Mali"),
        ("Trump's plan", "Trump"),
        ("Trump’s plan", "Trump"),
        ("l'Europe part", "Europe"),
        ("Der Merkel-Besuch.", "Merkel"),
        ("#Mali_libre", "Mali"),
        ("Le Se\u0301ne\u0301 part.", "Se\u0301ne\u0301"),
        ("le\xa0Mali\xa0!", "Mali"),
        ("«Mali»", "Mali"),
        ("中国反对该协议", "中国"),
        ("ประเทศไทยปฏิเสธ", "ไทย"),
        ("日本は反対", "日本"),
        ("한국은 반대", "한국"),
    ],
)
def test_apostrophes_hyphens_and_scripts_without_spaces_end_a_name(text: str, mention: str) -> None:
    assert found("SK202", marked(text, None, mention)) == []


def test_spans_that_were_not_given_are_not_looked_at() -> None:
    train = {"text": ["Congress", "Congress"], "actor": ["Congress", None], "actor_start": [-1, None]}
    assert check_examples(train | {"actor_end": [-1, None]}) == []
    assert check_examples(train) == [], "an end that is missing altogether"


# SK203

WORDS = ["Sénégal", "Bénin", "l’État", "« oui »", "à la", "cœur", "Œuvre", "Ça", "Straße", "São", "España", "Łódź"]
WORDS += ["šest", "Россия", "Ελλάδα", "😀 gut", "20 €", "Île", "Türkiye’de", "Côte d’Ivoire", "un – deux"]


def misread(text: str, encoding: str) -> str:
    """UTF-8 read as another encoding; what that doesn't have is lost."""
    return text.encode().decode(encoding, errors="ignore")


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_utf8_that_was_read_as_western_is_found(word: str, encoding: str) -> None:
    (broken,) = found("SK203", {"text": ["Rien.", f"x {misread(word, encoding)} y"]})
    assert (broken.severity, broken.count, list(broken.rows)) == ("warning", 1, ["2"])


def test_cyrillic_read_as_windows_1251_and_lost_characters_are_found() -> None:
    assert [own.count for own in found("SK203", {"text": [misread("Россия против", "cp1251")]})] == [1]
    assert [own.count for own in found("SK203", {"text": ["S\ufffdn\ufffdgal"]})] == [1]


@pytest.mark.parametrize("word", WORDS)
def test_the_same_words_as_they_should_be_are_no_sign(word: str) -> None:
    assert found("SK203", {"text": [word, word.upper()]}) == []


@pytest.mark.parametrize(
    "text",
    [
        "A DECISÃO NÃO É «LEGÍTIMA», DIZ “JOÃO”… ATÉ AMANHÃ – OU NUNCA",
        "«IRMÃ», disse; a IRMÃ\xa0» e a IRMÃ”",
        "« À\xa0la É» d'où «\xa0É\xa0»",
        "Quốc hội ĐÃ LÀM, XÃ HỘI, Ân huệ, Âu – Á, CÂY «CÂ»",
        "Jag bor i Å” sade han. PÅ ”HUS”",
        "das „Ä“ und das „Ö“",
        "ROMÂNIA „ROMÂ”",
        "Fáð og Ðnýtt",
        "РОССИЯ, СССР; Рік Сім'ї",
        "Où ? « Là-bas » ! 20 € – 30 % ; n° 5",
        "😀👍🏽🇫🇷 ok",
        "e\u0301te\u0301",
    ],
)
def test_legitimate_text_is_no_sign(text: str) -> None:
    assert found("SK203", {"text": [text]}) == []


# SK204, SK205


def test_a_text_of_2000_characters_is_no_long_one_and_one_more_is() -> None:
    assert found("SK204", {"text": ["a" * 2000]}) == []
    (long,) = found("SK204", {"text": ["a" * 2001, "b", "c" * 3000]})
    assert (long.severity, long.count, list(long.rows)) == ("warning", 2, ["1", "3"])
    assert long.message.endswith("the longest 3,000")


def test_a_text_without_a_letter_has_no_words() -> None:
    (wordless,) = found("SK205", {"text": ["…", "2021-11", "😀", "É", "中", "a1"]})
    assert (wordless.severity, wordless.count, list(wordless.rows)) == ("warning", 3, ["1", "2", "3"])
    assert found("SK205", {"text": ["Oui"]}) == []


def test_real_corpora_of_ours_have_nothing_broken(repository) -> None:
    from stancekit import read_examples

    for corpus in ("sahel", "mali-2021-11"):
        examples = read_examples(repository / "data" / corpus / "examples.jsonl").to_dict()
        assert [own.message for own in check_examples(examples) if own.severity != "note"] == []
