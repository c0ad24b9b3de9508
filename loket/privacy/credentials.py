"""Passwords and one-time codes that people type although nobody should ask for them."""

import re

from loket.privacy.lexicon import word_set
from loket.privacy.spans import Span, overlaps

HIDDEN = "¶"
"""Stands for each character of what is hidden already; never the start of a password."""

_WORD = (
    r"(?:wachtwoord\w*|wachtw|paswoord|password|passcode|passwort|kennwort|has[łl]o|[şs]ifre\w{0,4}|пароль|كلمة السر|كلمة المرور)"
)
_OWNER = r"(?:\s+(?:van|voor|bij|op|for|of|für|do|dla)(?:\s+[^\W\d_]+){1,3}?)?(?:\s+(?:digid|mijnoverheid|account|nummer))?"
_EXPLICIT = re.compile(
    rf"(?<![^\W\d_]){_WORD}{_OWNER}\s*(?:\b(?:is|was|wordt|ist|jest|to)\b\s*[:=]?|[:=])\s*(?=\S)", re.IGNORECASE
)
# "ww" is an unemployment benefit too: behind it, and without "is" or a colon, only a mix of letters and digits counts.
_DIRECT = re.compile(rf"(?<![^\W\d_])(?:{_WORD}|(?:ww|pw)(?![^\W\d_.]))\s?(?:(?:is|was)\s|[:=])?\s*(?=\S)", re.IGNORECASE)
_TOKEN = re.compile(r"[\"']?((?!¶)\S+)")
_CLAUSE_END = re.compile(r"[\"']?\s*(?:$|[.,;!?\n)]|(?:en|maar|and|but|dus|want)\b)")
# "wachtwoord is kwijt" tells what is wrong, not what the password is.
_NO_SECRET = word_set(
    "kwijt weg fout onjuist verkeerd goed juist niet geen nooit nog steeds ook al alweer weer wel te een de het dat dit die "
    "mijn zijn haar hun er zo heel erg overal altijd opnieuw oud nieuw nieuwe oude vergeten verlopen verstreken veranderd "
    "onbekend bekend nodig zoek lang kort moeilijk simpel makkelijk sterk zwak hetzelfde anders van voor bij in op aan en of "
    "maar want om als dan toen waar wat wie hoe welk kan kon moet mag wil werkt doet resetten aanvragen wijzigen maken "
    "instellen invullen ingevuld herstellen ontvangen a an the not wrong lost forgotten expired my your correct incorrect "
    "reset change nicht falsch weg mein vergessen abgelaufen nie złe zapomniane yanlış unuttum ik u jij je we wij ze zij "
    "hij mij me heb had ben bent gehackt klopt"
)
_PARTICIPLE = re.compile(r"(?:ge|ver|be|ont|her)\w+(?:d|t|en)", re.IGNORECASE)
_FILLERS = re.compile(r"(?:gewoon|nu|dus|eigenlijk|volgens mij|just|now)\s+", re.IGNORECASE)

_CODE = re.compile(
    r"(?<![^\W\d_])(?:(?:sms|digid|digi-d|activerings?|activatie|koppel|verificatie|inlog|login|beveiligings|toegangs|"
    r"bevestigings|controle|herstel|verification|security|activation|access)[\s-]?code|pin[\s-]?code|pin|tan-?code|"
    r"kod\s+sms|код)"
    r"(?:\s+(?:van|voor)\s+(?:mijn\s+)?(?:digid|digi-d|app|pas|account))?\s*(?:\b(?:is|was|ist|to|die ik kreeg is)\b|[:=])?"
    r"\s*(?P<secret>(?=[A-Za-z]{0,8}[0-9])[A-Za-z0-9]{4,9})(?!\w)",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?<![^\W\d_])(?:bank)?rekening(?:\s?-?\s?(?:nummer|nr)|nummer|nr)\.?(?:\s+(?:is|van mij is|was))?[\s:=]{0,3}"
    r"(?P<secret>[0-9](?:[ .\-]?[0-9]){6,9})(?![0-9])",
    re.IGNORECASE,
)


def find_passwords(folded: str) -> list[Span]:
    """Find the password itself after a phrase such as "mijn wachtwoord is" or "ww:"."""
    spans: list[Span] = []
    for pattern in (_EXPLICIT, _DIRECT):
        for match in pattern.finditer(folded):
            filler = _FILLERS.match(folded, match.end())
            found = _TOKEN.match(folded, filler.end() if filler else match.end())
            if found is None:
                continue
            word = found.group(1).rstrip("\"',;").rstrip(".?)")
            end = found.start(1) + len(word)
            at_end = _CLAUSE_END.match(folded, end) is not None
            if word and not overlaps(found.start(1), end, spans) and _is_secret(word, pattern is _EXPLICIT, at_end):
                spans.append(Span(found.start(1), end))
    return spans


def find_codes(folded: str) -> list[Span]:
    """Find activation, text-message and PIN codes behind the word that names them."""
    return [Span(*match.span("secret")) for match in _CODE.finditer(folded)]


def find_accounts(folded: str) -> list[Span]:
    """Find old bank account numbers (no IBAN) behind the word rekeningnummer."""
    return [Span(*match.span("secret")) for match in _ACCOUNT.finditer(folded)]


def _is_secret(word: str, explicit: bool, at_end: bool) -> bool:
    """Tell whether the word after the phrase can be a password rather than the rest of the sentence."""
    word = word.rstrip("!")
    if not word or word.lower() in _NO_SECRET:
        return False
    digits = sum(character.isdigit() for character in word)
    if not explicit:
        return len(word) > 4 and 0 < digits < len(word)
    if digits:
        return digits < len(word) or digits > 3
    if not word.isalpha() or not (word.islower() or word.istitle()):
        return True
    return at_end and _PARTICIPLE.fullmatch(word) is None
