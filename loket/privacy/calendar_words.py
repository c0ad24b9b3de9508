"""The words of the calendar in the languages that people write in: months, weekdays, today and its neighbours."""

from loket.privacy.lexicon import plain, word_set


def _table(lines: str) -> dict[str, int]:
    table: dict[str, int] = {}
    for line in lines.strip().splitlines():
        number, _, words = line.strip().partition(" ")
        for word in words.split():
            table[plain(word)] = int(number)
    return table


# Dutch, English, German, Polish (with the genitive), Turkish (with some case endings), Ukrainian, Arabic.
MONTHS = _table("""
1 januari jan january januar jänner stycznia styczeń styczniu ocak ocakta січня січень يناير
2 februari feb febr february februar lutego luty şubat şubatta лютого лютий فبراير
3 maart mrt march märz maerz marca marzec mart martta березня березень مارس
4 april apr kwietnia kwiecień nisan nisanda квітня квітень أبريل ابريل
5 mei may mai maja maj mayıs mayısta травня травень مايو
6 juni jun june czerwca czerwiec haziran haziranda червня червень يونيو
7 juli jul july lipca lipiec temmuz temmuzda липня липень يوليو
8 augustus aug august sierpnia sierpień ağustos ağustosta серпня серпень أغسطس اغسطس
9 september sept sep września wrzesień eylül eylülde вересня вересень سبتمبر
10 oktober okt october oct października październik ekim ekimde жовтня жовтень أكتوبر اكتوبر
11 november nov listopada listopad kasım kasımda листопада листопад نوفمبر
12 december dec dezember dez grudnia grudzień aralık aralıkta грудня грудень ديسمبر
""")
MONTH_FIRST = word_set("january february march april may june july august september october november december")
"""English months, which may stand before the day ("September 3rd")."""

WEEKDAYS = _table("""
0 maandag ma maandagochtend maandagmiddag maandagavond monday montag poniedziałek pazartesi понеділок понеділка الاثنين الإثنين
1 dinsdag di dinsdagochtend dinsdagmiddag dinsdagavond tuesday dienstag wtorek salı вівторок вівторка الثلاثاء
2 woensdag wo woensdagochtend woensdagmiddag woensdagavond wednesday mittwoch środa środę çarşamba середа середу середи الأربعاء
3 donderdag do donderdagochtend donderdagmiddag donderdagavond thursday donnerstag czwartek perşembe четвер четверга الخميس
4 vrijdag vr vrijdagochtend vrijdagmiddag vrijdagavond friday freitag piątek cuma пʼятниця пятниця пятницю пятниці الجمعة
5 zaterdag za zaterdagochtend zaterdagmiddag zaterdagavond
5 saturday samstag sonnabend sobota sobotę cumartesi субота суботу суботи السبت
6 zondag zo zondagochtend zondagmiddag zondagavond sunday sonntag niedziela niedzielę pazar неділя неділю неділі الأحد
""")
SHORT_WEEKDAYS = frozenset({"ma", "di", "wo", "do", "vr", "za", "zo", "pazar"})
"""Only a weekday directly before a date; otherwise another word."""

RELATIVE = _table("""
-2 eergisteren eergister eergisterenavond vorgestern przedwczoraj позавчора
-1 gisteren gister gisteravond gisterenavond gistermiddag gisterenmiddag gisterochtend gisterenochtend
-1 gistermorgen gisternacht yesterday gestern wczoraj вчора учора أمس امس البارحة
0 vandaag vandaaag vanochtend vanmorgen vanmiddag vanavond heden hedenmorgen hedenmiddag hedenavond
0 today tonight heute dzisiaj dziś dzis bugün сьогодні اليوم
1 morgen morgenochtend morgenmiddag morgenavond morgenvroeg tomorrow jutro yarın завтра غدا
2 overmorgen übermorgen uebermorgen pojutrze післязавтра
""")

UNITS: dict[str, str] = {
    **dict.fromkeys(word_set("dag dagen day days tag tage tagen dzień dni gün дні днів день"), "day"),
    **dict.fromkeys(word_set("week weken weeks woche wochen tydzień tygodnie tygodni hafta тиждень тижні тижнів"), "week"),
    **dict.fromkeys(
        word_set("maand maanden month months monat monate monaten miesiąc miesiące miesięcy ay місяць місяці"), "month"
    ),
    **dict.fromkeys(word_set("jaar jaren year years jahr jahre jahren rok lata lat yıl рік роки років"), "year"),
}

TYPO_PROOF = word_set(
    "januari februari maart april juni juli augustus september oktober november december maandag dinsdag woensdag donderdag "
    "vrijdag zaterdag zondag gisteren eergisteren vandaag morgen overmorgen"
)
"""Dutch words that are also understood with one wrong, missing, doubled or swapped letter."""

NOT_TYPOS = word_set(
    "maar maat maars maarten kaart haart aart maarts paart staart vaart zwaart taart baart mart smaart maand maande maanden "
    "maait maakt maalt maant maarn waart marat zondags maandags dinsdags woensdags donderdags vrijdags zaterdags vrijdagen "
    "zondagen zaterdagen maandagen morgens morgend worgen zorgen borgen morsen moren mogen norgen jorgen morgan morren morten "
    "morden margen sorgen juni juli jun jul june july sister gisten gasteren aprils avril spril gisterend mijdag middag "
    "vriendag feestdag dondag donderslag gastheren geesteren gestegen gitaren glinsteren geistern gestehen gittern "
    "onvermogen overhoren overwogen vandaan vandaar zomerdag zonda zondig augustinus ferrari deceiver gideren gosteren gosterin"
)
"""Words that are nearly a calendar word and mean something else, here and in the other languages (from frequency lists)."""
