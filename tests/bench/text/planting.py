# SPDX-License-Identifier: Apache-2.0
"""Rows, the ways in which notes write their values, and the notes around them: what renderings.py plants."""

import dataclasses
import itertools
import unicodedata

import carriers

GROUPS = ("exact", "slip", "ambiguous")
PLACES_AND_NUMBERS = ("tel", "date_naissance", "adresse", "complement", "code", "code_postal", "commune")

# Surnames with a given name each; the first of a line tells what they are. All invented.
PEOPLE = {
    "breton": "GUIVARC'H Louise|LE GOFF Yann|LE FLOC'H Anne-Marie|KERBRAT Soizic|L'HELGOUALC'H Ronan|LE BRAS Pierrick|PENNEC'H Nolwenn",
    "particle": "DE LA TOUR Antoine|D'AUBIGNY Clotilde|DU BOIS Géraldine|VAN DER BERG Joris|DES ROCHES Étienne|D'ALMEIDA Inês|LE VAN DUC Thierry",
    "compound": "MARTIN-LAVIGNE Jean-Baptiste|DUPONT-AIGNAN Marie-Thérèse|SAINT-MARTIN Colette|DUVAL PELLETIER Marie Claude|LÉGER-BOUTIN Zoé",
    "arabic": "EL HADDADI Fatima-Zohra|BENABDALLAH Abdelkader|BEN SAÏD Mehdi|AÏT OUARAB Nassima|AL KHOURY Rania|BOUZIDI Aïcha|ABD EL MALEK Samir",
    "african": "N'DIAYE Mamadou|DIOP Awa|OUEDRAOGO Salif|M'BAPPÉ Fatoumata|KOUASSI Ange|TRAORÉ Djénéba|MBEMBA Chancelvie|N'GUESSAN Prudence",
    "asian": "NGUYEN Thi Hoa|TRAN Van Minh|PHAM Linh|XIONG Mei|RAJARATNAM Priya|ZHANG Wei|CHOWDHURY Sumaya",
    "short": "LE Minh|BA Oumar|SY Aminata|LY Kim|HO Lan|VO Anh|KA Moussa|OZ Elif|YU Lin|WU Léa",
    "portuguese": "DA SILVA João|DOS SANTOS Conceição|RODRIGUES DA COSTA Manuel|PEREIRA Amélia|GONÇALVES Fátima|DE OLIVEIRA Rui",
    "slavic": "KOWALCZYK Zdzisława|PETROVIĆ Dragan|NOVÁKOVÁ Jitka|ŞAHİN Gülay|MÜLLER Jürgen|ØSTERGAARD Søren",
    "french": "GUILLEMOT Thomas|CHARPENTIER Simone|MAQUET Lucien|FERRAND Josette|BELLANGER Hugo|THIBAUDEAU Océane|VASSEUR Loïc|PRIGENT Lucas"
              "|MARQUIS Guy|LANGLOIS Jeannine|DELAUNAY Maëlle|JACQUES Bernard|MICHEL Laurent|DENIS Claude|ROBERT Alain|DURANDEAU Éva",
    "word surname": "PETIT Jérôme|ROUX Sandrine|MARCHAND Gaëlle|BOULANGER Marc|BON Josiane|LEROY Denise|LEGRAND Kévin|MASSON Brigitte|LONG Sylvain"
                    "|BLANC Mireille|GROS Nadège|FORT Didier|NOIR Estelle|MOREAU Colin|ROCHE Ludivine|FONTAINE Noémie|CHEVALIER Yvette|LEFEVRE Maud"
                    "|BARBIER Cyril|CLAIR Sabrina|MAIRE Raymond|COUSIN Édith|VIDAL Odile|PAGES Gilles|TOUSSAINT Ghislaine|BRUN Mélissa|LEBON Lise|AUBRY Tom",
    "word given name": "DELORME Rose|KERMARREC Louise|PRUVOST Marie|BESNARD Pierre|HAMELIN Clément|LOPEZ Aimé|TANGUY Prudence|SOARES Ange|LECLERCQ Fleur"
                       "|HAMON Victoire|BOURDIN Désiré|GALLET Blanche|RENAULT Constant|BRIAND Modeste|POULAIN Parfait|COLAS Juste|MARCHETTI Claire|VERDIER Olive"
                       "|LECOMTE Aurore|JOUBERT Reine|CARLIER Violette|PICHON Marguerite|GUERIN Céleste|SEGUIN Placide|BODIN Marin|GAUDIN Jade|MONNIER Ambre"
                       "|HERVY Perle|PASQUET Angélique|DUFAY Séverin|ROLLAND Bienvenu|NICOLAS France|LELONG Avril|MILLOT Lilas|PRAT Iris|BARRE Gentil",
    "both words": "PETIT Rose|MARCHAND Pierre|LEROY Blanche|ROUX Constant|BON Parfait|GARNIER Prudence|ROY Aimée|BOUCHER Modeste|LAMY Désirée|FLEURY Ange",
}
DOCTORS = "BESSON Alain|ROUSSEL Anne|KERJEAN Loïc|LE MOING Hervé|N'GUYEN Paul|PETIT Claire|DE SAINT-POL Aude|BLANCHARD Luc|SY Ibrahima|CHARLES Bruno"
CALLERS = "Mme TALBOT Éliane|la fille, Mme GRANDIDIER|voisin M. Hocine CHERFI|IDE Nathalie|fils Dorian|Mme LEBLOND (soeur)|FERREIRA Ilda, aide à domicile"
STREETS = ("12 bis rue des Lilas|8 ALLEE DES ACACIAS|3 place de l'Église|145 avenue du Général-de-Gaulle|17 impasse Jules Ferry|Lieu-dit Kervenic"
           "|2 chemin du Moulin Neuf|64 boulevard Saint-Germain|9 rue de l'Abbé-Groult|31 quai de la Marne|5 route d'Albi|27 rue Pasteur"
           "|110 cours Gambetta|6 square Camille-Claudel|18 rue du 11-Novembre|44 rue Haute|1 villa des Pins|73 rue de Verdun|RESIDENCE LES TILLEULS"
           "|22 rue Paul-Bert|4 hameau de Coët-Dan|15 rue des Frères-Lumière|88 rue de Charonne|20 ter sente aux Loups")
COMPLEMENTS = ("Bât B 3e étage|RDC PORTE 2|Esc. C, 5ème étage, porte gauche|Résidence Les Alizés, appt 214|Hall 4 digicode|Appt 12|Villa Mimosa"
               "|bat. Ampère 2e ét. dte|Tour Azur 11e étage|Pavillon des Hortensias|Lot Les Cigales n° 8|Entrée D, int. MORVAN")
CODES = "B4578|19A44|4571|A2047B|7418B|#2580|35B19 puis 2204|86A31"
TOWNS = ("LYON 69003|SAINT-DENIS 93200|Saint-Étienne 42100|L'Haÿ-les-Roses 94240|Le Mans 72000|Pau 64000|La Rochelle 17000|Villeneuve-d'Ascq 59650"
         "|Vitry-sur-Seine 94400|Bourg-la-Reine 92340|SENS 89100|Le Port 97420|Aix-en-Provence 13090|Montigny-le-Bretonneux 78180|Sète 34200|Brest 29200"
         "|Plougastel-Daoulas 29470|Saint-Pierre 97410|Vienne 38200|Tours 37000|Nice 06100|Créteil 94000")
PHONES = "0612874590|0478251934|+33 7 68 41 20 57|0262419378|06.39.98.44.80|0033145678932|0970123456|01 45 87 20 39"
BIRTHS = "1956-03-12|1987-11-02|2019-08-30|1931-01-05|2024-12-25|1968-07-14|1945-05-08|1999-10-31"


@dataclasses.dataclass
class Case:
    kind: str
    rendering: str
    context: str
    style: str
    row: dict
    text: str
    start: int
    end: int
    slip: bool
    ambiguous: bool

    def group(self):
        return "ambiguous" if self.ambiguous else "slip" if self.slip else "exact"


def unaccented(text):
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def rows():
    """Every person with an address, a doctor and so on, by turns."""
    turn = {name: values.split("|") for name, values in
            {"doctor": DOCTORS, "caller": CALLERS, "street": STREETS, "complement": COMPLEMENTS, "code": CODES, "town": TOWNS, "phone": PHONES, "birth": BIRTHS}.items()}
    number = 0
    for manner, people in PEOPLE.items():
        for person in people.split("|"):
            surname, given = split_name(person)
            take = {name: values[number % len(values)] for name, values in turn.items()}
            town, _, zip_code = take["town"].rpartition(" ")
            yield manner, {"nom": surname, "prenom": given, "date_naissance": take["birth"], "tel": take["phone"],
                           "tel_appelant": turn["phone"][(number + 3) % len(turn["phone"])], "appelant": take["caller"],
                           "adresse": take["street"], "complement": take["complement"], "code": take["code"], "code_postal": zip_code,
                           "commune": town, "medecin_traitant": take["doctor"],
                           "medecin_intervenant": turn["doctor"][(number + 4) % len(turn["doctor"])]}
            number += 1


def split_name(person):
    """"DA SILVA João": the words in capitals are the surname."""
    words = person.split()
    surname = [word for word in words if word.isupper()]
    return " ".join(surname), " ".join(word for word in words if not word.isupper())


def titled(text):
    """"LE GOFF" as "Le Goff", "D'ALMEIDA" as "D'Almeida"."""
    out, begins = "", True
    for c in text:
        out += c.upper() if begins else c.lower()
        begins = not c.isalpha()
    return out


def initials(given):
    return [word[0].upper() for word in given.replace("-", " ").split()]


def one_slip(text, rng):
    """One letter of a word of four letters or more changed, missing, too many, or two swapped; None without one."""
    places = [i for i in range(len(text)) if long_enough(text, i)]
    if not places:
        return None
    i, kind = rng.choice(places), rng.randrange(4)
    letter = rng.choice([c for c in "abcdefghijlmnoprstuvz" if c != unaccented(text[i]).lower()])
    letter = letter.upper() if text[i].isupper() and text[i - 1:i + 2].isupper() else letter
    if kind == 0:
        return text[:i] + letter + text[i + 1:]
    if kind == 1:
        return text[:i] + text[i + 1:]
    if kind == 2 or not long_enough(text, i + 1) or text[i] == text[i + 1]:
        return text[:i] + letter + text[i:]
    return text[:i] + text[i + 1] + text[i] + text[i + 2:]


def long_enough(text, i):
    if i >= len(text) or not text[i].isalpha():
        return False
    start = end = i
    while start > 0 and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and text[end].isalpha():
        end += 1
    return end - start >= 4


def name_renderings(name):
    yield "as in the row", name
    yield "capital", titled(name)
    yield "capitals", name.upper()
    yield "small", name.lower()
    yield "small, no accent", unaccented(name.lower())
    yield "capitals, no accent", unaccented(name.upper())
    for sign, other, what in (("-", " ", "spaces for hyphens"), (" ", "-", "hyphens for spaces"), ("'", " ", "space for apostrophe"),
                              ("'", "", "no apostrophe"), ("'", "’", "curled apostrophe"), ("'", "`", "grave for apostrophe"), (" ", "\u00a0", "no-break space"),
                              ("-", "\u2011", "no-break hyphen"), ("-", "\u2013", "dash for hyphen"), ("-", " - ", "hyphen with spaces")):
        if sign in name:
            yield what, name.replace(sign, other)
            yield what + ", small", name.lower().replace(sign, other)
    if " " in name or "-" in name or "'" in name:
        joined = name.replace(" ", "").replace("-", "").replace("'", "")
        yield "joined", joined
        yield "joined, small", joined.lower()
        yield "joined, capital", joined.capitalize()


def full_renderings(surname, given):
    first = initials(given)
    for what, s, g in (("as in the row", surname, given), ("capital", titled(surname), given), ("capitals", surname.upper(), given.upper()),
                       ("small", surname.lower(), given.lower()), ("small, no accent", unaccented(surname.lower()), unaccented(given.lower())),
                       ("small surname", surname.lower(), given), ("small given name", surname, given.lower())):
        yield what, f"{s} {g}"
        yield what + ", inverted", f"{g} {s}"
        yield what + ", comma", f"{s}, {g}"
        yield what + ", slash", f"{s}/{g}"
        yield what + ", hyphen", f"{g}-{s}"
        yield what + ", point", f"{g}.{s}"
        yield what + ", underscore", f"{s}_{g}"
        yield what + ", brackets", f"{s} ({g})"
        yield what + ", two lines", f"{s}\n{g}"
        yield what + ", tab", f"{s}\t{g}"
        yield what + ", two spaces", f"{g}  {s}"
    yield "initial", f"{first[0]}. {surname}"
    yield "initial, small", f"{first[0].lower()} {surname.lower()}"
    yield "initial behind", f"{titled(surname)} {first[0]}."
    yield "initials", f"{'-'.join(c + '.' for c in first)} {titled(surname)}"
    yield "initials joined", f"{''.join(first)} {surname}"
    yield "joined", (given + surname).replace(" ", "").replace("-", "").replace("'", "")
    yield "joined, small", (given + surname).replace(" ", "").replace("-", "").replace("'", "").lower()
    yield "joined, humps", titled(given).replace(" ", "") + titled(surname).replace(" ", "").replace("'", "")
    yield "all but the last word", f"{given.split()[0].split('-')[0]} {surname}"


def phone_renderings(phone):
    digits = "".join(c for c in phone if c.isdigit())
    nine = digits[-9:]
    national = "0" + nine
    pairs = [national[i:i + 2] for i in range(0, 10, 2)]
    yield "as in the row", phone
    for sign, what in ((" ", "spaces"), (".", "points"), ("-", "hyphens"), ("/", "slashes"), ("", "joined"), ("\u00a0", "no-break spaces"), ("\t", "tabs"),
                       (" . ", "points with spaces"), ("_", "underscores"), (",", "commas"), ("\u202f", "thin spaces"), ("  ", "two spaces")):
        yield what, sign.join(pairs)
    yield "threes", f"{national[:4]} {national[4:7]} {national[7:]}"
    yield "fours", f"{national[:4]} {national[4:8]} {national[8:]}"
    yield "abroad", "+33" + nine
    yield "abroad, grouped", f"+33 {nine[0]} {' '.join(nine[i:i + 2] for i in range(1, 9, 2))}"
    yield "abroad, zero", f"+33 (0){nine[0]} {' '.join(nine[i:i + 2] for i in range(1, 9, 2))}"
    yield "abroad, two zeros", "0033" + nine
    yield "abroad, no sign", "33" + nine
    yield "without zero", nine
    yield "letter O", "O" + nine
    yield "over two lines", f"{' '.join(pairs[:3])}\n{' '.join(pairs[3:])}"
    yield "last pair apart", f"{''.join(pairs[:4])} {pairs[4]}"


def birth_renderings(birth):
    year, month, day = birth.split("-")
    months = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]
    short = ["janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"]
    word, brief = months[int(month) - 1], short[int(month) - 1]
    for sign, what in (("/", "slashes"), ("-", "hyphens"), (".", "points"), (" ", "spaces"), ("", "joined"), (" / ", "slashes with spaces"), ("\\", "backslashes")):
        yield what, sign.join((day, month, year))
        yield what + ", short year", sign.join((day, month, year[2:]))
    yield "iso", birth
    yield "iso, slashes", birth.replace("-", "/")
    yield "iso, joined", birth.replace("-", "")
    yield "no zeros", f"{int(day)}/{int(month)}/{year}"
    yield "no zeros, short year", f"{int(day)}/{int(month)}/{year[2:]}"
    yield "month in words", f"{int(day)} {word} {year}"
    yield "month in words, capitals", f"{int(day)} {word} {year}".upper()
    yield "month in words, no accent", unaccented(f"{day} {word} {year}")
    yield "month in words, short year", f"{int(day)} {word} {year[2:]}"
    yield "short month", f"{day} {brief} {year}"
    yield "short month, point", f"{day} {brief}. {year}"
    yield "apostrophe for century", f"{day}/{month}/'{year[2:]}"


def place_renderings(place):
    yield "as in the row", place
    yield "small", place.lower()
    yield "capitals", place.upper()
    yield "small, no accent", unaccented(place.lower())
    yield "capital", titled(place)
    yield "two spaces", place.replace(" ", "  ")
    if "'" in place:
        yield "curled apostrophe", place.replace("'", "’")
        yield "space for apostrophe", place.replace("'", " ")
    if "-" in place:
        yield "spaces for hyphens", place.replace("-", " ")
        yield "spaces for hyphens, small", place.replace("-", " ").lower()
    if place.lower().startswith("saint"):
        for short in ("st", "St", "ST"):
            yield f"{short} for saint", short + place[5:]
            yield f"{short} for saint, space", short + place[5:].replace("-", " ")


def street_renderings(street):
    yield from place_renderings(street)
    number, rest = (street.split(" ", 1) if street[0].isdigit() else ("", street))
    words = rest.split()
    if number:
        yield "comma", f"{number}, {rest}"
        yield "number far behind", f"{rest}, au {number}"
        yield "without number", rest
        yield "street in capitals", f"{number} {rest.upper()}"
        for kind, brief in (("avenue", "av"), ("boulevard", "bd"), ("place", "pl"), ("allee", "all."), ("chemin", "che"), ("impasse", "imp."), ("rue", "r."), ("route", "rte")):
            if kind in words or kind.upper() in words:
                yield "short type", f"{number} {rest.replace(kind, brief).replace(kind.upper(), brief.upper())}"
                yield "number and name", f"{number} {rest.split(' ', 1)[1] if words[0] in (kind, kind.upper()) else rest}"
        yield "glued number", number + rest.replace(" ", "", 0)
        yield "over two lines", f"{number} {words[0]}\n{' '.join(words[1:])}"


def code_renderings(code):
    yield "as in the row", code
    yield "small", code.lower()
    if " " not in code:
        yield "spaces", " ".join(code)
        yield "pairs", " ".join(code[i:i + 2] for i in range(0, len(code), 2))
        yield "points", ".".join(code)
        yield "hyphens", "-".join(code)
        parted = "".join(f" {c} " if c.isalpha() else c for c in code).strip()
        if parted != code:
            yield "letter apart", parted


def zip_renderings(code):
    yield "as in the row", code
    yield "grouped", f"{code[:2]} {code[2:]}"
    yield "with F", f"F-{code}"


WORDS_TOO = {"word surname", "word given name", "both words", "short"}  # and what a doctor or a caller may be called
STYLES = {"as written": str, "capitals": str.upper, "small": str.lower}


def values(manner, row):
    """Kind, rendering and surface of each value of a row, and whether the value by itself is a word of French too."""
    word = manner in WORDS_TOO
    for what, surface in name_renderings(row["nom"]):
        yield "nom", what, surface, word
    for what, surface in name_renderings(row["prenom"]):
        yield "prenom", what, surface, word
    for what, surface in full_renderings(row["nom"], row["prenom"]):
        yield "full", what, surface, False
    surname, given = split_name(row["medecin_traitant"])
    for what, surface in name_renderings(surname):
        yield "medecin", what, surface, surname in ("PETIT", "SY", "CHARLES")
    for what, surface in full_renderings(surname, given):
        yield "medecin, full", what, surface, False
    for key, renderings in (("tel", phone_renderings), ("date_naissance", birth_renderings), ("adresse", street_renderings),
                            ("complement", place_renderings), ("code", code_renderings), ("code_postal", zip_renderings), ("commune", place_renderings)):
        for what, surface in renderings(row[key]):
            yield key, what, surface, False


def contexts(kind):
    """Context and carrier; whether the context leaves a word by itself."""
    places = {"tel": carriers.PHONE, "date_naissance": carriers.BIRTH, "adresse": carriers.STREET, "complement": carriers.PART, "code": carriers.CODE,
              "code_postal": carriers.ZIP, "commune": carriers.TOWN}
    if kind in places:
        return [(carrier, carrier, False) for carrier in places[kind]]
    return [(f"{name}: {carrier}", carrier, bare) for contexts, bare in ((carriers.CUED, False), (carriers.BARE, True))
            for name, some in contexts.items() for carrier in some]


def case_of(kind, what, surface, context, style, row):
    """The case; None where the style changes nothing."""
    name, carrier, _ = context
    fixed = carrier.startswith("!")
    before, after = carrier.removeprefix("!").split("{}")
    if style != "as written" and fixed:
        return None
    before, surface, after = (STYLES[style](part) for part in (before, surface, after))
    return Case(kind, what, name, style, row, before + surface + after, len(before), len(before + surface), False, False)


SELDOM = {"full": 1, "nom": 1, "prenom": 1, "medecin": 1, "medecin, full": 1}  # of the other kinds there are fewer cases: eight times the share


def cases(rng, share):
    """One case in so many, as the seed has it; a name of one has a slip."""
    for manner, row in rows():
        for kind, what, surface, word in values(manner, row):
            chance = min(1, (1 if kind in SELDOM else 8) / share)
            for context, style in itertools.product(contexts(kind), STYLES):
                if rng.random() >= chance:
                    continue
                slip = one_slip(surface, rng) if kind in SELDOM and rng.random() < 0.4 else None
                case = case_of(kind, what, slip or surface, context, style, row)
                if case is None:
                    continue
                case.slip = slip is not None
                shown = style == "as written" and surface[0].isupper() and not surface.isupper()
                case.ambiguous = word and context[2] and not shown
                yield case
