"""Words of reported speech: verbs of saying, what introduces a speaker, and where a speaker's name ends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

_FRENCH_ER = (
    "déclarer indiquer assurer affirmer estimer ajouter expliquer souligner regretter dénoncer préciser annoncer juger"
    " insister lancer raconter confier glisser lâcher souffler plaider observer noter constater commenter arguer"
    " argumenter confirmer contester récuser réclamer exiger accuser reprocher demander signaler tonner fulminer"
    " ironiser témoigner trancher interroger indigner féliciter alarmer évoquer déplorer saluer condamner nier titrer"
    " critiquer jurer exhorter résumer exclamer écrier étonner emporter agacer désoler pester gronder murmurer crier"
    " hurler relever pointer rétorquer répliquer riposter marmonner insinuer prophétiser clamer proclamer objecter"
    " rapporter relater détailler nuancer tempérer minimiser désapprouver revendiquer réaffirmer diagnostiquer analyser"
    " pronostiquer conseiller recommander inviter soupirer balayer temporiser claironner vanter"
    " assener asséner renchérir"
)
_FRENCH_OTHERS = (
    "rappelle rappellent rappelait rappelé|martèle martèlent martelait martelé|répète répètent répétait répété"
    "|révèle révèlent révélait révélé|considère considèrent considérait considéré|rejette rejettent rejetait rejeté"
    "|concède concèdent concédait concédé|suggère suggèrent suggérait suggéré|reconnaît reconnaissent reconnaissait"
    " reconnu reconnaît|admet admettent admettait admis|soutient soutiennent soutenait soutenu|prévient préviennent"
    " prévenait prévenu|promet promettent promettait promis promise|dit disent disait disaient dite|répond répondent"
    " répondait répondu|dément démentent démentait démenti|maintient maintiennent maintenait maintenu|prétend"
    " prétendent"
    " prétendait prétendu|avertit avertissent avertissait averti|prédit prédisent prédisait|poursuit poursuivent"
    " poursuivait poursuivi|reprend reprennent reprenait repris|enchaîne enchaînent enchaîné|renchérit renchérissent"
    " renchéri|souvient souviennent souvenait souvenu|réjouit réjouissent réjouissait réjoui|défend défendent défendait"
    " défendu|plaint plaignent plaignait plaint|inquiète inquiètent inquiétait inquiété|écrit écrivent écrivait"
    "|conclut concluent concluait conclu|montre montrent montrait montré|croit croient|pense pensent pensait"
    "|espère|garantit garantissent garanti|convient conviennent convenu|espérait|fait font faisait|insurge insurgent"
    " insurgé|sourit|lit|redoute|intime|ordonne|énumère énumèrent|réitère réitèrent réitéré"
)
_ONLY_BESIDE_A_QUOTATION = frozenset("espère espérait sourit redoute intime ordonne lit fait font faisait".split())
_FRENCH_WITH_OBJECT = (
    "dénoncer annoncer contester récuser réclamer exiger accuser reprocher demander évoquer déplorer saluer condamner"
    " juger nier critiquer plaider regretter confirmer exhorter vanter minimiser"
)
_FRENCH_WITH_OBJECT_TOO = "rejette rejettent rejetait rejeté dément démentent démenti promet promettent promis"
_FRENCH_PARTICIPLES = "admis promis promise repris démenti averti garanti renchéri réjoui poursuivi"
_FUTURE = ("era", "eront")
_ENGLISH = (
    "say says said tell tells told add adds added insist insists insisted argue argues argued warn warns warned"
    " announce announces announced claim claims claimed explain explains explained note notes noted state states stated"
    " declare declares declared ask asks asked reply replies replied answer answers answered recall recalls recalled"
    " stress stresses stressed confirm confirms confirmed deny denies denied admit admits admitted believe believes"
    " acknowledge acknowledges acknowledged complain complains complained suggest suggests suggested maintain maintains"
    " maintained predict predicts predicted reject rejects rejected denounce denounces denounced accuse accuses accused"
    " find finds found report reports reported conclude concludes concluded write writes wrote urge urges urged"
)
_ENGLISH_WITH_CLAUSE = frozenset("find finds found report reports reported note notes state states tell tells".split())


@dataclass(frozen=True)
class SpeechWords:
    """What tells who speaks in one language.

    Attributes
    ----------
    verbs : frozenset of str
        Forms of verbs of saying, participles included, in lower case.
    participles : frozenset of str
        Those of the verbs that say nothing without an auxiliary: *les sanctions réclamées*.
    with_object : frozenset of str
        Those that say something without `that`: *rejects the charge*.
    beside_quotation, with_clause : frozenset of str
        Those that count only beside a quotation, or only with `that`.
    auxiliaries, between : frozenset of str
        What may stand before a verb and belongs to it.
    introductions : tuple of tuple of str
        Words before a speaker: `selon`, `aux yeux de`.
    determiners, links, stops, pronouns : frozenset of str
        Words that open a name, hold it together, end it, or only point back.
    that : frozenset of str
    no_speakers : frozenset of str
        What follows `selon` without speaking: *selon le calendrier*.
    voices : frozenset of str
        Who speaks for somebody: *le porte-parole de l'armée*.
    """

    verbs: frozenset[str]
    participles: frozenset[str]
    with_object: frozenset[str]
    beside_quotation: frozenset[str]
    with_clause: frozenset[str]
    auxiliaries: frozenset[str]
    between: frozenset[str]
    introductions: tuple[tuple[str, ...], ...]
    determiners: frozenset[str]
    links: frozenset[str]
    stops: frozenset[str]
    pronouns: frozenset[str]
    that: frozenset[str]
    no_speakers: frozenset[str]
    voices: frozenset[str]


_FRENCH_INTRODUCTIONS: tuple[tuple[str, ...], ...] = (
    ("selon",),
    ("d'", "après"),
    ("aux", "yeux", "de"),
    ("aux", "yeux", "des"),
    ("aux", "yeux", "du"),
    ("aux", "yeux", "d'"),
    ("à", "en", "croire"),
    ("si", "l'", "on", "en", "croit"),
    ("de", "l'", "avis", "de"),
    ("de", "l'", "avis", "des"),
    ("de", "l'", "avis", "du"),
    ("du", "point", "de", "vue", "de"),
    ("du", "point", "de", "vue", "du"),
    ("pour",),
)


@cache
def speech_words(language: str) -> SpeechWords:
    """Return the words of a language; French for one that isn't known."""
    return _english() if language == "en" else _french()


def _french() -> SpeechWords:
    verbs = _conjugated(_FRENCH_ER) | frozenset(_FRENCH_OTHERS.replace("|", " ").split())
    return SpeechWords(
        verbs=verbs,
        participles=frozenset(verb for verb in verbs if verb.endswith(("é", "ée", "és", "ées", "u")))
        | set(_FRENCH_PARTICIPLES.split()),
        with_object=frozenset(verb for verb in _conjugated(_FRENCH_WITH_OBJECT) if not verb.endswith(_FUTURE))
        | set(_FRENCH_WITH_OBJECT_TOO.split()),
        beside_quotation=_ONLY_BESIDE_A_QUOTATION,
        with_clause=frozenset(),
        auxiliaries=frozenset(
            "a ont avait avaient aura auront est sont était étaient sera seront aurait auraient veut veulent".split()
        ),
        between=frozenset(
            "ne n' se s' l' le la les lui leur leurs nous m' me en y aussi également encore déjà toutefois"
            " pourtant ainsi"
            " même toujours bien notamment vivement fermement publiquement clairement longuement simplement d'ailleurs"
            " été".split()
        ),
        introductions=_FRENCH_INTRODUCTIONS,
        determiners=frozenset(
            "le la les l' un une des plusieurs certains certaines deux trois quatre quelques ce cet cette ces"
            " son sa ses"
            " notre leur leurs".split()
        ),
        links=frozenset("de du des d' la le les l' un une deux".split()),
        stops=frozenset(
            "qui que qu' dont où et ou mais ni car donc lors lorsque avant après devant dans sur sous à au aux en pour"
            " par avec sans depuis pendant chez vers contre selon hier demain aujourd' lundi mardi mercredi jeudi"
            " vendredi samedi dimanche matin soir après-midi jour ne n' se s' a ont est sont était étaient"
            " avait avaient"
            " si comme quand alors tandis il elle ils elles on je tu nous vous ce c' cela ça y peu mercredi".split()
        ),
        pronouns=frozenset("il elle ils elles".split()),
        that=frozenset({"que", "qu'"}),
        no_speakers=frozenset(
            "calendrier loi constitution charte règlement règle règles cas plan usage vraisemblance méthode modalités"
            " besoins moyens critères formule programme accord texte traité tradition habitude principe que qu'"
            " qui ordre"
            " circonstances disponibilités".split()
        ),
        voices=frozenset(
            "porte-parole ministre ministère président présidente chef cheffe ambassadeur ambassadrice délégation"
            " diplomatie secrétaire représentant représentante gouvernement armée présidence autorités"
            " émissaire".split()
        ),
    )


def _english() -> SpeechWords:
    return SpeechWords(
        verbs=frozenset(_ENGLISH.split()),
        participles=frozenset(),
        with_object=frozenset(_ENGLISH.split()) - _ENGLISH_WITH_CLAUSE,
        beside_quotation=frozenset(),
        with_clause=_ENGLISH_WITH_CLAUSE,
        auxiliaries=frozenset("has have had".split()),
        between=frozenset("also then later now never not repeatedly".split()),
        introductions=(
            ("according", "to"),
            ("in", "the", "eyes", "of"),
            ("in", "the", "view", "of"),
            ("for",),
        ),
        determiners=frozenset(
            "the a an some several two three four many this that these those his her its their our".split()
        ),
        links=frozenset("of the a an for in".split()),
        stops=frozenset(
            "who which that and or but on at by with from after before when while as if to into over during since"
            " monday tuesday wednesday thursday friday saturday sunday yesterday today he she it they we you i is are"
            " was were has have had will would there not".split()
        ),
        pronouns=frozenset("he she they".split()),
        that=frozenset({"that"}),
        no_speakers=frozenset("plan schedule law constitution rules which whom".split()),
        voices=frozenset("spokesman spokeswoman spokesperson minister ministry president government army".split()),
    )


def _conjugated(infinitives: str) -> frozenset[str]:
    """Return the forms of regular verbs in -er that a third person takes."""
    forms = set()
    for infinitive in infinitives.split():
        root = infinitive[:-2]
        soft = root + "e" if root.endswith("g") else root[:-1] + "ç" if root.endswith("c") else root
        forms |= {root + ending for ending in ("e", "ent", "é", "ée", "és", "ées", "èrent", "era", "eront")}
        forms |= {soft + ending for ending in ("ait", "aient", "a")}
    return frozenset(forms)
