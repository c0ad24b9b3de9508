"""Does a sentence look back or ahead? A date without a year, or a bare weekday, depends on it."""

import re
from collections.abc import Sequence
from typing import Literal

from loket.privacy.lexicon import word_set
from loket.privacy.words import Word

Direction = Literal["past", "future", "nearest"]
"""`nearest`: "per 1 januari", "vanaf 1 september": the year that makes the day nearest."""


_LOOKS_BACK = word_set("""van sinds dd gedateerd dateert jl since from vom seit od z від з منذ dated""")
_DEADLINE = word_set("voor vóór uiterlijk tot tm deadline before until by till bis spätestens do przed до قبل حتى kadar")
_START = word_set("per vanaf ab starting ingaande")
_PAST_VERBS = word_set("""
had hadden was waren werd werden kreeg kregen kwam kwamen ging gingen moest moesten stond stonden stuurde stuurden zei zeiden
belde belden diende vroeg vroegen deed deden gaf gaven zag zagen las schreef schreven hoorde overleed viel gebeurde betaalde
verhuisde verhuisden trouwde begon begonnen bleek mocht mochten kon konden wou wilde wilden liep liepen bracht nam
tekende ontving verstuurde meldde bezocht sprak
were sent received got applied paid called moved asked did wrote happened submitted arrived came
hatte hatten war waren wurde wurden bekam kam schickte stellte beantragt eingereicht erhalten
złożyłem złożyłam złożyliśmy dostałem dostałam otrzymałem otrzymałam wysłałem wysłałam był była było zapłaciłem zapłaciłam
gönderdim aldım yaptım başvurdum geldi verdim ödedim oldu
отримав отримала подав подала надіслав надіслала був була було прийшов прийшла заплатив заплатила прийшло
أرسلت قدمت استلمت دفعت كان كانت وصل تلقيت
""")
_MODALS = word_set("""
moet moeten wil willen zal zullen zult ga gaan gaat kan mag dien dient wordt word
must need should will have-to want going can
muss müssen soll sollte werde wird kann
muszę musze mam chcę będę mogę
gerekiyor gerek lazım istiyorum olacak var
треба потрібно маю мушу хочу буде повинен повинна можу
يجب سوف أريد لدي علي
""")
_FUTURE_VERBS = word_set("""
verhuis verhuist verhuizen trouw trouwt trouwen verloopt vervalt vertrek vertrekt vertrekken begin begint beginnen start starten
vlieg vliegt vliegen krijg krijgt krijgen eindigt stopt stop komt komen kom loopt word worden ontvang ontvangt
hoor hoort verneem reageren betalen inleveren aanleveren opzeggen oplevering opleveren bevalt bevallen opent sluit gaat
move moving expires starts leave leaving due fly
ziehe läuft beginnt fällig
""")
_FUTURE_NOUNS = word_set("""
afspraak zitting hoorzitting keuring examen rijexamen deadline uitgerekend gepland ingepland vakantie bruiloft operatie komende
aanstaande komend binnenkort straks termijn uiterste vervaldatum intake gesprek sleuteloverdracht plan plannen inleverdatum
appointment hearing deadline wedding holiday planned scheduled interview upcoming
termin frist hochzeit
termin wizyta rozprawa
randevu son
прийом зустріч термін дедлайн
موعد جلسة
""")
_PAST_HINTS = word_set("geleden jl jongstleden afgelopen vorige vorig toen destijds inmiddels reeds gisteren ago last already")
_FORWARD_PARTICIPLES = word_set("gepland ingepland geplande verwacht uitgerekend voorzien")
_NO_PARTICIPLE = word_set("""
geen geld gebied gezond geduld geheid geweld gewicht gezicht gerecht gesprekken gevoelens gegevens gemeenten geboden gebruikt
besluit bericht beeld best beleid bed belangen bedragen bestand bewind berichten besluiten betalen beroepen bestaat betreft
gebeurt geldt gelet gezinnen getuigen gevolgen gevallen gebouwen gekend behoud verband verbod verstand vergoed vervoerd beheerd
verwant vergunningen verkoopt gebouwd gelegen gelden gewoonten gedrag begeleid onderhoud ertoe erfgoed herfst erkend bekend
verleden bedreigd gent ontbijt bevoegd verplicht beiden bezit beland
""")
_PARTICIPLE = re.compile(
    r"(?:(?:aan|af|op|in|uit|door|mee|toe|over|voor|terug|weg|bij|los|thuis|binnen|na|neer|om|samen|vast|klaar|goed|heen|langs)?ge"
    r"[a-z]{2,}(?:d|t|en)|(?:ver|be|ont|her|er)[a-z]{2,}d|in?gediend|aange[a-z]+)"
)
_SLAVIC_PAST = re.compile(r"[a-ząćęłńóśźż]{3,}[lł](?:em|am|ismy|ysmy)|[а-яіїєґ]{2,}(?:али|или|іли|ила|ала|ував|ив|ав)")
_STRONG_PARTICIPLES = word_set("""
verlopen vertrokken overleden ontvangen gekregen bevallen begonnen vergeten verloren ontslagen verkocht bezocht verstuurd beslist
verstreken geschreven verschenen besproken verzonden toegestuurd overgemaakt opgestuurd binnengekomen afgewezen aangenomen
bewezen betrapt bereikt gestart gehad geweest gedaan bezorgd
""")
_BREAKS = frozenset(".!?;,:\n()")
_CONJUNCTIONS = word_set("dat omdat want maar dus die waarin waarop of als zodat terwijl nadat voordat but because so that which "
                     "aber weil dass ale że ama но але що لكن")  # fmt: skip
_RANGE_START = frozenset({"van", "from", "vom", "od", "від"})
_RANGE_MIDDLE = frozenset({"tot", "t", "-", "tm", "until", "till", "to", "bis", "do", "до"})
_REACH = 16


def direction(words: Sequence[Word], first: int, last: int, clause_only: bool = False) -> Direction | None:
    """Tell whether the words around `words[first:last]` look back or ahead, or None when they do not say.

    Args:
        words: the message.
        first, last: the range of words that is the date.
        clause_only: whether to leave the rest of the sentence out.

    The word directly before counts most ("van 3 september", "voor 24 december"), then the verbs and nouns of the clause, then
    those of the sentence.
    """
    following = [word.key for word in words[last : last + 3]]
    if following[:1] in (["as"], ["aanstaande"], ["komend"]) or following == ["a", ".", "s"]:
        return "future"
    if following[:1] in (["jl"], ["jongstleden"]) or following == ["j", ".", "l"]:
        return "past"
    clause = _around(words, first, last, with_conjunctions=True)
    before = _word_before(words, first)
    found = _of_clause(clause)
    opens_range = before in _RANGE_START and last < len(words) and words[last].key in _RANGE_MIDDLE
    if before in _LOOKS_BACK and not opens_range and not _names_plan(words, first):
        return "past"
    if before in _DEADLINE:
        return found or "nearest"
    if before in _START:
        return "past" if set(clause) & _PAST_VERBS else "future" if set(clause) & _MODALS else "nearest"
    if found is not None or clause_only:
        return found
    return _of_clause(_around(words, first, last, with_conjunctions=False))


def _of_clause(keys: Sequence[str]) -> Direction | None:
    present = set(keys)
    if present & _PAST_VERBS:
        return "past"
    if present & _FORWARD_PARTICIPLES:
        return "future"
    participle = any(_is_participle(key) for key in keys)
    # "Kunt u zien of het ontvangen is", but "ik wil het geregeld hebben".
    asks = participle and present & {"kan", "can", "wil"} and not present & {"hebben", "worden", "be"}
    if present & _MODALS and not asks:
        return "future"
    if participle or present & _PAST_HINTS:
        return "past"
    if present & _FUTURE_VERBS or present & _FUTURE_NOUNS:
        return "future"
    return None


def _is_participle(key: str) -> bool:
    if key in _STRONG_PARTICIPLES:
        return True
    if _SLAVIC_PAST.fullmatch(key) and key != "problem":
        return True
    return key not in _NO_PARTICIPLE and _PARTICIPLE.fullmatch(key) is not None


def _around(words: Sequence[Word], first: int, last: int, with_conjunctions: bool) -> list[str]:
    """Return the words of the clause (or, without conjunctions, the sentence) around a stretch, without the stretch."""
    stops = _BREAKS if with_conjunctions else frozenset(".!?\n;")
    keys: list[str] = []
    for position in range(first - 1, max(-1, first - _REACH), -1):
        key = words[position].key
        if key in stops and not (key == "." and words[position].glued and len(words[position - 1].key) <= 2):
            break
        keys.append(key)
        if with_conjunctions and (key in _CONJUNCTIONS or (key in ("en", "and", "und") and position < first - 1)):
            break
    for position in range(last, min(len(words), last + _REACH)):
        key = words[position].key
        if key in stops or (with_conjunctions and (key in _CONJUNCTIONS or key in ("en", "and", "und"))):
            break
        keys.append(key)
    return keys


def _word_before(words: Sequence[Word], first: int) -> str:
    position = first - 1
    while position >= 0 and words[position].key in ("de", "den", "op", "het", "the", "am", "on", "dem", "'", "-", "/", ":"):
        position -= 1
    if position >= 2 and words[position].key == "m" and words[position - 1].text == "/":
        return "tm"
    while position >= 1 and words[position].text == ".":
        position -= 1
    return "dd" if position >= 0 and words[position].key == "d" else words[position].key if position >= 0 else ""


def _names_plan(words: Sequence[Word], first: int) -> bool:
    """Tell whether "van" belongs to a plan: "de afspraak van 3 december"."""
    return any(word.key in _FUTURE_NOUNS for word in words[max(0, first - 3) : first])
