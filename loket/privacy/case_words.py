"""The words that announce a case number, in the languages that people write to the government."""

import re

_NUMBER = r"(?:num+[em]+r?s?|numer|numm?r|nmr|nrs?|nummber)"
_STEMS = (
    r"(?:za?a?kk?|dos+ier|kenmerk|referentie|refe?rentie|aanvraa?gs?|aanvr|beschikk?ings?|beslui?ts?|mel[dt]ings?|klachte?n?|"
    r"bezwaa?r(?:schrift)?|beroeps?|vergunnings?|brief|registratie|volg|cjib|aanslags?|boete|bekeurings?|vreemdelingen|v|"
    r"parket|rol|procedure|proces-?verbaal|pv|aangifte|betalings?|klant|cli[eë]nt|kandidaats?|correspondentie|vorderings?|"
    r"debiteuren?|debiteurs?|incasso|factuur|nota|order|relatie|casus|case|behandel|ticket|formulier|subsidie|indicatie|"
    r"dienst|bericht|deurwaarders?|schuld|inschrijf|inschrijvings?|reserverings?|afspraak)"
)
STRONG = re.compile(
    r"(?<![^\W_])(?:"
    rf"{_STEMS}[\s-]?{_NUMBER}(?![^\W\d_])|"
    r"kenmerken|ken+me?rk|betalings-?kenmerk|brief-?kenmerk|kenm|referenties?|refferentie|ref(?:\.|(?![^\W\d_]))|"
    r"dossiers?|dosier|cjib(?:-code)?|zaaknr|zaak-?id|case[\s-]?(?:number|nr|no|id|ref(?:erence)?)|"
    r"(?:file|application|reference|decision|objection|complaint|permit|tracking)[\s-](?:number|nr|no|id)|reference|"
    r"akten-?zeichen|gesch[äa]fts-?zeichen|az\.|fall-?nummer|vorgangs-?nummer|bearbeitungs-?nummer|antrags-?nummer|"
    r"bescheid-?nummer|kassen-?zeichen|sygnatur\w+|(?:numer|nr)\s+(?:sprawy|wniosku|decyzji|akt|referencyjny)|"
    r"(?:dosya|başvuru|basvuru|referans|dava|karar|işlem)\s+(?:numara\w*|no)|"
    r"(?:номер|№)\s+(?:справи|заявки|заяви|рішення|звернення)|справа\s+№|"
    r"رقم\s+(?:القضية|الملف|الطلب|المرجع|القرار|المعاملة)|الرقم\s+المرجعي"
    r")(?![^\W\d_])",
    re.IGNORECASE,
)
WEAK = re.compile(
    rf"(?<![^\W_])(?:(?P<kind>[^\W\d_]{{2,24}}?-?){_NUMBER}|"
    r"zaak|klant|polis|order|aanvraag|melding|bezwaar|beschikking|besluit|vergunning|klacht|boete|aanslag|brief|vordering|aangifte|ticket|betreft|"
    rf"{_NUMBER}|case|antrag|bescheid|sprawa|wniosek|dosya|ba[şs]vuru|справа|заявка|номер|القضية|الطلب|الملف|number)"
    r"(?![^\W\d_])",
    re.IGNORECASE,
)
BEHIND = re.compile(
    r"(?<![\w+€.,/-])(?P<number>(?=[A-Za-z0-9/.-]*[0-9]{2})[A-Za-z0-9]+(?:[-/.][A-Za-z0-9]+)*)"
    r"(?:\s?\(\s?|\s?,?\s?(?:dat\s)?(?:is|als|=|ist)\s+(?:(?:mijn|m'n|mn|het|ons|the|my|de|mein|das)\s+)?)"
    rf"(?:{_STEMS}{_NUMBER}|kenmerk|referentie|case\s?number|aktenzeichen)(?![^\W\d_])",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(?<![^\W\d_])(?:[^\W\d_]*tele?foo?ns?|tel|mobiele?|huis|bank|giro|[^\W\d_]*bsn|sofi|burger\s?service|post(?:bus|code)?|06|kvk|"
    r"paspoort|documents?|rijbewijs|kaart|pas|spoor|btw|rsin|iban|id|nood|alarm|service|info|model|artikel|chassis|serie|kenteken|"
    r"[^\W\d_]*rekenings?|phone|house|haus|perron|lijn|deur|kamer|etage|personeels|passport|account|code|contact|bel|fax|"
    r"identiteits|gewone|ge|her|ver|ander|an)[\s-]*$",
    re.IGNORECASE,
)


def is_other_number(folded: str, word: "re.Match[str]") -> bool:
    """Tell whether the word names another kind of number, such as "telefoon nummer", "huisnr" or "kvk-nummer"."""
    kind_end = word.end("kind") if word.groupdict().get("kind") else word.start()
    return _OTHER.search(folded, max(0, kind_end - 26), kind_end) is not None
